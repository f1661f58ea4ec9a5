"""The demo city: it really answers, and its truth is what a walk through it finds."""

from __future__ import annotations

import html
import http.client
import json
import re
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor import config, demo, urls
from monitor.demo.plan import City, Portal, months_back

TODAY = date(2026, 3, 31)  # six months before it lies a day that September lacks
_LINK = re.compile(r"""(?:href|src)=["']([^"']+)["']""")
_REFRESH = re.compile(r'http-equiv="refresh" content="0;url=([^"]+)"')
_PAGES = re.compile(r'createPageHTML\((\d+), \d+, "index", "html"\)')
_MARKUP = ("text/html", "text/html; charset=utf-8")


@dataclass(frozen=True)
class Reply:
    status: int
    kind: str
    location: str
    body: bytes


@dataclass
class Walk:
    """What a reader finds who follows every link of one portal."""

    replies: dict[str, Reply] = field(default_factory=dict)
    found_on: dict[str, set[str]] = field(default_factory=dict)
    pages: dict[str, str] = field(default_factory=dict)


def ask(address: str, method: str = "GET") -> Reply:
    split = urls.authority(address).partition(":")
    line = http.client.HTTPConnection(split[0], int(split[2]), timeout=10)
    try:
        line.request(method, address[len("http://") + len(urls.authority(address)) :] or "/")
        reply = line.getresponse()
        return Reply(reply.status, reply.getheader("Content-Type", ""), reply.getheader("Location", ""), reply.read())
    finally:
        line.close()


def walk(base: str) -> Walk:
    seen = Walk()
    ahead = [base + "/"]
    while ahead:
        address = ahead.pop()
        if address in seen.replies:
            continue
        reply = seen.replies[address] = ask(address)
        targets = [reply.location] if reply.location else []
        if reply.status == 200 and reply.kind in _MARKUP:
            charset = "gb18030" if b"charset=gb2312" in reply.body else "utf-8"
            text = seen.pages[address] = reply.body.decode(charset)
            targets = [html.unescape(t) for t in _LINK.findall(text)] + _REFRESH.findall(text)
            targets += [f"index_{n}.html" for count in _PAGES.findall(text) for n in range(1, int(count))]
        else:
            charset = "utf-8"
        for target in targets:
            found = urls.resolve(address, target, charset)
            assert found is not None, target
            if urls.is_web(found[0]):
                if address in seen.pages:  # where a redirect leads, no link stands
                    seen.found_on.setdefault(found[0], set()).add(address)
                if found[0].startswith(base + "/"):
                    ahead.append(found[0])
    return seen


def at_once(city: City) -> City:
    return replace(city, portals=tuple(replace(p, draft=replace(p.draft, delay=0.0)) for p in city.portals))


@pytest.fixture(scope="module", params=[0, 11], ids=["as built", "eleven days later"])
def served(request: pytest.FixtureRequest) -> Iterator[demo.Served]:
    with demo.serve(at_once(demo.city(TODAY + timedelta(days=request.param), TODAY))) as standing:
        yield standing


@pytest.fixture(scope="module")
def truth(served: demo.Served) -> dict[str, Any]:
    return demo.truth(served)


@pytest.fixture(scope="module")
def walks(served: demo.Served) -> dict[str, Walk]:
    open_ones = [p.draft.id for p in served.city.portals if p.draft.watched and p.draft.reach == "open"]
    with ThreadPoolExecutor(4) as pool:
        return dict(zip(open_ones, pool.map(lambda i: walk(served.bases[i]), open_ones), strict=True))


def portal(city: City, wanted: str) -> Portal:
    return next(p for p in city.portals if p.draft.id == wanted)


def site(truth: dict[str, Any], wanted: str) -> dict[str, Any]:
    return next(s for s in truth["sites"] if s["id"] == wanted)


