"""The self-check sheets: every rule is told, nothing recalled looks official, nothing of a stranger's gets out."""

import re
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest

import judged
import sample
from judged import found, rule, single
from monitor.census import CHECKS, check_identity, judge_site
from monitor.config import load_pack
from monitor.model import (
    Column,
    ColumnClass,
    ColumnLook,
    ColumnVerdict,
    Confidence,
    Dated,
    Element,
    Guide,
    HomeLook,
    Identity,
    Link,
    LinkState,
    Message,
    MessageList,
    MessageState,
    Paper,
    Parent,
    Part,
    Probe,
    Reach,
    Reading,
    Report,
    Result,
    Rule,
    RuleVerdict,
    Service,
    Sign,
    Site,
    SiteFacts,
    Span,
    Subject,
    TagCount,
    Unit,
)
from monitor.report import write
from monitor.report.form import Outcome, forms
from monitor.report.render import html
from monitor.report.rollup import roll
from monitor.report.view import unit_views, view
from monitor.report.words import words
from test_report_folder import names
from test_report_pages import Reader, english

V = RuleVerdict
ENGLISH = re.compile(r"[a-z]{3}")
TAGS = re.compile(r"Site(?:Name|Domain|IDCode)|PubDate|https?://\S+|\b[\w-]+(?:\.[\w-]+)+\b|sites\.yaml")
"""The official names of tags, and addresses."""


def sheets(report: Report) -> dict[str, str]:
    """Each site's page, by the site's id."""
    return {
        form.site.id: html("sheet.html", shown, up="../", form=form)
        for shown in unit_views(report)
        for form in shown.forms
    }


def others(report: Report) -> dict[str, str]:
    """The other pages that speak of sheets."""
    made = {"sheets": html("sheets.html", view(report), up="../")}
    made["rollup"] = html("rollup.html", view(report), up="", rolled=roll(report))
    made["report"] = html("report.html", view(report), up="", units_shown=200)
    return made | {f"unit {n}": html("unit.html", shown, up="../") for n, shown in enumerate(unit_views(report))}


def text(page: str) -> str:
    return " ".join(Reader(page).text.split())


@pytest.mark.parametrize("name", ["census-2019", "census-2015", "freshness"])
@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_pages_are_whole_load_nothing_and_tell_every_rule(name: str, language: str) -> None:
    report = judged.city(judged.pack(name))
    report = replace(report, run=replace(report.run, language=language))
    made = sheets(report)
    assert set(made) == {s.id for s in report.sites}
    for page in (*made.values(), *others(report).values()):
        read = Reader(page)
        assert not read.wrong
        assert not read.open
        assert not {"img", "link", "iframe", "form", "svg"} & set(read.tags)
        assert not read.values("src")
    for form in forms(report):
        said = Reader(made[form.site.id]).text
        assert all(f.rule.id in said for f in form.sheet.findings)
        assert all(f.rule.clause in said and f.rule.indicator in said for f in form.findings)


def test_a_chinese_sheet_holds_no_english_of_ours() -> None:
    for page in sheets(judged.city()).values():
        said = re.sub(
            r"https?://\S+|\w+\.example\S*|report\.json|violations\.csv|<meta>|gov\.cn", "", Reader(page).text
        )
        said = re.sub(r"Agricultural news|Spring wheat[\w ,]*|IPv6|ICP", "", said)
        found_ = [said[max(0, m.start() - 40) : m.end() + 20] for m in ENGLISH.finditer(said.partition("自查表")[2])]
        assert not found_


COLUMN = sample.column(0, "工作动态", ColumnClass.A, 400)
LINK = Link(url="http://x.example/a", state=LinkState.DEAD, reason="404 Not Found", status=404, final_url="http://x.example/a", found_on=(Parent(url="http://dept00.example/", text="甲"),))  # fmt: skip
ITEMS = ["domain", "domain form", "badge", "site code", "icp", "police", "organiser", "contact", "error entry", "site map", "search", "SiteName", "SiteDomain", "SiteIDCode", "list tags", "article tags", "certificate", "load time", "ipv6"]  # fmt: skip
SETTINGS = {"classes": ["A"], "blank": True, "names": ["工作"], "within": "14 days", "fewer_than": 10, "on": "any page", "items": ITEMS}  # fmt: skip


