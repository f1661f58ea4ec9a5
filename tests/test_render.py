"""Columns that only a browser can read, in the system's Chromium over loopback. Skipped where there is none."""

from __future__ import annotations

import asyncio
import base64
import ssl
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import pytest
import trustme

from monitor import config
from monitor.crawl import Aid, crawl_site
from monitor.fetch import Fetcher, Policy, Tries
from monitor.model import (
    Budget,
    Column,
    ColumnClass,
    ColumnLook,
    ColumnVerdict,
    Crawl,
    Reading,
    Render,
    Rendered,
    Report,
    Site,
    Span,
    Unit,
)
from monitor.render import Browser, absent
from monitor.render.gate import Gate
from monitor.run import Watch, crawl_fleet
from portal import NOT_FOUND, Answer, Portal, answer, moved, page, portal

TODAY = date(2026, 3, 20)
needs_browser = pytest.mark.skipif(bool(absent()), reason=f"no browser to test with: {absent()}")
T = TypeVar("T")

SHELL = '<html><head><meta charset="utf-8"><title>通知公告</title></head><body><div id="app"></div><script>{}</script></body></html>'
LIST = (
    "fetch('{}').then(a => a.json()).then(d => {{ document.getElementById('app').innerHTML ="
    " '<ul class=\"rows\">' + d.rows.map(r => `<li><a href=\"${{r.url}}\">${{r.title}}</a><span>${{r.day}}</span></li>`).join('') + '</ul>' }});"
)


def shell(script: str) -> bytes:
    return answer(SHELL.replace("{}", script))


def data(*days: str) -> bytes:
    names = ("防汛抗旱", "河长制巡查", "农村饮水", "水库除险")
    rows = ",".join(
        f'{{"title": "关于做好{names[n % 4]}工作的通知（第{n}号）", "url": "/v/{n}.html", "day": "{day}"}}'
        for n, day in enumerate(days)
    )
    return answer(f'{{"total": {len(days)}, "rows": [{rows}]}}', kind="application/json")


FRESH = data("2026-03-18", "2026-03-10", "2026-02-01")
STALE = data("2025-03-18", "2025-03-10", "2025-02-01")


def addresses_of(*authorities: str) -> Callable[[str, str], Awaitable[tuple[str, ...]]]:
    async def addresses(host: str, authority: str) -> tuple[str, ...]:
        return ("127.0.0.1",) if authority in authorities else ()

    return addresses


def run(work: Coroutine[Any, Any, T]) -> T:
    return asyncio.run(work)


def rendered(pages: Mapping[str, Answer], *paths: str, **settings: Any) -> tuple[list[Rendered], Portal]:
    async def go() -> tuple[list[Rendered], Portal]:
        async with portal(pages) as at, Browser(addresses_of(at.authority), **settings) as browser:
            return [await browser.render(at.url(path)) for path in paths], at

    return run(go())


# --- the browser ------------------------------------------------------------------------------


@needs_browser
def test_a_page_is_read_as_its_script_fills_it_with_what_it_fetched() -> None:
    (one,), _ = rendered({"/": shell(LIST.format("/api?c=1")), "/api?c=1": FRESH}, "/")
    assert not one.failure
    assert "关于做好防汛抗旱工作的通知（第0号）" in one.html
    assert [a.url.rpartition("/")[2] for a in one.answers] == ["api?c=1"]
    assert one.quiet
    assert not one.troubles


@needs_browser
def test_nothing_is_clicked_and_what_waits_for_a_click_is_not_read() -> None:
    script = f"document.body.onclick = () => {{ {LIST.format('/api')} }}"
    (one,), at = rendered({"/": shell(script), "/api": FRESH}, "/")
    assert not one.failure
    assert "/api" not in at.asked


@needs_browser
def test_traps_cost_nothing_dialogs_popups_downloads_pictures_workers() -> None:
    script = (
        "alert(1); confirm(2); prompt(3); window.open('/popup'); new Image().src = '/picture.png';"
        "document.body.appendChild(Object.assign(document.createElement('a'), {href: '/file.zip', download: 'x', target: '_blank'})).click();"
        "navigator.serviceWorker && navigator.serviceWorker.register('/worker.js').catch(() => 0);"
        "window.onbeforeunload = () => 'stay';" + LIST.format("/api")
    )
    zip_ = answer("PK", "200 OK", "Content-Disposition: attachment", kind="application/zip")
    (one, next_), at = rendered(
        {"/": shell(script), "/api": FRESH, "/popup": page(), "/file.zip": zip_, "/next": page(title="next")},
        "/",
        "/next",
    )
    assert "防汛抗旱" in one.html
    assert "next" in next_.html
    assert not {"/popup", "/picture.png", "/worker.js"} & set(at.asked)