def broken(seen: Walk) -> set[str]:
    """Inside addresses that give a reader nothing, told by plain HTTP and the one soft 404 page."""
    bad = {a for a, r in seen.replies.items() if r.status >= 400 or (r.status == 200 and not r.body)}
    bad |= {a for a, text in seen.pages.items() if "页面不存在 - " in text or "文件不存在" in text}
    while more := {a for a, r in seen.replies.items() if r.location and urls.resolve(a, r.location)[0] in bad} - bad:  # type: ignore[index]
        bad |= more
    return bad | {a for a in seen.replies if "/go/loop" in a or "/go/again" in a}


def test_the_city_is_large_enough_and_quick_enough(truth: dict[str, Any]) -> None:
    assert len(truth["sites"]) >= 14
    assert 600 <= sum(s["pages"] for s in truth["sites"]) <= 1200
    assert {"trs", "hanweb", "gbk", "table", "card", "tagged", "ajax"} <= {
        p.draft.make.name for p in demo.city(TODAY).portals
    }
    assert portal(demo.city(TODAY), "tjj").draft.delay > 0


def test_the_city_is_the_same_on_every_call() -> None:
    first, second = demo.city(TODAY), demo.city(TODAY)
    assert [p.answers for p in first.portals] == [p.answers for p in second.portals]


def test_every_page_but_a_closed_one_is_reached_from_the_home_page(served: demo.Served, walks: dict[str, Walk]) -> None:
    for each, seen in walks.items():
        base = served.bases[each]
        built = portal(served.city, each)
        own = {base + t for t, a in built.answers.items() if a.status == 200 and a.kind in _MARKUP}
        missing = own - set(seen.replies)
        if built.draft.make.name == "ajax":  # only a browser finds its articles
            missing = {a for a in missing if "/view/" not in a}
        assert missing == set(), each


def test_each_planted_link_stands_exactly_where_the_truth_says(truth: dict[str, Any], walks: dict[str, Walk]) -> None:
    planted = 0
    for each, seen in walks.items():
        for link in site(truth, each)["links"]:
            assert seen.found_on[link["url"]] == set(link["pages"]), link
            assert link["state"] == link["states"][0]
            planted += 1
    assert planted >= 16


def test_what_is_broken_inside_is_planted_and_nothing_else_is(truth: dict[str, Any], walks: dict[str, Walk]) -> None:
    for each, seen in walks.items():
        links = site(truth, each)["links"]
        planted = {link["url"] for link in links if link["inside"] and link["state"] == "dead"}
        not_linked = {a for a in broken(seen) if a.endswith(("/go/again.html", "/gone/for/good.html"))}
        assert broken(seen) - not_linked == planted, each


def test_links_to_the_outside_answer_as_the_truth_says(
    served: demo.Served, truth: dict[str, Any], walks: dict[str, Walk]
) -> None:
    told = {link["url"]: link["state"] for s in truth["sites"] for link in s["links"] if not link["inside"]}
    outside = served.bases["outside"] + "/"
    assert set(told.values()) == {"dead", "failing", "unverified", "suspicious"}
    for address, state in told.items():
        if address.startswith(outside):
            assert ask(address).status == {"dead": 404, "failing": 503, "unverified": 403, "suspicious": 302}[state]
        else:
            with pytest.raises(ConnectionRefusedError):
                ask(address)
    excluded = {i["url"] for s in truth["sites"] for i in s["innocent"] if "excluded" in i["why"]}
    seen = {a for w in walks.values() for a in w.found_on if a.startswith(outside)} - set(told) - excluded
    assert {ask(a).status for a in seen} == {200}


def test_no_innocent_is_accused_and_each_one_answers(truth: dict[str, Any], walks: dict[str, Walk]) -> None:
    faults = {c["url"] for s in truth["sites"] for c in s["columns"] if c["verdict"] in ("stale", "blank")}
    faults |= {link["url"] for s in truth["sites"] for link in s["links"]}
    count = 0
    for each, seen in walks.items():
        for innocent in site(truth, each)["innocent"]:
            assert innocent["url"] not in faults, innocent
            assert innocent["url"] in seen.replies or innocent["url"] in seen.found_on, innocent
            wanted = (404,) if "excluded" in innocent["why"] else (200, 301, 302)
            assert ask(innocent["url"]).status in wanted, innocent
            count += 1
    assert count >= 25


