"""One crawl against its history: what is new, what still stands, what was put right, and what cannot be told."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from monitor import urls
from monitor.digest import FAILING, LINK, Digest, canary, digest, faults_of, not_looked_at, report
from monitor.model import (
    Change,
    Column,
    ColumnClass,
    ColumnLook,
    ColumnVerdict,
    Crawl,
    Dated,
    Exemption,
    Fault,
    Kind,
    Link,
    LinkState,
    Parent,
    Reach,
    Reading,
    RunInfo,
    Site,
    SiteFinding,
    Span,
    TlsFault,
    Unit,
)

TODAY = date(2026, 3, 20)
UNIT = Unit(id="u", name="市水利局")
SITE = Site(id="slj", name="市水利局", url="http://slj.example/", unit=UNIT)
TZGG = "http://slj.example/tzgg/"
GONE = "http://slj.example/gone.html"


def column(age: int | None, *, url: str = TZGG, reading: Reading = Reading.READ, until: date | None = None) -> ColumnLook:  # fmt: skip
    day = None if age is None else TODAY - timedelta(days=age)
    newest = None if day is None else Dated(day=day, text=str(day), where="list row 1", rule="iso")
    exemption = None if until is None else Exemption(reason="改版", by="办公室", until=until)
    wanted = Column(name="通知公告", url=url, klass=ColumnClass.B, limit=Span(days=14), exemption=exemption)
    return ColumnLook(column=wanted, reading=reading, newest=newest)


def link(url: str = GONE, state: LinkState = LinkState.DEAD) -> Link:
    home = (Parent(url=SITE.url, text="附件"),)
    return Link(url=url, state=state, reason=state.value, status=404, final_url=url, found_on=home)


def crawl(*looks: ColumnLook, links: Iterable[Link] = (), reach: Reach = Reach.OPEN, complete: bool = True, whole: bool = True, **more: object) -> Crawl:  # fmt: skip
    return Crawl(site=SITE, reach=reach, reason="", complete=complete, whole=whole, links=tuple(links), columns=looks, **more)  # type: ignore[arg-type]  # fmt: skip


def history(
    *kinds_and_urls: tuple[str, str], days: int = 1, since: int = 9, last: int = 1
) -> dict[tuple[str, str], Fault]:
    return {
        (str(kind), url): Fault(
            site="slj", kind=str(kind), url=url, subject="通知公告", days=days,
            first_seen=TODAY - timedelta(days=since), last_seen=TODAY - timedelta(days=last),
        )
        for kind, url in kinds_and_urls
    }  # fmt: skip


STALE_BEFORE = history((Kind.STALE_COLUMN, TZGG))
DEAD_BEFORE = history((Kind.DEAD_LINK, GONE), (LINK, GONE), (FAILING, GONE))


def told(said: Digest) -> dict[str, list[str]]:
    """Every violation's and every fixed one's address, by what is said of it."""
    return {
        "new": [v.url for v in said.violations if v.change is Change.NEW],
        "still": [v.url for v in said.violations if v.change is Change.STILL],
        "fixed": [f.url for f in said.fixed],
    }


# --- new, still, fixed ----------------------------------------------------------------------


def test_what_was_not_there_before_is_new() -> None:
    said = digest(crawl(column(30), links=[link()]), {}, TODAY)
    assert told(said) == {"new": [TZGG, GONE], "still": [], "fixed": []}
    assert {v.first_seen for v in said.violations} == {TODAY}


def test_what_was_there_before_is_still_there_since_that_day() -> None:
    said = digest(crawl(column(30), links=[link()]), STALE_BEFORE | DEAD_BEFORE, TODAY)
    assert told(said) == {"new": [], "still": [TZGG, GONE], "fixed": []}
    assert {v.first_seen for v in said.violations} == {TODAY - timedelta(days=9)}
    assert said.links[0].first_seen == TODAY - timedelta(days=9)


def test_what_is_not_there_any_more_is_fixed() -> None:
    said = digest(crawl(column(1)), STALE_BEFORE | DEAD_BEFORE, TODAY)
    assert told(said) == {"new": [], "still": [], "fixed": [TZGG, GONE]}
    assert set(said.closed) == {*STALE_BEFORE, *DEAD_BEFORE}
    assert said.fixed[0].first_seen == TODAY - timedelta(days=9)


def test_a_link_that_was_listed_but_never_accused_is_not_called_fixed() -> None:
    said = digest(crawl(), history((LINK, GONE), (FAILING, GONE)), TODAY)
    assert told(said)["fixed"] == []
    assert len(said.closed) == 2


# --- what cannot be told --------------------------------------------------------------------


@pytest.mark.parametrize("reach", [Reach.UNREACHABLE, Reach.WALLED, Reach.MAINTENANCE, Reach.NOT_LOOKED])
def test_a_site_that_was_not_read_closes_and_accuses_none_of_its_columns_and_links(reach: Reach) -> None:
    look = column(None, reading=Reading.UNREACHABLE)
    said = digest(crawl(look, reach=reach, whole=False), STALE_BEFORE | DEAD_BEFORE, TODAY)
    assert said.closed == ()
    assert [v.kind for v in said.violations] == [Kind.UNREACHABLE_SITE] * (reach is Reach.UNREACHABLE)
    assert said.site.verdict not in ("ok", "violations")


def test_a_site_that_was_read_in_part_does_not_close_the_links_it_did_not_come_to() -> None:
    said = digest(crawl(column(1), whole=False), STALE_BEFORE | DEAD_BEFORE, TODAY)
    assert told(said)["fixed"] == [TZGG]


def test_a_link_that_may_stand_on_a_page_that_failed_today_is_not_fixed() -> None:
    page = "http://slj.example/list/"
    said = digest(crawl(links=[link(page, LinkState.FAILING)], unread=frozenset((page,))), DEAD_BEFORE, TODAY)
    assert said.closed == ()


def test_a_page_that_failed_before_too_hides_nothing() -> None:
    page = "http://slj.example/list/"
    failing = crawl(links=[link(page, LinkState.FAILING)], unread=frozenset((page,)))
    assert told(digest(failing, DEAD_BEFORE | history((LINK, page), since=1), TODAY))["fixed"] == [GONE]
    assert told(digest(failing, DEAD_BEFORE | history((LINK, page), since=0, last=0), TODAY))["fixed"] == []


def test_a_link_that_pages_not_due_may_still_hold_is_not_put_right() -> None:
    assert told(digest(crawl(), DEAD_BEFORE, TODAY))["fixed"] == [GONE]
    assert told(digest(crawl(heard_of=frozenset((GONE,))), DEAD_BEFORE, TODAY))["fixed"] == []


def test_a_link_seen_alive_is_fixed_even_where_the_site_was_read_in_part() -> None:
    said = digest(crawl(whole=False, alive=frozenset((GONE,))), DEAD_BEFORE, TODAY)
    assert told(said)["fixed"] == [GONE]


def test_a_crawl_that_was_stopped_neither_accuses_nor_closes_and_says_so() -> None:
    before = history((Kind.DEAD_LINK, "http://slj.example/other"), (Kind.STALE_COLUMN, TZGG + "2/"))
    looks = [column(30), column(None, url=TZGG + "1/", reading=Reading.BLANK), column(1, url=TZGG + "2/")]
    said = digest(crawl(*looks, links=[link()], complete=False, whole=False), before, TODAY)
    assert (said.violations, said.fixed, said.closed) == ((), (), ())
    assert [c.verdict for c in said.columns] == [ColumnVerdict.UNKNOWN, ColumnVerdict.UNKNOWN, ColumnVerdict.FRESH]
    assert (said.site.verdict, said.site.stale, said.site.blank) == ("not looked at", 0, 0)
    assert "stopped" in said.site.reason


@pytest.mark.parametrize("state", [LinkState.UNVERIFIED, LinkState.SUSPICIOUS, LinkState.FAILING])
def test_a_link_that_is_neither_dead_nor_alive_today_keeps_its_fault_open(state: LinkState) -> None:
    said = digest(crawl(links=[link(state=state)]), DEAD_BEFORE, TODAY)
    assert told(said) == {"new": [], "still": [], "fixed": []}
    assert (Kind.DEAD_LINK, GONE) not in said.closed


@pytest.mark.parametrize("state", [LinkState.UNVERIFIED, LinkState.FAILING])
def test_a_link_to_a_host_that_is_now_told_as_one_keeps_its_fault_open(state: LinkState) -> None:
    """Links to one silent or walled host are folded into one entry under the host's root."""
    far = "http://far.example:8080/a.html"
    before = history((Kind.DEAD_LINK, far), (LINK, far), (FAILING, far))
    said = digest(crawl(links=[link("http://far.example:8080/", state)]), before, TODAY)
    assert said.closed == ()
    elsewhere = digest(crawl(links=[link("http://near.example/", state)]), before, TODAY)
    assert told(elsewhere)["fixed"] == [far]