@needs_browser
def test_a_page_that_never_stops_asking_is_read_at_the_time_limit_and_held_short() -> None:
    script = LIST.format("/api") + "setInterval(() => fetch('/beat' + Math.random()), 50);"
    (one,), at = rendered({"/": shell(script), "/api": FRESH}, "/", settle=2.0)
    assert "防汛抗旱" in one.html
    assert not one.quiet or one.troubles
    assert len(at.asked) < 60


@needs_browser
def test_a_page_that_hangs_or_kills_its_tab_costs_itself_only() -> None:
    pages = {
        "/loop": shell("for (;;) ;"),
        "/memory": shell("const a = []; for (;;) a.push(new Array(1e6).fill(a.length));"),
        "/gone": moved("/nowhere"),
        "/file": answer("PK", "200 OK", "Content-Disposition: attachment", kind="application/zip"),
        "/silent": lambda _: 30.0,
        "/": shell(LIST.format("/api")),
        "/api": FRESH,
    }
    found, _ = rendered(pages, "/loop", "/memory", "/gone", "/file", "/silent", "/", deadline=3.0, settle=1.5)
    assert [bool(one.failure) for one in found] == [True, True, True, True, True, False]
    assert "防汛抗旱" in found[-1].html


@needs_browser
def test_an_address_that_the_guard_refuses_is_never_reached_by_page_frame_redirect_or_name() -> None:
    async def go() -> tuple[Rendered, Portal]:
        async with portal({}, fallback=answer("secret")) as inner:
            there = f"http://127.0.0.1:{inner.port}"
            pages = {
                "/": shell(
                    f"fetch('{there}/fetched', {{mode: 'no-cors'}}).catch(() => 0); fetch('/away').catch(() => 0);"
                    f"fetch('http://localhost:{inner.port}/named', {{mode: 'no-cors'}}).catch(() => 0);"
                    f"document.body.insertAdjacentHTML('beforeend', '<iframe src=\"{there}/framed\"></iframe>');"
                    f"new WebSocket('ws://127.0.0.1:{inner.port}/socket'); navigator.sendBeacon('{there}/beacon', 'x');"
                    f"const s = document.createElement('script'); s.src = '{there}/script.js'; document.body.append(s);"
                    "document.title = 'ran';"
                ),
                "/away": moved(f"{there}/redirected"),
            }  # fmt: skip
            async with portal(pages) as at, Browser(addresses_of(at.authority)) as browser:
                return await browser.render(at.url()), inner

    one, inner = run(go())
    assert "ran" in one.html
    assert inner.asked == []
    assert "secret" not in one.html


@needs_browser
def test_a_page_cannot_lead_the_browser_to_another_host() -> None:
    async def go() -> Rendered:
        async with portal({"/": page(title="elsewhere")}) as other, portal({}) as at:
            at.pages["/"] = shell(f"location = 'http://localhost:{other.port}/'")
            async with Browser(addresses_of(at.authority, f"localhost:{other.port}")) as browser:
                return await browser.render(at.url())

    assert "elsewhere" not in run(go()).html


@needs_browser
def test_no_secret_of_ours_is_in_the_browsers_environment_and_no_cookie_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MONITOR_SMTP_PASSWORD", "hush")
    from monitor.render.program import surroundings

    assert "MONITOR_SMTP_PASSWORD" not in surroundings()
    script = "document.title = document.cookie || 'none'; document.cookie = 'seen=1'; localStorage.x = 1;"
    found, _ = rendered({"/": shell(script)}, "/", "/")
    assert all("<title>none</title>" in one.html for one in found)


def test_a_browser_that_is_not_there_is_said_and_costs_nothing() -> None:
    async def go() -> tuple[str, Rendered]:
        async with Browser(addresses_of(), configured="/nowhere/chromium") as browser:
            return browser.absent, await browser.render("http://127.0.0.1:9/")

    why, one = run(go())
    assert "/nowhere/chromium" in why or "none is installed" in why
    assert one.failure == why