def cases() -> list[SiteFacts]:
    """Sites in every state that a check tells apart."""
    day = sample.TODAY
    site = Site(id="dept00", name="甲", url="http://dept00.example/", unit=Unit(id="u", name="甲"))
    well = SiteFacts(site=site, today=day, reach=Reach.OPEN, reason="", whole=True, home_url=site.url)
    homes = [None, HomeLook(), HomeLook(undated=3)]
    homes += [
        HomeLook(dated=(Dated(day=day - timedelta(days=age), text="11-01", where=where, rule="md"),) * many, undated=u)
        for age in (1, 12, 40) for where in ("list row 1", "label 发布时间", "url") for many in (1, 12) for u in (0, 20)
    ]  # fmt: skip
    columns = [
        replace(COLUMN, verdict=verdict, age_days=age, newest=None if age is None else day - timedelta(days=age), limit=limit)
        for verdict in ColumnVerdict for age in (None, 3, 400) for limit in (None, Span(days=14), Span(months=6), Span(years=1))
    ]  # fmt: skip
    some = [replace(well, home=home) for home in homes]
    some += [replace(well, columns=(c,) * n, home=h) for c in columns for n in (1, 2, 6) for h in (homes[1], homes[-1])]
    for state in LinkState:
        link = replace(LINK, state=state)
        for whole in (True, False):
            some += [replace(well, links=(link,) * n, whole=whole, accused=a) for n in (1, 2) for a in (frozenset(), frozenset({link.url}))]  # fmt: skip
    dated = sample.violation(
        0,
        sample.Kind.REDATED_ITEM,
        "甲",
        "http://x.example/",
        "dated 2026-01-01 when first seen on 2026-01-02, dated 2026-03-01 today",
    )
    some += [replace(well, redated=(dated,) * n) for n in (1, 2)]
    some += [replace(well, reach=reach) for reach in Reach]
    some += weeks(well) + identities(well) + services(well)
    return [*some, replace(well, reach=Reach.UNREACHABLE, reason="timed out (connect)"), replace(well, whole=False)]


def weeks(well: SiteFacts) -> list[SiteFacts]:
    found = []
    for a_day, failing, doubtful in ((0, 0, 0), (3, 0, 0), (24, 0, 0), (24, 6, 0), (24, 60, 0), (24, 0, 60)):
        probes = []
        for back in range(7, 0, -1):
            for n in range(a_day):
                at = datetime.combine(well.today - timedelta(days=back), time(n), UTC)
                bad, odd = len(probes) < failing, len(probes) < doubtful
                reason = "timed out" if bad else "403 Forbidden" if odd else ""
                probes.append(Probe(site="dept00", at=at, seconds=None if bad else 1.0, open=not (bad or odd), reason=reason, doubtful=odd))  # fmt: skip
        found.append(replace(well, probes=tuple(probes)))
    return found


def identities(well: SiteFacts) -> list[SiteFacts]:
    """A site that shows everything, nothing, something else, and something that only a person can tell."""
    asked = load_pack("census-2019", Path()).identity
    assert asked is not None
    sure = Sign(value="2302000004", evidence="网站标识码 2302000004", where="text")
    odd, wrong = replace(sure, sure=False), replace(sure, value="x1")
    names = ("site_code", "icp", "police", "organiser", "contact", "badge", "error_entry", "site_map", "search")
    pages = [Identity(url="http://dept00.example/")]
    pages += [replace(pages[0], **dict.fromkeys(names, sign)) for sign in (sure, odd, wrong)]
    pages += [replace(pages[0], script_footer="foot.js", script_header="top.js"), replace(pages[0], wordless_images=3)]
    pages += [replace(pages[0], in_part=True), replace(pages[0], ipv6=True, seconds=9.0), replace(pages[0], ipv6=False)]
    count = TagCount(pages=3, lacking=1, examples=(("http://dept00.example/a", ("PubDate",)),))
    pages += [
        replace(pages[0], lists=count, articles=TagCount(pages=3), owner=sure, empty_tags=frozenset(["SiteName"]))
    ]
    tags = {"SiteName": "别处", "SiteDomain": "www.other.gov.cn", "SiteIDCode": "9999999999"}
    pages += [replace(pages[1], tags=tags), replace(pages[0], tags=tags | {"SiteDomain": "no domain"})]
    ends = (None, well.today, well.today - timedelta(days=3), well.today + timedelta(days=90))
    sites = [well.site, replace(well.site, code="1234567890"), replace(well.site, url="http://10.1.2.3/")]
    checks = [
        check_identity(one, site, asked, today=well.today, certificate_ends=end, portal=portal)
        for one in pages for site in sites for end in ends for portal in (None, "www.city.gov.cn")
    ]  # fmt: skip
    return [replace(well, identity=one) for one in checks] + [
        replace(well, identity=(replace(check, name=name),)) for one in checks for check in one for name in ("domain",)
    ]


