"""The marks of a site held against what is asked of it: what is said on, below and above each limit."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.census import check_identity, days_left
from monitor.model import Identity, IdentityCheck, IdentityRules, Presence, Sign, Site, TagCount, TlsFault, Unit

P, M, C, U = Presence.PRESENT, Presence.MISSING, Presence.CONTRADICTION, Presence.UNKNOWN
TODAY = date(2026, 11, 23)
RULES = IdentityRules(
    code_forms=(r"\d{10}", r"bm\d{8}", r"N\d{9}"),
    icp_form=r"[一-龥]ICP备\d{8}(?:\d\d)?号?(?:-\d+)?",
    suffixes=(".gov.cn",),
    other_suffixes=(".xn--zfr164b",),
    portal_form=r"www\.[a-z0-9-]+\.gov\.cn",
    load_seconds=3.0,
    certificate_days=30,
)
SITE = Site(id="slj", name="齐齐哈尔市水利局", url="http://slj.qqhr.gov.cn/", unit=Unit(id="u", name="水利局"))
PORTAL = replace(SITE, name="齐齐哈尔市人民政府", url="http://www.qqhr.gov.cn/")


def mark(value: str = "x", *, sure: bool = True) -> Sign:
    return Sign(value=value, evidence=value or "x", where="text", sure=sure)


WHOLE = Identity(
    url=SITE.url,
    site_code=mark("2302000099"),
    icp=mark("黑ICP备05009380号-2"),
    police=mark("黑公网安备23020302000022号"),
    organiser=mark("市水利局"),
    contact=mark("0452-2790000"),
    badge=mark("http://bszs.conac.cn/sitename?id=1"),
    error_entry=mark("2302000099"),
    site_map=mark("http://slj.qqhr.gov.cn/map/"),
    search=mark("/s"),
    tags={"SiteName": "齐齐哈尔市水利局", "SiteDomain": "slj.qqhr.gov.cn", "SiteIDCode": "2302000099"},
    seconds=0.4,
    ipv6=True,
    lists=TagCount(pages=3),
    articles=TagCount(pages=9),
)
NAMES = ("badge", "site_code", "icp", "police", "organiser", "contact", "error_entry", "site_map", "search")


def checks(identity: Identity, site: Site = SITE, portal: str | None = "www.qqhr.gov.cn", **more: Any) -> Iterator[IdentityCheck]:  # fmt: skip
    more.setdefault("certificate_ends", date(2027, 6, 1))
    yield from check_identity(identity, site, RULES, today=TODAY, portal=portal, **more)


def one(name: str, identity: Identity, site: Site = SITE, **more: Any) -> tuple[Presence, str]:
    (found,) = (check for check in checks(identity, site, **more) if check.name == name)
    return found.state, found.evidence


def test_a_site_with_all_of_it() -> None:
    states = {check.name: check.state for check in checks(WHOLE)}
    assert states.pop("load time") is U  # the page alone proves no more
    assert set(states.values()) == {P}
    assert list(states) == [
        "domain", "domain form", "badge", "site code", "icp", "police", "organiser", "contact", "error entry",
        "site map", "search", "SiteName", "SiteDomain", "SiteIDCode", "list tags", "article tags", "certificate", "ipv6",
    ]  # fmt: skip


def test_a_site_with_none_of_it() -> None:
    states = {check.name: check.state for check in checks(Identity(url=SITE.url))}
    assert {states[name.replace("_", " ")] for name in NAMES} == {M}
    assert {states[name] for name in ("SiteName", "SiteDomain", "SiteIDCode")} == {M}
    assert {states[name] for name in ("list tags", "article tags", "load time", "ipv6")} == {U}


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    ("change", "state"),
    [
        ({"script_footer": "script /foot.js"}, U),
        ({"in_part": True}, U),
        ({}, M),
    ],
)
def test_what_a_script_may_put_there_is_not_missing(name: str, change: dict[str, Any], state: Presence) -> None:
    assert one(name.replace("_", " "), replace(WHOLE, **{name: Sign()}, **change))[0] is state


@pytest.mark.parametrize("name", NAMES)
def test_what_is_not_sure_is_for_a_person(name: str) -> None:
    assert one(name.replace("_", " "), replace(WHOLE, **{name: mark(sure=False)}))[0] is U


def test_images_without_words_may_be_badges_but_no_names() -> None:
    bare = replace(Identity(url=SITE.url), wordless_images=2)
    states = {check.name: check.state for check in checks(bare)}
    assert [states[name] for name in ("badge", "police", "error entry")] == [U, U, U]
    assert [states[name] for name in ("site code", "icp", "organiser", "site map", "search")] == [M] * 5


def test_a_search_box_may_stand_in_a_head_that_a_script_fills() -> None:
    assert one("search", replace(WHOLE, search=Sign(), script_header="script /top.js"))[0] is U
    assert one("site map", replace(WHOLE, site_map=Sign(), script_header="script /top.js"))[0] is M


def test_a_copyright_line_leaves_the_organiser_to_a_person() -> None:
    assert one("organiser", replace(WHOLE, organiser=Sign(), owner=mark("市水利局")))[0] is U


@pytest.mark.parametrize(
    ("shown", "known", "state"),
    [
        ("2302000099", "2302000099", P),
        ("2302000099", "", P),
        ("2302000098", "2302000099", C),
        ("bm55000001", "BM55000001", P),
        ("N000000672", "", P),
        ("230200009", "", U),  # nine digits
        ("23020000990", "", U),  # eleven
        ("bm5500000", "", U),
        ("bm550000011", "", U),
    ],
)
def test_the_site_code(shown: str, known: str, state: Presence) -> None:
    assert one("site code", replace(WHOLE, site_code=mark(shown)), replace(SITE, code=known))[0] is state


@pytest.mark.parametrize(
    ("value", "state"),
    [("黑ICP备05009380号", P), ("苏ICP备2021001234号-3", P), ("沪ICP备：12004267", U), ("黑ICP备0500938号", U)],
)
def test_the_registration(value: str, state: Presence) -> None:
    assert one("icp", replace(WHOLE, icp=mark(value)))[0] is state


@pytest.mark.parametrize(
    ("entry", "shown", "known", "state"),
    [
        ("2302000099", mark("2302000099"), "", P),
        ("2202000014", mark("2202000006"), "", C),  # met in the wild
        ("2302000099", mark("2302000001"), "2302000099", P),
        ("", mark("2302000099"), "2302000099", P),
        ("2302000099", mark("2302000001", sure=False), "", P),
    ],
)
def test_the_error_entry_hands_over_the_sites_code(entry: str, shown: Sign, known: str, state: Presence) -> None:
    identity = replace(WHOLE, error_entry=replace(mark(), value=entry), site_code=shown)
    assert one("error entry", identity, replace(SITE, code=known))[0] is state


@pytest.mark.parametrize(
    ("tag", "value", "state"),
    [
        ("SiteName", "齐齐哈尔市水利局", P),
        ("SiteName", "齐齐哈尔市水利局门户网站", P),
        ("SiteName", "水利局", P),
        ("SiteName", "四川省人民政府", U),
        ("SiteName", "·", U),
        ("SiteDomain", "slj.qqhr.gov.cn", P),
        ("SiteDomain", "http://SLJ.qqhr.gov.cn/", P),
        ("SiteDomain", "www.slj.qqhr.gov.cn", P),
        ("SiteDomain", "slj2.qqhr.gov.cn", P),  # listed as the site's, too
        ("SiteDomain", "gxq.cq.gov.cn", C),  # a template never edited
        ("SiteDomain", "qqhr.gov.cn", C),
        ("SiteDomain", "水利 局", U),
        ("SiteIDCode", "2302000099", P),
        ("SiteIDCode", "5001070012", C),
    ],
)
def test_the_tags_are_about_this_site(tag: str, value: str, state: Presence) -> None:
    site = replace(SITE, hosts=("slj2.qqhr.gov.cn:8080",))
    assert one(tag, replace(WHOLE, tags={**WHOLE.tags, tag: value}), site)[0] is state


def test_the_code_of_the_tag_is_held_against_sites_yaml_where_the_page_shows_none() -> None:
    identity = replace(WHOLE, site_code=Sign())
    assert one("SiteIDCode", identity, replace(SITE, code="2302000099"))[0] is P
    assert one("SiteIDCode", identity, replace(SITE, code="2302000098"))[0] is C


def test_an_empty_tag_is_none() -> None:
    identity = replace(WHOLE, tags={}, empty_tags=frozenset(["SiteName"]))
    assert one("SiteName", identity) == (M, f"without a value on {SITE.url}")
    assert one("SiteDomain", identity) == (M, f"not found on {SITE.url}")
    assert one("SiteName", replace(identity, in_part=True))[0] is U


def test_pages_without_their_tags() -> None:
    lacking = TagCount(pages=9, lacking=2, by_tag={"PubDate": 2}, examples=(("http://a/1", ("PubDate",)),))
    state, evidence = one("article tags", replace(WHOLE, articles=lacking))
    assert (state, evidence) == (M, "2 of 9 pages lack some, for one http://a/1: PubDate")


@pytest.mark.parametrize(
    ("url", "landed", "state"),
    [
        ("http://slj.qqhr.gov.cn/", "", P),
        ("http://www.qqhrslj.com/", "", C),
        ("http://www.qqhrslj.com/", "http://slj.qqhr.gov.cn/", P),
        ("http://www.gov.cn/", "", P),
        ("http://gov.cn/", "", C),
        ("http://xgov.cn/", "", C),
        ("http://xn--czrw28b.xn--zfr164b/", "", U),
        ("http://123.165.1.2/", "", C),  # by its address only
        ("http://123.165.1.2/", "http://slj.qqhr.gov.cn/", P),
        ("http://10.1.1.2/", "", U),
        ("http://[2400:3200::1]/", "", C),
        ("http://intranet/", "", U),
    ],
)
def test_the_domain(url: str, landed: str, state: Presence) -> None:
    assert one("domain", replace(WHOLE, url=landed or url), replace(SITE, url=url))[0] is state


@pytest.mark.parametrize(
    ("url", "portal", "state"),
    [
        ("http://www.qqhr.gov.cn/", "www.qqhr.gov.cn", P),
        ("http://www.qqhr.gov.cn:8080/", "qqhr.gov.cn", P),
        ("http://qqhr.gov.cn/", "www.qqhr.gov.cn", C),
        ("http://slj.qqhr.gov.cn/", "www.qqhr.gov.cn", P),
        ("http://www.slj.qqhr.gov.cn/", "www.qqhr.gov.cn", P),
        ("http://www.qqhrslj.gov.cn/", "www.qqhr.gov.cn", C),
        ("http://sljqqhr.gov.cn/", "www.qqhr.gov.cn", C),
        ("http://slj.qqhr.gov.cn/", None, U),
        ("http://10.1.1.2/", "www.qqhr.gov.cn", U),
    ],
)
def test_the_form_of_the_domain(url: str, portal: str | None, state: Presence) -> None:
    assert one("domain form", replace(WHOLE, url=url), replace(SITE, url=url), portal=portal)[0] is state


@pytest.mark.parametrize(
    ("left", "state"), [(-1, C), (0, U), (1, U), (29, U), (30, U), (31, P), (365, P)]
)  # on its last day it is still good
def test_the_certificate(left: int, state: Presence) -> None:
    assert one("certificate", WHOLE, certificate_ends=TODAY + timedelta(days=left))[0] is state


def test_a_certificate_with_a_fault_or_none() -> None:
    assert one("certificate", WHOLE, tls_fault=TlsFault.WRONG_HOST) == (C, "certificate for another host")
    assert one("certificate", WHOLE, certificate_ends=None)[0] is U


@pytest.mark.parametrize(
    ("ends", "today", "left"),
    [
        (date(2028, 3, 1), date(2028, 2, 28), 2),  # a leap year
        (date(2027, 3, 1), date(2027, 2, 28), 1),
        (date(2026, 12, 1), date(2026, 11, 30), 1),
        (date(2026, 11, 30), date(2026, 12, 1), -1),
        (None, TODAY, None),
    ],
)
def test_days_left(ends: date | None, today: date, left: int | None) -> None:
    assert days_left(ends, today) == left


@pytest.mark.parametrize(("seconds", "state"), [(None, U), (0.1, U), (2.99, U), (3.0, U), (3.01, C)])
def test_the_load_time(seconds: float | None, state: Presence) -> None:
    assert one("load time", replace(WHOLE, seconds=seconds))[0] is state


@pytest.mark.parametrize(("ipv6", "state"), [(True, P), (False, M), (None, U)])
def test_ipv6(ipv6: bool | None, state: Presence) -> None:
    assert one("ipv6", replace(WHOLE, ipv6=ipv6))[0] is state


SIGNS = st.builds(Sign, value=st.text(max_size=12), evidence=st.text(max_size=12), sure=st.booleans())
MARKS = [field.name for field in fields(Identity) if field.type == "Sign"]


@given(
    st.fixed_dictionaries(dict.fromkeys(MARKS, SIGNS)),
    st.dictionaries(st.sampled_from(["SiteName", "SiteDomain", "SiteIDCode"]), st.text(min_size=1, max_size=20)),
    st.text(max_size=12),
)
def test_whatever_stands_there_is_answered(marks: dict[str, Sign], tags: dict[str, str], code: str) -> None:
    found = list(checks(Identity(url=SITE.url, tags=tags, **marks), replace(SITE, code=code)))
    assert len({check.name for check in found}) == len(found) == 19
    for check in found:
        assert check.evidence
        sign = marks.get(check.name.replace(" ", "_"))
        if sign is not None and sign.evidence:
            assert check.state is not M


@given(st.fixed_dictionaries(dict.fromkeys(MARKS, SIGNS)))
def test_a_page_read_in_part_accuses_of_nothing_missing(marks: dict[str, Sign]) -> None:
    assert not [c for c in checks(Identity(url=SITE.url, in_part=True, **marks)) if c.state is M]
