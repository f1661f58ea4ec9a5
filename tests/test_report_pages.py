"""The pages: what they say, whom they let in, and that nothing of a stranger's gets out."""

import base64
import hashlib
import re
from dataclasses import replace
from datetime import timedelta
from html.parser import HTMLParser
from urllib.parse import urlsplit

import pytest

import sample
from monitor.model import Report
from monitor.report import letter
from monitor.report.render import html
from monitor.report.view import unit_views, view

VOID = {"meta", "input", "br", "img", "link", "hr"}


class Reader(HTMLParser):
    """Tags, attributes and visible text; notes elements closed out of order."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str, str]] = []
        self.text = ""
        self.open: list[str] = []
        self.wrong: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.wrong.append(tag)

    def handle_data(self, data: str) -> None:
        if not self.open or self.open[-1] not in ("style", "script"):
            self.text += data

    def values(self, attribute: str) -> list[str]:
        return [value for _, name, value in self.attributes if name == attribute]


def pages(report: Report) -> dict[str, str]:
    """Every page and letter made of a report, by a name for people."""
    made = {"report": html("report.html", view(report), up="", units_shown=200)}
    made["units"] = html("units.html", view(report), up="../")
    for shown in unit_views(report):
        assert shown.unit
        made[f"unit {shown.unit.id[:20]}"] = html("unit.html", shown, up="../")
        made[f"letter {shown.unit.id[:20]}"] = letter(report, shown.unit).html
    made["letter"] = letter(report).html
    return made


def english(report: Report) -> Report:
    return replace(report, run=replace(report.run, language="en"))


@pytest.mark.parametrize(
    "report", [sample.city(), sample.well(), sample.broken_off(), english(sample.city()), english(sample.well())]
)
def test_pages_are_whole_and_load_nothing(report: Report) -> None:
    for name, page in pages(report).items():
        read = Reader(page)
        assert not read.wrong, name
        assert not read.open, name
        assert not {"img", "link", "iframe", "object", "embed", "base", "form", "svg", "video"} & set(read.tags), name
        assert not read.values("src"), name
        assert "@import" not in page, name
        assert "url(" not in page, name
        assert read.values("lang") == [report.run.language], name
        assert ("script" in read.tags) == (not name.startswith("letter")), name


@pytest.mark.parametrize("text", sample.NASTY)
def test_hostile_text_stays_text(text: str) -> None:
    clean = {name: sorted(set(Reader(page).tags)) for name, page in pages(sample.hostile("plain")).items()}
    for (name, page), tags in zip(pages(sample.hostile(text)).items(), clean.values(), strict=True):
        read = Reader(page)
        assert sorted(set(read.tags)) == tags, name
        assert not read.wrong, name
        assert not [a for _, a, _ in read.attributes if a.startswith("on")], name
        assert all(urlsplit(a).scheme == "" and "javascript" not in a for a in read.values("href")), name
        page.encode()
        assert not [c for c in page if (ord(c) < 32 and c != "\n") or 0x7F <= ord(c) < 0xA0], name
        assert not set(page) & set("\u200b\u202e\u2028\ufeff\ud800"), name
        assert len(page) < 200_000, name


def test_template_marks_in_strangers_words_are_not_run() -> None:
    page = pages(sample.hostile("{{ 7*7 }}{n}"))["report"]
    assert "{{ 7*7 }}{n}" in Reader(page).text
    assert "49" not in Reader(html("report.html", view(sample.hostile("{{ 7*7 }}")), up="", units_shown=9)).text


def test_living_pages_can_be_opened_and_dead_or_suspicious_ones_cannot() -> None:
    report = sample.city()
    hrefs = {a for page in pages(report).values() for a in Reader(page).values("href")}
    closed = {f.link.url for f in report.links} | {"http://dept11.example/", "http://dept09.example/"}
    assert not closed & hrefs
    stale = [v for v in report.violations if v.days_since_update is not None]
    assert {v.url for v in stale} <= hrefs
    assert {p.url for v in report.violations for p in v.found_on[:4]} <= hrefs
    read = Reader(pages(report)["report"])
    assert all(url in read.text for url in closed)


def test_a_dead_newest_item_is_not_a_link() -> None:
    report = sample.city()
    dead = report.links[0].link.url
    columns = tuple(replace(c, newest_url=dead) for c in report.columns)
    assert dead not in Reader(pages(replace(report, columns=columns))["report"]).values("href")


@pytest.mark.parametrize(
    "address",
    ["javascript:alert(1)", "data:text/html,x", "ftp://a.example/", "//a.example/", "HTTP://a.example/", "", "http://a.example/\"x",
     "http://a.example/\u202egnp", "http://a.example/\n", " http://a.example/", "http://a.example/<b>"],
)  # fmt: skip
def test_only_harmless_web_addresses_open(address: str) -> None:
    shown = view(sample.city())
    assert shown.opens(address) is None
    assert shown.opens("https://a.example/路径?a=1&b=2") == "https://a.example/路径?a=1&b=2"


def test_the_first_screen_answers_what_a_head_asks() -> None:
    text = Reader(pages(sample.city())["report"]).text
    for said in (
        "结果可用",
        "12 个网站中检查了 11 个",
        "05:00 开始，05:41 结束（UTC+08:00）",
        "云川市司法局网站：无法访问（连接超时）",
        "1029 天未更新（时限 6 个月，超期 845 天）",
        "按期更新 61%",
        "无法判定 11%",
        "已到时限",
        "列表没有日期（2 个栏目）",
        "页面数达到上限",
    ):
        assert said in text
    assert text.index("结果可用") < text.index("新增问题") < text.index("栏目更新情况") < text.index("责任单位")


def test_a_day_without_findings_says_so_and_claims_no_more() -> None:
    text = Reader(pages(sample.well())["report"]).text
    assert "没有发现问题" in text
    assert "需要人工查看" not in text
    blind = replace(sample.well(), run=sample.run(sites_checked=0), columns=())
    text = Reader(pages(blind)["report"]).text
    assert "没有可用的结论" in text
    assert "没有发现问题" not in text
    assert "结果可用" not in text


def test_a_site_that_did_not_open_is_not_counted_as_checked() -> None:
    """A run counts the sites it looked at; its reader wants those of which something is known."""
    report = replace(sample.city(), run=sample.run(sites_checked=12))
    assert "12 个网站中检查了 11 个" in Reader(pages(report)["report"]).text
    assert letter(report).subject.endswith("（查 11/12 站）")


def test_the_newest_items_title_stands_once_beside_its_evidence() -> None:
    report = sample.city()
    column = report.columns[0]
    evidence = f"2024-01-29 “{column.newest_title}” (list row 1)"
    first = replace(report.violations[0], evidence=evidence)
    text = Reader(pages(replace(report, violations=(first,)))["report"]).text
    assert text.count(column.newest_title) == 1
    assert "2024-01-29（列表第1行）" in text


def test_a_broken_off_run_is_told_before_anything_else() -> None:
    text = Reader(pages(sample.broken_off())["report"]).text
    assert (
        text.index("已暂停对外发送")
        < text.index("疑为监测程序故障")
        < text.index("只检查了 9 个")
        < text.index("新增问题")
    )


def test_a_unit_sees_nothing_of_another() -> None:
    report = sample.city()
    shown = view(report, sample.unit(0))
    read = Reader(html("unit.html", shown, up="../"))
    others = {v.unit.name for v in report.violations} - {sample.unit(0).name}
    assert not [name for name in others if name in read.text]
    assert "1029 天" in read.text


def test_a_large_fleet_is_capped_and_says_so() -> None:
    page = html("report.html", view(sample.fleet(30, 10)), up="", units_shown=20)
    read = Reader(page)
    assert page.count("<tr data-rank=") == 100
    assert "列出前 100 项，共 300 项" in read.text
    assert "按问题数列出前 20 个单位，共 30 个" in read.text
    assert "units/index.html" in read.values("href")


def test_every_table_has_scoped_headings_and_every_state_a_word() -> None:
    for name, page in pages(sample.city()).items():
        read = Reader(page)
        scoped = sum(tag == "th" and attribute == "scope" for tag, attribute, _ in read.attributes)
        assert scoped == read.tags.count("th"), name
    assert "新增" in Reader(pages(sample.city())["report"]).text


def test_the_script_runs_under_its_own_policy_and_no_other() -> None:
    page = pages(sample.city())["report"]
    script = re.search(r"<script>(.*?)</script>", page, re.DOTALL)
    assert script
    digest = base64.b64encode(hashlib.sha256(script[1].encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}'" in page
    assert "default-src 'none'" in page


@pytest.mark.parametrize(("left", "said"), [(0, True), (30, True), (31, False), (-1, False)])
def test_a_certificate_is_spoken_of_thirty_days_before_its_end(left: int, said: bool) -> None:
    report = sample.city()
    ends = report.run.today + timedelta(days=left)
    report = replace(report, sites=(replace(report.sites[0], certificate_ends=ends), *report.sites[1:]))
    words = f"{left} 天后证书到期"
    assert (words in html("report.html", view(report), up="", units_shown=200)) is said
    shown = next(v for v in unit_views(report) if v.unit and v.unit.id == report.sites[0].unit.id)
    assert (words in html("unit.html", shown, up="../")) is said