def services(well: SiteFacts) -> list[SiteFacts]:
    day = Dated(day=well.today - timedelta(days=200), text="x", where="label 提问时间", rule="iso")
    letters = [Message(title="甲", url="http://dept00.example/l", asked=day, state=state) for state in MessageState]
    recent = replace(letters[0], answered=replace(day, day=well.today))
    old = replace(letters[0], answered=day)
    lists = [MessageList(name="信箱", url="http://dept00.example/x", messages=(one,), whole=w) for one in (*letters, recent, old) for w in (True, False)]  # fmt: skip
    known = [Service(), *(Service(letters=(one,)) for one in lists)]
    bare = Guide(title="甲", url="http://dept00.example/g", missing=frozenset(Element))
    known += [Service(guides=(replace(bare, url=f"http://dept00.example/{n}"),) * n, guides_left=left) for n in (1, 2) for left in (0, 3)]  # fmt: skip
    paper = Paper(title="关于印发甲乙丙丁管理办法的通知", url="http://dept00.example/p")
    known += [Service(policies=(paper,)), Service(policies=(paper,), interpretations=(replace(paper, title="《甲乙丙丁管理办法》解读", url="http://dept00.example/q"),))]  # fmt: skip
    column = Column(name="工作访谈", url="http://dept00.example/ft", klass=ColumnClass.E, limit=None)
    looks = [ColumnLook(column=column, reading=reading) for reading in (Reading.BLANK, Reading.WALL)]
    mail = replace(COLUMN, klass=ColumnClass.E, name="局长信箱")
    return [
        *(replace(well, service=one) for one in known),
        *(replace(well, activities=((look, ()),)) for look in looks),
        replace(well, columns=(mail,)),
    ]


@pytest.mark.parametrize("check", sorted(CHECKS))
def test_every_sentence_of_a_check_is_said_in_chinese(check: str) -> None:
    chinese, said = words("zh-CN"), set()
    for applies in ("all", "portals", "departments"):
        for settings, warn in ((SETTINGS, {}), (SETTINGS | {"at_least": 5}, {"at_least": 1, "within": "10 days"})):
            one = rule(check=check, settings=settings, warn=warn, applies=applies)
            for facts in cases():
                for finding in judge_site(judged.rules(one), facts).findings:
                    said |= {finding.evidence, *(subject.said for subject in finding.subjects)}
    assert said
    left = {one: told for one in said if ENGLISH.search(TAGS.sub("", told := chinese.clause(one)))}
    assert not left


@pytest.mark.parametrize("text_", sample.NASTY)
def test_hostile_text_stays_text(text_: str) -> None:
    clean = {**sheets(judged.hostile("plain")), **others(judged.hostile("plain"))}
    made = {**sheets(judged.hostile(text_)), **others(judged.hostile(text_))}
    for page, plain in zip(made.values(), clean.values(), strict=True):
        read = Reader(page)
        assert set(read.tags) == set(Reader(plain).tags)
        assert not read.wrong
        assert not [a for _, a, _ in read.attributes if a.startswith("on")]
        assert all(urlsplit(a).scheme == "" and "javascript" not in a for a in read.values("href"))
        page.encode()
        assert not [c for c in page if (ord(c) < 32 and c != "\n") or 0x7F <= ord(c) < 0xA0]
        assert not set(page) & set("\u200b\u202e\u2028\ufeff\ud800")
        assert len(page) < 300_000