@needs_browser
def test_a_program_that_is_no_browser_is_given_up_after_a_few_starts(tmp_path: Path) -> None:
    program = tmp_path / "chromium"
    program.write_text("#!/bin/sh\nexit 1\n")
    program.chmod(0o755)

    async def go() -> tuple[list[Rendered], str]:
        async with Browser(addresses_of(), configured=str(program)) as browser:
            return [await browser.render("http://127.0.0.1:9/") for _ in range(4)], browser.absent

    found, why = run(go())
    assert all("did not start" in one.failure for one in found)
    assert "did not start" in why


# --- the gate ---------------------------------------------------------------------------------


def through(gate: Gate, request: bytes, *, known: bool = True) -> Coroutine[Any, Any, bytes]:
    async def go() -> bytes:
        host, _, port = gate.server.removeprefix("http://").partition(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        secret = base64.b64encode(f"{gate.user}:{gate.password if known else 'guess'}".encode())
        writer.write(request.replace(b"\r\n\r\n", b"\r\nProxy-Authorization: Basic " + secret + b"\r\n\r\n", 1))
        try:
            async with asyncio.timeout(5):
                return await reader.read()
        finally:
            writer.close()

    return go()


def test_the_gate_lets_only_our_browser_through_and_only_to_permitted_hosts() -> None:
    async def go() -> None:
        async with (
            portal({"/": answer("here"), "/x?y=1": answer("there")}) as at,
            Gate(addresses_of(at.authority)) as gate,
        ):
            ask = f"GET http://{at.authority}/x?y=1 HTTP/1.1\r\nHost: {at.authority}\r\n\r\n".encode()
            assert (await through(gate, ask)).endswith(b"there")
            assert b" 407 " in await through(gate, ask, known=False)
            refused = await through(gate, b"GET http://10.0.0.1/ HTTP/1.1\r\nHost: 10.0.0.1\r\n\r\n")
            assert b" 403 " in refused
            assert b" 403 " in await through(gate, b"CONNECT 169.254.169.254:443 HTTP/1.1\r\n\r\n")
            assert b" 403 " in await through(gate, b"GET ftp://10.0.0.1/ HTTP/1.1\r\n\r\n")
            for junk in (
                b"\x00\r\n\r\n",
                b"GET\r\n\r\n",
                b"CONNECT :\xff:x HTTP/1.1\r\n\r\n",
                b"CONNECT a:99999999 HTTP/1.1\r\n\r\n",
            ):
                assert b" 200 " not in await through(gate, junk)
            assert at.asked == ["/x?y=1"]
            assert gate.refused[:2] == ["10.0.0.1", "169.254.169.254"]

    run(go())


def test_the_gate_answers_one_request_a_connection_whatever_the_server_says() -> None:
    async def go() -> None:
        async with (
            portal({"/": answer("one", "200 OK", "Connection: keep-alive", "Keep-Alive: timeout=60")}) as at,
            Gate(addresses_of(at.authority)) as gate,
        ):
            head = f"GET http://{at.authority}/ HTTP/1.1\r\nHost: {at.authority}\r\n\r\n".encode()
            said = await through(gate, head)
            assert b"Connection: close" in said
            assert b"keep-alive" not in said.lower()
            assert said.endswith(b"one")

    run(go())


# --- columns ----------------------------------------------------------------------------------


def column(at: Portal, path: str = "/tzgg/", **more: Any) -> Column:
    return Column(name="通知公告", url=at.url(path), klass=ColumnClass.B, limit=Span(days=180), **more)


def now() -> datetime:
    return datetime.now(UTC).astimezone()


async def crawl(at: Portal, aid_of: Callable[[Browser], Aid], *columns: Column) -> Crawl:
    tries = Tries(timeout=1, dropped=1, busy=1, tls=1, dns=1)
    policy = Policy(
        delay=0.0, concurrency=4, deadline=3.0, try_deadline=3.0, pause=0.0, pause_cap=0.0, tries=tries,
        allow_authorities=frozenset((at.authority,)),
    )  # fmt: skip
    site = Site(
        id="slj",
        name="市水利局",
        url=at.url(),
        unit=Unit(id="u", name="市水利局"),
        columns=columns,
        budget=Budget(seconds=60),
        discover=False,
    )
    async with Fetcher(policy) as fetcher, Browser(fetcher.addresses, deadline=10.0, settle=3.0) as browser:
        return await crawl_site(site, fetcher, today=TODAY, now=now, gap=0.0, aid=aid_of(browser))


def looked(
    pages: Mapping[str, Answer], aid: Callable[[Browser, Portal], Aid] | None = None, **more: Any
) -> tuple[ColumnLook, Portal, Crawl]:
    async def go() -> tuple[ColumnLook, Portal, Crawl]:
        async with portal({"/": page(("/tzgg/", "通知公告"), title="市水利局"), **pages}) as at:
            use = (lambda browser: aid(browser, at)) if aid else (lambda browser: Aid(browser=browser))
            found = await crawl(at, use, column(at, **more))
            return found.columns[0], at, found

    return run(go())


@needs_browser
def test_a_script_filled_column_is_read_and_its_data_address_found() -> None:
    look, at, _ = looked({"/tzgg/": shell(LIST.format("/api?c=1")), "/api?c=1": FRESH})
    assert look.reading is Reading.READ
    assert look.newest is not None
    assert (look.newest.day, look.newest.where) == (date(2026, 3, 18), "list row 1, in a browser")
    assert look.newest_title == "关于做好防汛抗旱工作的通知（第0号）"
    assert look.newest_url == at.url("/v/0.html")
    assert look.data_url == at.url("/api?c=1")


def test_the_data_address_is_asked_directly_the_next_time_without_any_browser() -> None:
    look, at, _ = looked(
        {"/tzgg/": shell(LIST.format("/api")), "/api": FRESH},
        lambda _, at: Aid(data_addresses={at.url("/tzgg/"): at.url("/api")}),
    )
    assert look.reading is Reading.READ
    assert look.newest is not None
    assert look.newest.day == date(2026, 3, 18)
    assert look.newest.where == "data row 1, field day, from its data address"
    assert look.data_url == at.url("/api")
    assert at.visits("/api") == 1


def test_nobody_is_blamed_on_a_data_address_alone() -> None:
    look, at, _ = looked(
        {"/tzgg/": shell(LIST.format("/api")), "/api": STALE},
        lambda _, at: Aid(data_addresses={at.url("/tzgg/"): at.url("/api")}),
    )
    assert look.reading is Reading.SCRIPT
    assert look.newest is None
    assert "only a browser can confirm" in look.detail
    assert look.data_url == at.url("/api")


@needs_browser
def test_an_old_state_at_the_data_address_is_put_right_by_the_browser() -> None:
    look, at, _ = looked(
        {"/tzgg/": shell(LIST.format("/api/v2")), "/api": STALE, "/api/v2": FRESH},
        lambda browser, at: Aid(browser=browser, data_addresses={at.url("/tzgg/"): at.url("/api")}),
    )
    assert look.newest is not None
    assert look.newest.day == date(2026, 3, 18)
    assert look.data_url == at.url("/api/v2")


@needs_browser
@pytest.mark.parametrize(
    "gone",
    [
        NOT_FOUND,
        answer("busy", "503 Service Unavailable"),
        answer("{}", kind="application/json"),
        answer("<html>login</html>"),
    ],
)
def test_a_data_address_that_no_longer_works_sends_us_back_to_the_browser(gone: bytes) -> None:
    look, at, _ = looked(
        {"/tzgg/": shell(LIST.format("/new")), "/old": gone, "/new": FRESH},
        lambda browser, at: Aid(browser=browser, data_addresses={at.url("/tzgg/"): at.url("/old")}),
    )
    assert look.reading is Reading.READ
    assert look.data_url == at.url("/new")


@needs_browser
def test_an_overdue_column_is_overdue_by_what_the_browser_shows() -> None:
    look, _, _ = looked({"/tzgg/": shell(LIST.format("/api")), "/api": STALE})
    assert look.reading is Reading.READ
    assert look.newest is not None
    assert look.newest.day == date(2025, 3, 18)


@needs_browser
def test_an_overdue_page_of_which_something_is_missing_is_not_judged() -> None:
    script = LIST.format("/api") + "fetch('/more').then(a => a.json());"
    look, _, _ = looked({"/tzgg/": shell(script), "/api": STALE, "/more": answer("down", "500 Internal Server Error")})
    assert look.reading is Reading.SCRIPT
    assert "may not be whole" in look.detail


@needs_browser
def test_a_menu_with_dates_and_a_page_without_are_not_taken_for_each_other() -> None:
    menu = answer(
        '{"menus": [{"name": "通知公告栏目页面", "path": "/a", "createTime": "2019-01-01"}, {"name": "工作动态栏目页面", "path": "/b", "createTime": "2019-01-01"}]}',
        kind="application/json",
    )
    look, _, _ = looked({"/tzgg/": shell("fetch('/menu');" + LIST.format("/api")), "/menu": menu, "/api": FRESH})
    assert look.newest is not None
    assert look.newest.day == date(2026, 3, 18)
    assert look.data_url.endswith("/api")


@needs_browser
def test_rows_without_a_date_on_the_page_are_dated_by_the_data_that_shows_the_same_titles() -> None:
    undated = LIST.replace("<span>${{r.day}}</span>", "")
    look, _, _ = looked({"/tzgg/": shell(undated.format("/api")), "/api": FRESH})
    assert look.newest is not None
    assert (look.newest.day, look.newest.where) == (date(2026, 3, 18), "data row 1, field day, in a browser")


@needs_browser
def test_an_address_with_a_day_in_it_is_not_remembered() -> None:
    look, _, _ = looked({"/tzgg/": shell(LIST.format("/api?until=2026-03-20")), "/api?until=2026-03-20": FRESH})
    assert look.reading is Reading.READ
    assert look.data_url == ""


@needs_browser
def test_a_list_that_stays_empty_in_a_browser_is_blank_only_when_nothing_failed() -> None:
    script = "fetch('/api').then(a => a.json()).then(d => {{ app.innerHTML = '<ul></ul><p>暂无数据</p>' }}).catch(() => app.innerHTML = '<p>暂无数据</p>')".replace(
        "{{", "{"
    ).replace("}}", "}")
    empty = answer('{"rows": []}', kind="application/json")
    look, _, _ = looked({"/tzgg/": shell(script), "/api": empty})
    assert look.reading is Reading.BLANK
    look, _, _ = looked({"/tzgg/": shell(script), "/api": answer("down", "500 Internal Server Error")})
    assert look.reading is Reading.SCRIPT


@needs_browser
def test_an_empty_list_on_the_plain_page_is_asked_of_the_browser_before_it_is_called_blank() -> None:
    plain = '<html><body><ul class="list" id="app"></ul><p>暂无数据</p><script src="/app.js"></script></body></html>'
    script = (
        LIST.format("/api").replace('<ul class="rows">', "").replace("+ '</ul>'", "")
        + "document.querySelector('p').remove();"
    )
    look, _, _ = looked({"/tzgg/": answer(plain), "/app.js": answer(script, kind="text/javascript"), "/api": FRESH})
    assert look.reading is Reading.READ
    assert look.newest is not None
    assert look.newest.day == date(2026, 3, 18)


@needs_browser
def test_scripts_and_data_tell_a_moment_in_the_offices_own_day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "America/New_York")
    midnight = 1773763200000  # 18 March in China, the 17th nearly everywhere else
    local = LIST.replace("r.day", "new Date(r.day).toLocaleDateString('sv')")
    body = f'{{"rows": [{{"title": "{"关于做好防汛抗旱工作的通知"}", "url": "/v/1.html", "day": {midnight}}}]}}'
    look, _, _ = looked({"/tzgg/": shell(local.format("/api")), "/api": answer(body, kind="application/json")})
    assert look.newest is not None
    assert look.newest.day == date(2026, 3, 18)
    assert look.data_url.endswith("/api")