def days_of(seen: Walk, column: dict[str, Any]) -> set[date]:
    """The days on a column's first page, by the patterns of its make; rows without a year are told by their articles."""
    text = seen.pages[column["url"]].partition("<footer")[0].partition('class="footer"')[0].partition("<body")[2]
    days = {date.fromisoformat(m) for m in re.findall(r"(?<![/\d])\d{4}-\d{2}-\d{2}", text)}
    days |= {date.fromisoformat(f"{y}-{d}") for d, y in re.findall(r"<b>(\d\d)</b><span>(\d{4}-\d\d)</span>", text)}
    if re.search(r"\[\d\d-\d\d\]", text):
        articles = {a for a in _LINK.findall(text) if a.startswith(urls.path(column["url"])) and a[-6].isdigit()}
        base = column["url"][: -len(urls.path(column["url"]))]
        days |= {
            date.fromisoformat(m[1]) for a in articles if (m := re.search(r"发布时间：(\S{10})", seen.pages[base + a]))
        }
    return days


def test_the_newest_day_of_a_column_is_what_its_page_shows(truth: dict[str, Any], walks: dict[str, Walk]) -> None:
    checked, today = 0, date.fromisoformat(truth["today"])
    for each, seen in walks.items():
        for column in site(truth, each)["columns"]:
            if each == "scj" or column["class"] == "L" or not column["judged"]:
                continue
            if any(address.startswith(column["url"]) for address in site(truth, each)["redated"]):
                continue  # it shows another day than it deserves
            shown = {d for d in days_of(seen, column) if d <= today}
            assert (max(shown).isoformat() if shown else None) == column["newest"], column
            checked += 1
    assert checked >= 50


def test_the_foreign_editions_write_dates_their_own_way(served: demo.Served) -> None:
    city = served.city
    newest = {s.name: s.newest for s, _ in portal(city, "www").columns}
    english, russian = newest["Latest News"], newest["Новости"]
    assert english is not None
    assert russian is not None
    assert f"{english:%B} {english.day}, {english.year}" in ask(served.bases["www"] + "/en/news/").body.decode()
    page = ask(served.bases["www"] + "/ru/news/").body.decode()
    assert re.search(rf"<span>{russian.day} (января|февраля) {russian.year}</span>", page)


def items_of(city: City) -> dict[str, tuple[date | None, str, date | None]]:
    """Every item by its address: its day, its title, and the day that it once bore."""
    return {
        f"{built.draft.id}{(section.make or built.draft.make).place(section, entry.number, entry)}": (
            entry.day, entry.title, entry.first,
        )
        for built in city.portals for section, _ in built.columns for entry in section.entries
    }  # fmt: skip


def test_what_was_published_stays_what_it_was_and_what_lives_is_published() -> None:
    before = items_of(demo.city(TODAY))
    for later in range(1, 45):
        today = TODAY + timedelta(days=later)
        city = demo.city(today, TODAY)
        now = items_of(city)
        gone = {address.partition("/")[0] for address in before.keys() - now.keys()}
        assert gone <= {"gaj", "wlj"}, later  # one is down for some days, one empties a column for a day
        changed = {address for address in before.keys() & now.keys() if before[address] != now[address]}
        assert all(address.startswith("jyj/mtjj/") and now[address][2] == before[address][0] for address in changed)
        assert len(changed) <= 1
        assert len(now) == sum(len(section.entries) for built in city.portals for section, _ in built.columns)
        assert all(TODAY < (now[address][0] or TODAY) <= today for address in now.keys() - before.keys())
        before |= now
        known = {section.newest for section, _ in portal(city, "www").columns if section.name == "政务要闻"}
        assert known == {today}
    assert not gone