@pytest.mark.parametrize("known", list(Confidence))
def test_what_nobody_read_carries_its_mark_wherever_it_is_told(known: Confidence) -> None:
    given = (
        found(rule(1, confidence=known), V.BREACH),
        found(rule(2, part=Part.DEDUCTION, confidence=known, points=5.0, most=5.0), V.BREACH, points=5.0),
    )
    mark = words("zh-CN").say("known." + known.value) if known is not Confidence.READ else ""
    page = sheets(single(*given, result=Result.FAIL))["dept00"]
    told = sheets(single(given[1], score=95.0))["dept00"]
    if not mark:
        assert 'class="known"' not in page + told
        return
    rows = page.split("<tr")[2:]
    assert len(rows) == 3  # two rules and the heading of the second table
    for row in (rows[0], rows[2]):
        assert row.count(f">{mark}<") >= 2  # beside what was found and beside the clause
    assert f">{mark}<" in page.partition("单项否决情形")[2].partition("</p>")[0]
    assert words("zh-CN").say("known_long." + known.value) in text(page)
    assert f">{mark}<" in told.partition("最多" if "最多" in told else "95 分")[2].partition("</section>")[0]
    lists = others(single(given[1], score=95.0))
    assert all(f">{mark}<" in lists[name] for name in ("sheets", "report", "rollup"))


def test_a_limit_that_nobody_read_is_marked_at_the_rule_that_uses_it() -> None:
    page = sheets(judged.city())["dept00"]
    row = next(row for row in page.split("<tr") if ">W4-2<" in row)
    assert '专题专栏 <span class="known"' in row
    assert "推定" in row
    assert "推定" not in next(row for row in page.split("<tr") if ">W4-3<" in row)


@pytest.mark.parametrize(
    ("result", "verdict", "part", "score", "outcome", "said"),
    [
        (Result.OPEN, V.PERSON, Part.VETO, None, Outcome.OPEN, "未发现不合格情形，尚有 1 项须人工核查。"),
        (Result.PASS, V.PASS, Part.VETO, None, Outcome.PASSED, "合格"),
        (Result.FAIL, V.BREACH, Part.VETO, None, Outcome.FAILED, "出现单项否决情形，不再评分。指标1：未更新的栏目3个"),
        (Result.OPEN, V.UNKNOWN, Part.DEDUCTION, 87.5, Outcome.OPEN, "最多 87.5 分。满分 100 分，60 分及格。"),
        (Result.PASS, V.BREACH, Part.DEDUCTION, 87.0, Outcome.PASSED, "87 分。满分 100 分，60 分及格。"),
        (Result.FAIL, V.BREACH, Part.DEDUCTION, 40.0, Outcome.FAILED, "最多 40 分，低于及格线 60 分。"),
        (Result.FAIL, V.BREACH, Part.DUTY, None, Outcome.UNMET, "1 项要求没有达到。"),
        (Result.PASS, V.PASS, Part.DUTY, None, Outcome.PASSED, "合格"),
    ],
)  # fmt: skip
def test_the_result_is_said_in_words(
    result: Result, verdict: RuleVerdict, part: Part, score: float | None, outcome: Outcome, said: str
) -> None:
    report = single(found(rule(part=part, points=1.0), verdict), result=result, score=score)
    assert [form.outcome for form in forms(report)] == [outcome]
    page = sheets(report)["dept00"].partition('<section class="result')[2].partition("</section>")[0]
    assert said in text(page)
    assert ("最多" in text(page)) == (verdict is V.UNKNOWN or (result is Result.FAIL and score is not None))


def test_nothing_is_concluded_of_a_site_that_was_not_seen() -> None:
    report = single(found(rule(), V.UNKNOWN))
    down = replace(report, sites=(replace(report.sites[0], verdict="unreachable", reason="timed out (connect)"),))
    said = text(sheets(down)["dept00"])
    assert "未能检查" in said
    assert "连接超时" in said
    assert "未发现不合格情形" not in said
    vetoed = replace(down, sheets=(replace(down.sheets[0], result=Result.FAIL),))
    assert forms(vetoed)[0].outcome is Outcome.FAILED


def test_an_indicator_loses_no_more_than_it_has() -> None:
    one, two = (rule(n, indicator="链接", part=Part.DEDUCTION, points=9.0, most=12.0) for n in (1, 2))
    report = single(found(one, V.BREACH, points=9.0), found(two, V.BREACH, points=9.0), score=88.0)
    said = text(sheets(report)["dept00"])
    assert "共扣 12 分（已达本项上限）" in said
    assert said.count("扣 9 分") == 2