@needs_browser
def test_data_that_robots_txt_forbids_is_not_asked_for() -> None:
    robots = answer("User-agent: *\nDisallow: /api", kind="text/plain")
    look, at, _ = looked({"/robots.txt": robots, "/tzgg/": shell(LIST.format("/api")), "/api": FRESH})
    assert look.reading is Reading.SCRIPT
    assert "/api" not in at.asked


@needs_browser
def test_a_column_set_to_false_is_left_alone_and_one_set_to_true_always_read() -> None:
    pages = {"/tzgg/": shell(LIST.format("/api")), "/api": FRESH}
    look, at, _ = looked(pages, render=Render.NEVER)
    assert look.reading is Reading.SCRIPT
    assert "/api" not in at.asked
    static = "<ul><li><a href='/o.html'>关于往年防汛抗旱工作的通知</a><span>2020-01-01</span></li><li><a href='/p.html'>关于往年河长制工作的通知</a><span>2019-01-01</span></li></ul>"
    filled = answer(
        SHELL.replace('<div id="app"></div>', f'<div id="app">{static}</div>').replace("{}", LIST.format("/api"))
    )
    look, _, _ = looked({"/tzgg/": filled, "/api": FRESH}, render=Render.ALWAYS)
    assert look.newest is not None
    assert look.newest.day == date(2026, 3, 18)


