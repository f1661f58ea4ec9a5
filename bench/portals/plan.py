"""What stands on a portal, drawn up from a seed: its columns, their articles and days, its dead links and redirects.

The second day is the same portal with one page in a hundred changed: new articles on some lists, others reworded.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property
from math import ceil

FIRST_DAY = date(2026, 11, 23)
ROWS = 20
"""Articles on one page of a list."""
LINKS = 54
"""On a page; the home page has more, it leads to every column."""
_PER_COLUMN = 210
"""Pages of one column: ten pages of its list, and what stands on them."""
_PAGES_A_DEAD_LINK, _PAGES_A_REDIRECT = 200, 100
_FEWEST = 3
_GBK_EACH, _GBK_FIRST = 10, 2
_STALE_EACH = 7
_ATTACHMENT_EACH = 10
_SOME_DEAD_FILES = 5
CHANGED_SHARE = 100
"""One page in so many changes by the second day."""

_SUBJECTS = {
    "jy": "教育", "ws": "卫生健康", "jt": "交通运输", "zj": "住房建设", "hb": "生态环境", "cz": "财政", "sj": "审计",
    "rs": "人力资源", "mz": "民政", "sf": "司法行政", "ny": "农业农村", "sl": "水利", "sw": "商务", "wl": "文化旅游",
    "yj": "应急管理", "sc": "市场监管", "tj": "统计", "yb": "医疗保障", "ly": "林业草原", "fg": "发展改革",
    "gx": "工业信息化", "kj": "科技", "ga": "公安", "zr": "自然资源", "ty": "体育", "lc": "粮食储备", "gz": "国资监管",
    "xf": "信访", "jr": "金融", "qx": "气象", "zx": "行政审批", "cg": "城市管理", "rf": "人民防空", "tw": "退役军人",
    "yl": "园林绿化", "zw": "政务服务", "ds": "大数据", "gj": "公积金", "fp": "乡村振兴", "yw": "外事",
}  # fmt: skip
_SORTS = {
    "tzgg": "通知公告", "gzdt": "工作动态", "zcwj": "政策文件", "ghjh": "规划计划",
    "gsgg": "公示公告", "zdxm": "重大项目",
}  # fmt: skip
_VERBS = ("做好", "加强", "推进", "规范", "开展", "落实", "深化", "组织")
_MATTERS = (
    "年度重点任务", "安全生产检查", "专项资金申报", "信息公开", "第三季度考核", "行政执法监督",
    "项目评审", "服务窗口建设", "隐患排查整治", "基层调研",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """One article: where it stands, its day, and what its text links to."""

    path: str
    title: str
    day: date
    attachment: str = ""
    """Path of a file that is there."""


def _gone(number: int, article: Article) -> str:
    """The address of an article that was taken away, or of its file."""
    ending = "doc" if number % _SOME_DEAD_FILES == 0 else "html"
    return article.path.replace("_", "_9").replace(".html", f".{ending}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column: its list, newest first."""

    name: str
    folder: str
    encoding: str
    articles: tuple[Article, ...]
    news: int = 0
    """How many of them are new on the second day: they stand on the first page beside the others."""

    @property
    def newest(self) -> date:
        """The day of its newest article."""
        return self.articles[0].day

    @property
    def lists(self) -> tuple[str, ...]:
        """Paths of the pages of its list."""
        number = ceil((len(self.articles) - self.news) / ROWS)
        return (self.folder, *(f"{self.folder}index_{n}.html" for n in range(1, number)))

    def rows(self, number: int) -> tuple[Article, ...]:
        """The articles on one page of its list."""
        return self.articles[number and number * ROWS + self.news : (number + 1) * ROWS + self.news]