def test_a_column_that_is_forgotten_becomes_due_and_then_overdue() -> None:
    told = {}
    for later in range(9):
        columns = {s.path: s for s, _ in portal(demo.city(TODAY + timedelta(days=later), TODAY), "mzj").columns}
        told[later] = columns["/gzdt/"].verdict
        assert columns["/gzdt/"].newest == TODAY - timedelta(days=7)
        assert columns["/tzgg/"].verdict == "fresh"
    assert [told[later] for later in (0, 2, 3, 6, 7, 8)] == ["fresh", "fresh", "due soon", "due soon", "stale", "stale"]


def test_a_city_that_lived_through_a_story_of_its_own_lives_through_no_other() -> None:
    later = TODAY + timedelta(days=20)
    plants = {p.plant.href for p in portal(demo.city(later, TODAY, ()), "zjj").planted}
    assert plants == {"/go/loop.html", "/go/nowhere.html"}
    assert portal(demo.city(later, TODAY), "zjj").planted == ()


def verdict(today: date, klass: str, newest: date) -> str:
    limits = {"A": today - timedelta(days=14), "B": months_back(today, 6), "C": months_back(today, 12)}
    limit = limits.get(klass, today - timedelta(days=30))
    if newest <= limit:
        return "stale"
    return "due soon" if (today - newest).days >= 0.8 * (today - limit).days else "fresh"


@given(st.dates(date(2020, 1, 1), date(2060, 12, 31)))
@settings(max_examples=25, deadline=None)
def test_every_verdict_holds_on_any_day(today: date) -> None:
    for built in demo.city(today).portals:
        for section, _ in built.columns:
            if section.newest is None or section.verdict == "unknown":
                continue
            if section.limit:
                assert section.newest == today - timedelta(days=10)
                continue
            assert verdict(today, section.klass, section.newest) == section.verdict, (built.draft.id, section.name)


def test_limits_are_planted_to_the_day() -> None:
    water = {s.name: s.newest for s, _ in portal(demo.city(TODAY), "slj").columns}
    assert water["通知公告"] == date(2025, 9, 30)
    assert water["政策法规"] == date(2025, 10, 1)


def test_the_gbk_portal_speaks_gbk_and_says_so_only_in_a_meta_tag(served: demo.Served) -> None:
    base = served.bases["czj"]
    home = ask(base + "/")
    assert home.kind == "text/html"
    assert b"charset=gb2312" in home.body
    assert "示例市财政局".encode("gb18030") in home.body
    assert "示例市财政局".encode() not in home.body
    asked = urls.resolve(base + "/", "/list.asp?栏目=通知公告", "gb18030")
    assert asked is not None
    assert "%CD%A8%D6%AA" in asked[0]
    assert "<h2>通知公告</h2>" in ask(asked[0]).body.decode("gb18030")
    wrong = urls.resolve(base + "/", "/list.asp?栏目=通知公告", "utf-8")
    assert wrong is not None
    assert ask(wrong[0]).status == 404


def test_a_portal_that_is_down_refuses_and_one_in_maintenance_says_so_everywhere(
    served: demo.Served, truth: dict[str, Any]
) -> None:
    for down in ("sjj", "gone"):
        with pytest.raises(ConnectionRefusedError):
            ask(served.bases[down] + "/")
    assert not site(truth, "sjj")["reachable"]
    for path in ("/", "/tzgg/", "/robots.txt"):
        assert "网站升级改版中" in ask(served.bases["jtj"] + path).body.decode()


def test_robots_lists_and_data_are_served_as_they_are(served: demo.Served) -> None:
    assert b"Disallow: /neibu/" in ask(served.bases["gaj"] + "/robots.txt").body
    assert ask(served.bases["www"] + "/robots.txt").status == 404
    channel = re.search(rb'data-channel="(\d+)"', ask(served.bases["scj"] + "/gzdt/").body)
    assert channel is not None
    rows = json.loads(ask(f"{served.bases['scj']}/api/list?channel={channel[1].decode()}").body)["rows"]
    assert rows
    assert ask(served.bases["scj"] + rows[0]["link"]).status == 200