@pytest.mark.parametrize("reading", [Reading.SCRIPT, Reading.WALL, Reading.NO_DATES, Reading.DEAD, Reading.BLANK])
def test_a_stale_column_that_cannot_be_read_today_is_not_fixed(reading: Reading) -> None:
    assert told(digest(crawl(column(None, reading=reading)), STALE_BEFORE, TODAY))["fixed"] == []


def test_a_stale_column_that_nobody_may_judge_any_more_is_not_fixed() -> None:
    assert told(digest(crawl(column(30, until=TODAY)), STALE_BEFORE, TODAY)) == {"new": [], "still": [], "fixed": []}


def test_a_column_that_the_crawler_did_not_find_today_is_not_fixed() -> None:
    assert digest(crawl(), STALE_BEFORE, TODAY).closed == ()


def test_a_site_that_answers_again_closes_its_silence_and_nothing_else() -> None:
    before = history((Kind.UNREACHABLE_SITE, SITE.url)) | STALE_BEFORE
    said = digest(crawl(reach=Reach.WALLED, whole=False), before, TODAY)
    assert told(said)["fixed"] == [SITE.url]


def test_a_certificate_fault_is_fixed_when_a_look_met_none() -> None:
    before = history((Kind.TLS_FAULT, SITE.url))
    assert told(digest(crawl(), before, TODAY))["fixed"] == [SITE.url]
    assert told(digest(crawl(tls_fault=TlsFault.EXPIRED), before, TODAY))["still"] == [SITE.url]
    assert digest(crawl(tls_fault=TlsFault.UNKNOWN_ISSUER), before, TODAY).closed == ()