@dataclass(frozen=True, kw_only=True)
class Portal:
    """A portal as asked for. Everything else follows from these five."""

    host: str = "127.0.0.1"
    name: str = "临江市人民政府"
    pages: int = 1000
    """About so many; `addresses` has the exact number."""
    seed: int = 1
    edition: int = 1
    """2: the second day."""

    @property
    def day(self) -> date:
        """The day it is seen on."""
        return FIRST_DAY + timedelta(days=self.edition - 1)

    @cached_property
    def columns(self) -> tuple[Column, ...]:
        """All columns, those of the second day with what is new on top."""
        columns = self._first_columns
        if self.edition == 1:
            return columns
        renewed = set(self._renewed)
        return tuple(self._with_news(c) if n in renewed else c for n, c in enumerate(columns))

    @cached_property
    def _first_columns(self) -> tuple[Column, ...]:
        number = min(max(_FEWEST, self.pages // _PER_COLUMN), len(_SUBJECTS) * len(_SORTS))
        share, more = divmod(self.pages - 1, number)
        return tuple(self._column(n, share + (n < more)) for n in range(number))

    def _column(self, number: int, pages: int) -> Column:
        subject, sort = number % len(_SUBJECTS), number // len(_SUBJECTS) % len(_SORTS)
        code, about = list(_SUBJECTS.items())[subject]
        kind, called = list(_SORTS.items())[(sort + subject) % len(_SORTS)]
        folder = f"/{code}/{kind}/"
        draw = random.Random(f"{self.seed} {folder}")
        stale = number % _STALE_EACH == _STALE_EACH - 1
        day = FIRST_DAY - timedelta(days=draw.randrange(400, 700) if stale else draw.randrange(6))
        articles = []
        for n in range(max(1, pages - ceil(pages / (ROWS + 1)))):
            stem = f"{folder}{day:%Y%m}/t{day:%Y%m%d}_{100_000 + number * 1000 + n}"
            title = f"关于{draw.choice(_VERBS)}{about}{draw.choice(_MATTERS)}工作的通知（第{n + 1}号）"
            file = f"{stem}.{'pdf' if draw.random() < 0.7 else 'doc'}" if n % _ATTACHMENT_EACH == 4 else ""
            articles.append(Article(path=f"{stem}.html", title=title, day=day, attachment=file))
            day -= timedelta(days=draw.randrange(4))
        encoding = "gbk" if number % _GBK_EACH == _GBK_FIRST else "utf-8"
        return Column(name=f"{about}{called}", folder=folder, encoding=encoding, articles=tuple(articles))

    @property
    def _changed_number(self) -> int:
        return max(2, self.pages // CHANGED_SHARE)

    @cached_property
    def _renewed(self) -> tuple[int, ...]:
        """The columns that have a new article on the second day. Three pages change: it, its list, its neighbour."""
        number = min(len(self._first_columns), max(1, self._changed_number // 6))
        return tuple(random.Random(f"{self.seed} news").sample(range(len(self._first_columns)), number))

    def _with_news(self, column: Column) -> Column:
        stem = f"{column.folder}{self.day:%Y%m}/t{self.day:%Y%m%d}_99"
        new = Article(path=f"{stem}.html", title=f"关于印发{column.name}目录的通知", day=self.day)
        return replace(column, articles=(new, *column.articles), news=1)

    @cached_property
    def first_articles(self) -> tuple[Article, ...]:
        """All articles of the first day, column after column: what asides lead to on either day."""
        return tuple(a for column in self._first_columns for a in column.articles)

    @cached_property
    def reworded(self) -> frozenset[str]:
        """Paths of the articles whose text is another one on the second day."""
        if self.edition == 1:
            return frozenset()
        number = min(len(self.first_articles), max(1, self._changed_number - 3 * len(self._renewed) - 1))
        return frozenset(a.path for a in random.Random(f"{self.seed} words").sample(self.first_articles, number))

    @cached_property
    def addresses(self) -> tuple[str, ...]:
        """Paths of all pages."""
        columns = (path for c in self.columns for path in (*c.lists, *(a.path for a in c.articles)))
        return ("/", *columns)

    @cached_property
    def dead(self) -> dict[str, list[str]]:
        """Dead addresses by the article that links to them."""
        return self._placed("dead", max(_FEWEST, self.pages // _PAGES_A_DEAD_LINK), _gone)

    @cached_property
    def redirects(self) -> dict[str, list[str]]:
        """Addresses that lead on to an article, by the article that links to them."""
        return self._placed("moved", max(_FEWEST, self.pages // _PAGES_A_REDIRECT), lambda _, a: f"/go{a.path}")

    def _placed(self, what: str, number: int, address: Callable[[int, Article], str]) -> dict[str, list[str]]:
        draw = random.Random(f"{self.seed} {what}")
        goals = draw.sample(self.first_articles, min(number, len(self.first_articles)))
        placed: dict[str, list[str]] = {}
        for n, goal in enumerate(goals):
            placed.setdefault(draw.choice(self.first_articles).path, []).append(address(n, goal))
        return placed