def test_without_a_browser_the_column_stays_unknown_and_says_what_is_missing() -> None:
    class Nothing(Browser):
        @property
        def absent(self) -> str:
            return "none is installed: pip install freshness-monitor[browser] and Chromium"

    look, _, crawl_ = looked(
        {"/tzgg/": shell(LIST.format("/api")), "/api": FRESH}, lambda _, at: Aid(browser=Nothing(addresses_of()))
    )
    assert look.reading is Reading.SCRIPT
    assert "pip install freshness-monitor[browser]" in look.detail
    assert any("1 columns not read: only a browser can read them" in said for said in crawl_.not_judged)


@needs_browser
def test_an_application_that_answers_every_address_with_one_shell_is_read() -> None:
    script = (
        "const app = document.getElementById('app'); const show = async () => {"
        " if (location.pathname !== '/tzgg/') return;"
        " const d = await (await fetch('/api' + location.pathname)).json();"
        " for (const r of d.rows) { const li = document.createElement('li'); const a = document.createElement('a');"
        " a.href = r.url; a.textContent = r.title; const t = document.createElement('span'); t.textContent = r.day;"
        " li.append(a, t); app.append(li); } }; setTimeout(show, 200);"
    )
    one = answer(
        f'<!DOCTYPE html><html><head><title>市水利局</title></head><body><div id="app"></div><script>{script}</script></body></html>'
    )

    async def go() -> Crawl:
        async with portal({"/api/tzgg/": FRESH}, fallback=one) as at:
            return await crawl(at, lambda browser: Aid(browser=browser), column(at))

    look = run(go()).columns[0]
    assert look.reading is Reading.READ
    assert look.newest is not None
    assert look.newest.day == date(2026, 3, 18)
    assert look.data_url.endswith("/api/tzgg/")