# --- links that fail ------------------------------------------------------------------------


def days_of(crawls: Iterable[Crawl]) -> list[bool]:
    """Day after day with a history kept as the store keeps it: on which days the link was accused."""
    kept: dict[tuple[str, str], Fault] = {}
    accused = []
    for number, one in enumerate(crawls):
        day = TODAY + timedelta(days=number)
        said = digest(one, kept, day)
        accused.append(bool(said.violations))
        for kind, url, subject in faults_of(said):
            old = kept.get((kind, url))
            kept[kind, url] = Fault(
                site="slj", kind=kind, url=url, subject=subject, last_seen=day,
                first_seen=old.first_seen if old else day, days=old.days + 1 if old else 1,
            )  # fmt: skip
        for key in said.closed:
            kept.pop(key)
    return accused


FAILS, WALLED, ALIVE = (
    crawl(links=[link(state=LinkState.FAILING)]),
    crawl(links=[link(state=LinkState.UNVERIFIED)]),
    crawl(),
)


def test_a_failing_link_is_accused_from_its_third_day_on() -> None:
    assert days_of([FAILS] * 4) == [False, False, True, True]


def test_days_behind_a_wall_are_no_days_of_failing() -> None:
    assert days_of([WALLED] * 5 + [FAILS, FAILS]) == [False] * 7
    assert days_of([FAILS, WALLED, FAILS, FAILS]) == [False, False, False, True]


def test_a_day_alive_starts_the_count_anew() -> None:
    assert days_of([FAILS, FAILS, ALIVE, FAILS, FAILS, FAILS]) == [False] * 5 + [True]