def test_the_server_knows_its_manners(served: demo.Served) -> None:
    base = served.bases["www"]
    assert ask(base + "/zwyw/", "HEAD").body == b""
    assert ask(base + "/zwyw/", "HEAD").status == 200
    assert ask(base + "/zwyw").location == "/zwyw/"
    assert ask(base + "/zwyw/index.html").body == ask(base + "/zwyw/").body
    assert ask(base + "/zwyw/", "POST").status == 405
    assert ask(base + "/nothing/here").status == 404
    assert ask(served.bases["outside"] + "/nohead.html", "HEAD").status == 405
    assert ask(served.bases["zrj"] + "/upload/empty.pdf").body == b""
    assert ask(served.bases["zrj"] + "/upload/plan.pdf").body.startswith(b"%PDF")
    line = http.client.HTTPConnection(urls.authority(base), timeout=10)
    for path in ("/", "/zwyw/"):  # one connection, two answers
        line.request("GET", path)
        assert line.getresponse().read()
    line.close()


def test_a_stranger_who_talks_nonsense_does_not_harm_it(served: demo.Served) -> None:
    host, _, port = urls.authority(served.bases["www"] + "/").partition(":")
    for nonsense in (b"\r\n\r\n", b"GET\r\n\r\n", b"\x16\x03\x01\r\n\r\n", b"x" * 100_000):
        with socket.create_connection((host, int(port)), timeout=10) as line:
            line.sendall(nonsense)
            line.shutdown(socket.SHUT_WR)
    assert ask(served.bases["www"] + "/").status == 200


def test_no_placeholder_is_left_in_what_is_served(walks: dict[str, Walk], truth: dict[str, Any]) -> None:
    for seen in walks.values():
        assert not [a for a, text in seen.pages.items() if ".test" in text]
    assert ".test" not in json.dumps(truth)


def test_sites_yaml_names_every_watched_portal(served: demo.Served, tmp_path: Path, truth: dict[str, Any]) -> None:
    written = yaml.safe_load(demo.sites_yaml(served, tmp_path))
    assert [s["id"] for s in written["sites"]] == [s["id"] for s in truth["sites"]]
    assert {s["unit"] for s in written["sites"]} <= {u["id"] for u in written["units"]}
    assert written["reports"].startswith(str(tmp_path))
    by_id = {s["id"]: s for s in written["sites"]}
    assert by_id["www"]["columns"] == "auto"
    assert by_id["slj"]["columns"][0] == {
        "name": "工作动态", "url": "/gzdt/", "class": "A", "limit": "10 days", "warn": "8 days",
    }  # fmt: skip
    assert by_id["gaj"]["exclusions"][0]["until"] == served.city.today + timedelta(days=90)
    assert by_id["sfj"]["columns"][4]["undated"] == "stale"


def test_the_configuration_takes_its_sites_yaml(served: demo.Served, tmp_path: Path, truth: dict[str, Any]) -> None:
    (tmp_path / "sites.yaml").write_text(demo.sites_yaml(served, tmp_path), encoding="utf-8")
    fleet = config.load(tmp_path / "sites.yaml")
    listed = {c["url"]: c["class"] for s in truth["sites"] for c in s["columns"] if c["listed"]}
    assert {c.url: c.klass for s in fleet.sites for c in s.columns} == listed
    assert [s.id for s in fleet.sites if s.portal] == ["www"]
    assert {u.within for u in fleet.units} == {"", "economy", "people"}


def test_the_city_closes_behind_its_last_visitor() -> None:
    with demo.serve(demo.city(TODAY)) as standing:
        base = standing.bases["www"]
        idle = http.client.HTTPConnection(urls.authority(base), timeout=10)
        idle.request("GET", "/")
        idle.getresponse().read()  # the connection stays open while the city closes
    with pytest.raises(ConnectionRefusedError):
        ask(base + "/")
    idle.close()