SITES = """\
office: 示例市人民政府办公室
crawl: {{delay: 0, second_look: 0, contact: "", browser: "{browser}"}}
units: [{{id: u, name: 市水利局}}]
sites:
  - {{id: slj, name: 市水利局, url: "{url}", unit: u, columns: [{{name: 通知公告, url: /tzgg/}}]}}
"""


@needs_browser
def test_what_the_browser_found_out_one_night_serves_the_next_without_it(tmp_path: Path) -> None:
    async def night(at: Portal, today: date, browser: str) -> Report:
        file = tmp_path / "sites.yaml"
        file.write_text(SITES.format(url=at.url(), browser=browser), encoding="utf-8")
        fleet = config.load(file)
        return await crawl_fleet(fleet, today=today, now=now, stop=asyncio.Event(), watch=Watch())

    async def go() -> tuple[Report, Report]:
        pages = {"/": page(("/tzgg/", "通知公告")), "/tzgg/": shell(LIST.format("/api")), "/api": FRESH}
        async with portal(pages, fallback=NOT_FOUND) as at:
            return await night(at, TODAY, ""), await night(at, TODAY + timedelta(days=1), "/nowhere/chromium")

    first, second = run(go())
    assert "(list row 1, in a browser)" in first.columns[0].evidence
    assert "(data row 1, field day, from its data address)" in second.columns[0].evidence
    assert [report.columns[0].verdict for report in (first, second)] == [ColumnVerdict.FRESH] * 2


@needs_browser
def test_an_encrypted_page_comes_through_the_gate_even_with_a_certificate_nobody_trusts() -> None:
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)

    async def go() -> Rendered:
        at = Portal(pages={"/": shell(LIST.format("/api")), "/api": FRESH}, fallback=NOT_FOUND)
        talks: set[asyncio.Task[None]] = set()

        def receive(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            talks.add(asyncio.ensure_future(at.talk(reader, writer)))

        server = await asyncio.start_server(receive, "127.0.0.1", 0, ssl=context)
        at.port = server.sockets[0].getsockname()[1]
        try:
            async with Browser(addresses_of(at.authority)) as browser:
                return await browser.render(f"https://{at.authority}/")
        finally:
            server.close()
            for talk in talks:
                talk.cancel()
            await asyncio.gather(*talks, return_exceptions=True)

    one = run(go())
    assert not one.failure
    assert "防汛抗旱" in one.html
    assert [a.url.partition("://")[0] for a in one.answers] == ["https"]