def test_rules_for_other_sites_are_one_line() -> None:
    page = sheets(judged.city())["dept03"]
    assert "扣分指标" not in re.findall(r"<h2[^>]*>([^<]*)<", page)
    assert "不适用于本网站的规则（18 条）：K1 动态要闻、" in text(page)
    assert "本网站不评分" in text(page)


def test_subjects_open_only_where_they_may_and_only_the_first_are_listed() -> None:
    report = judged.city()
    dead = report.links[0].link.url
    some = tuple(Subject(name=f"第{n}项", url=f"http://a.example/{n}", said="") for n in range(12))
    one = found(rule(), V.BREACH, subjects=(Subject(name="甲", url=dead, said=""), *some))
    of = judged.rules(one.rule)
    told = tuple(judged.sheet(s.id, Result.FAIL, one) for s in report.sites)
    read = Reader(sheets(replace(report, rules=of, sheets=told))["dept03"])
    assert dead not in read.values("href")
    assert "http://a.example/8" in read.values("href")
    assert "http://a.example/9" not in read.values("href")
    assert "只列前 10 项" in read.text


def test_english_pages_say_the_meaning_and_keep_the_clause() -> None:
    page = sheets(english(judged.city()))["dept00"]
    assert "Five or more blank columns." in text(page)
    assert '<span lang="zh-CN">3.空白栏目数量超过（含）5个。</span>' in page
    assert "at most" in text(page)
    assert "1 points" not in text(page)


def test_a_held_run_is_told_on_every_sheet() -> None:
    report = judged.city()
    held = replace(report, run=replace(report.run, held="no canary answers: the monitor's own network is at fault"))
    assert all("监测方网络故障" in text(page) for page in (*sheets(held).values(), others(held)["rollup"]))


def test_every_sheet_is_a_file_and_is_led_to(tmp_path: Path) -> None:
    report = judged.city()
    odd = replace(report.sites[5], id="index")
    told = tuple(replace(s, site_id="index") if s.site_id == report.sites[5].id else s for s in report.sheets)
    report = replace(report, sites=(*report.sites[:5], odd, *report.sites[6:]), sheets=told)
    day = write(report, tmp_path)
    there = names(day)
    assert len([name for name in there if name.startswith("sheets/")]) == 13
    for page in (name for name in there if name.endswith(".html")):
        for href in Reader((day / page).read_text("utf-8")).values("href"):
            if not urlsplit(href).scheme and not href.startswith("#"):
                assert (day / page).parent.joinpath(href).resolve().is_file(), (page, href)
    for page in ("report.html", "sheets/index.html", "units/unit-00.html"):
        assert "sheets/dept00.html" in Reader((day / page).read_text("utf-8")).text + str(
            Reader((day / page).read_text("utf-8")).values("href")
        )
    assert names(tmp_path / "latest") == there
    write(replace(report, sites=report.sites[:2], sheets=report.sheets[:2]), tmp_path)
    assert {n for n in names(day) if n.startswith("sheets/")} == {
        f"sheets/{n}.html" for n in ("dept00", "dept01", "index")
    }
    write(replace(report, rules=None, sheets=()), tmp_path)
    assert not {n for n in names(day) if n.startswith(("sheets/", "rollup"))}


def test_fifty_rules_and_one(tmp_path: Path) -> None:
    many = [found(rule(n, indicator=f"指标{n // 7}"), V.PERSON) for n in range(50)]
    page = sheets(single(*many))["dept00"]
    assert page.count("<tr>") == 51
    assert page.count('scope="rowgroup"') == 8
    assert sheets(single(many[0]))["dept00"].count("<tr>") == 2
    known: list[Rule] = [f.rule for f in many]
    assert len(known) == len({r.id for r in known})


def test_a_fleet_is_laid_out_with_every_sheet(tmp_path: Path) -> None:
    day = write(judged.fleet(300, 25), tmp_path)
    assert len(list((day / "sheets").glob("*.html"))) == 301
    assert (day / "report.html").stat().st_size < 1_000_000
    assert "第19县" in (day / "rollup.html").read_text("utf-8")