def test_a_second_look_on_the_same_day_is_no_second_day() -> None:
    twice = history((LINK, GONE), (FAILING, GONE), days=2, last=0)
    assert digest(FAILS, twice, TODAY).violations == ()


# --- the whole report -----------------------------------------------------------------------


def finding(number: int, verdict: str) -> SiteFinding:
    site = Site(id=str(number), name=str(number), url=f"http://{number}.example/", unit=UNIT)
    said = digest(Crawl(site=site, reach=Reach.OPEN, reason="", complete=True), {}, TODAY).site
    return not_looked_at(site, "") if verdict == "not looked at" else _with(said, verdict)


def _with(said: SiteFinding, verdict: str) -> SiteFinding:
    return replace(said, verdict=verdict)


@pytest.mark.parametrize(
    ("silent", "of", "holds"),
    [(0, 5, False), (1, 5, False), (2, 5, True), (4, 4, True), (2, 10, False), (3, 10, True), (20, 100, False), (21, 100, True)],
)  # fmt: skip
def test_more_than_a_fifth_of_five_or_more_silent_sites_holds_everything(silent: int, of: int, holds: bool) -> None:
    sites = [finding(n, "unreachable" if n < silent else "ok") for n in range(of)]
    assert bool(canary(sites)) is holds
    if holds:
        assert f"{silent} of {of} sites" in canary(sites)


def test_a_wall_is_an_answer_and_sings_no_canary() -> None:
    assert canary(finding(n, "walled") for n in range(9)) == ""


def info() -> RunInfo:
    noon = datetime(2026, 3, 20, 12, tzinfo=UTC)
    return RunInfo(id="r", started_at=noon, finished_at=noon, today=TODAY, complete=True, sites_checked=1, sites_total=2)  # fmt: skip


def test_the_report_puts_all_sites_together_and_ranks_across_them() -> None:
    other = Site(id="jyj", name="市教育局", url="http://jyj.example/", unit=UNIT)
    first = digest(crawl(column(20), links=[link()]), {}, TODAY)
    second = digest(Crawl(site=other, reach=Reach.OPEN, reason="", complete=True, columns=(column(90),)), {}, TODAY)
    whole = report(info(), "办公室", [first, second], [finding(3, "not looked at")])
    assert [(v.rank, v.site_id, v.days_since_update) for v in whole.violations] == [(1, "jyj", 90), (2, "slj", 20), (3, "slj", None)]  # fmt: skip
    assert [(s.id, s.verdict) for s in whole.sites] == [("slj", "violations"), ("jyj", "violations"), ("3", "not looked at")]  # fmt: skip
    assert (len(whole.columns), len(whole.links), whole.fixed, whole.run.held) == (2, 1, (), "")


def test_a_sites_line_counts_its_columns_by_verdict() -> None:
    looks = [column(n, url=f"{TZGG}{n}/") for n in (0, 1, 12, 14, 99)]
    looks += [column(None, reading=Reading.BLANK), column(None, reading=Reading.SCRIPT)]
    said = digest(crawl(*looks, pages=7, links_checked=70), {}, TODAY).site
    assert (said.fresh, said.due_soon, said.stale, said.blank, said.unknown) == (2, 1, 2, 1, 1)
    assert (said.pages, said.links, said.verdict) == (7, 70, "violations")


def test_a_site_without_faults_is_ok() -> None:
    assert digest(crawl(column(0)), {}, TODAY).site.verdict == "ok"


def test_a_dead_link_keeps_its_name_whatever_session_it_carries() -> None:
    known, today = "http://slj.example/gone.jsp;jsessionid=AB0C", "http://slj.example/gone.jsp;jsessionid=77F1"
    said = digest(crawl(links=[link(today)]), history((Kind.DEAD_LINK, known), (LINK, known)), TODAY)
    assert told(said) == {"new": [], "still": [known], "fixed": []}
    alive = digest(
        crawl(alive=frozenset([urls.same_page(today)])), history((Kind.DEAD_LINK, known), (LINK, known)), TODAY
    )
    assert told(alive)["fixed"] == [known]
