"""Looks over real sockets: what a living web and a hostile one answer, and what becomes of it."""

from __future__ import annotations

import asyncio
import gzip
import time
import zlib
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest

from monitor.fetch import Aim, Fetcher, Policy, Tries, Wire
from monitor.model import Cause, Fetch, Phase
from rawserver import RawServer, Reply, Visit, serving

OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"


def whole(body: bytes, *headers: bytes, status: bytes = b"200 OK") -> bytes:
    lines = b"".join(h + b"\r\n" for h in headers)
    return b"HTTP/1.1 %b\r\nContent-Length: %d\r\n%b\r\n%b" % (status, len(body), lines, body)


def policy(server: RawServer | None = None, **settings: Any) -> Policy:
    allowed = frozenset({f"127.0.0.1:{server.port}"} if server else ())
    quick: dict[str, Any] = {"delay": 0.0, "pause": 0.01, "try_deadline": 1.0, "deadline": 1.5}
    return Policy(**{**quick, "allow_authorities": allowed, **settings})


def look(replies: dict[str, Reply], path: str = "/", aim: Aim = Aim.PAGE, **settings: Any) -> Fetch:
    """One look at a path of a server with these replies."""

    async def run() -> Fetch:
        async with serving(replies) as server, Fetcher(policy(server, **settings)) as fetcher:
            return await fetcher.look(server.url(path), aim=aim)

    return asyncio.run(run())


def visit(play: Callable[[Visit], Awaitable[None]], **settings: Any) -> Fetch:
    """One look at a server that plays this."""
    return look({"/": play}, **settings)


# --- answers that are alive -------------------------------------------------------------------


LIVING = {
    "length": (whole(b"hello"), b"hello"),
    "to close": (OK + b"\r\nhello", b"hello"),
    "chunks": (OK + b"Transfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n2;x=y\r\nlo\r\n0\r\nT: 1\r\n\r\n", b"hello"),
    "chunks, upper case and padded": (OK + b"TRANSFER-ENCODING: Chunked\r\n\r\n 5 \r\nhello\r\n00\r\n\r\n", b"hello"),
    "chunked in word only": (OK + b"Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n<p>hello", b"<p>hello"),
    "bare line feeds": (b"HTTP/1.1 200 OK\nContent-Length: 5\n\nhello", b"hello"),
    "HTTP/1.0": (b"HTTP/1.0 200 OK\r\n\r\nhello", b"hello"),
    "no reason": (b"HTTP/1.1 200\r\nContent-Length: 5\r\n\r\nhello", b"hello"),
    "no status": (b"HTTP/1.1 \r\nContent-Length: 5\r\n\r\nhello", b"hello"),
    "shoutcast": (b"ICY 200 OK\r\nContent-Length: 5\r\n\r\nhello", b"hello"),
    "HTTP/0.9": (b"<html>hello", b"<html>hello"),
    "interim answers": (
        b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early\r\nLink: x\r\n\r\n" + whole(b"hello"),
        b"hello",
    ),
    "blank lines first": (b"\r\n\r\n" + whole(b"hello"), b"hello"),
    "junk first": (b"\x00\x00" + whole(b"hello"), b"hello"),
    "PHP warning": (
        OK + b"<br />\r\n<b>Warning</b>:  headers in <b>/a.php</b>\r\nContent-Length: 5\r\n\r\nhello",
        b"hello",
    ),
    "space before colon": (OK + b"X : a\r\nContent-Length : 5\r\n\r\nhello", b"hello"),
    "GBK names and values": (
        OK + "标题: 公告\r\nX-T: 公告\r\n".encode("gbk") + b"Content-Length: 5\r\n\r\nhello",
        b"hello",
    ),
    "NUL and bare CR": (OK + b"X: a\x00b\rc\r\nContent-Length: 5\r\n\r\nhello", b"hello"),
    "folded": (OK + b"X: a\r\n  b\r\nContent-Length: 5\r\n\r\nhello", b"hello"),
    "length twice": (OK + b"Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello", b"hello"),
    "length in a list": (OK + b"Content-Length: 5, 5\r\n\r\nhello", b"hello"),
    "length no number": (OK + b"Content-Length: five\r\n\r\nhello", b"hello"),
    "length negative": (OK + b"Content-Length: -1\r\nConnection: close\r\n\r\nhello", b"hello"),
    "4,000 headers": (
        OK + b"".join(b"X-%d: y\r\n" % i for i in range(4000)) + b"Content-Length: 5\r\n\r\nhello",
        b"hello",
    ),
    "empty": (whole(b""), b""),
    "gzip": (whole(gzip.compress(b"hello"), b"Content-Encoding: gzip"), b"hello"),
    "two gzips in a row": (whole(gzip.compress(b"hel") + gzip.compress(b"lo"), b"Content-Encoding: x-gzip"), b"hello"),
    "deflate": (whole(zlib.compress(b"hello"), b"Content-Encoding: deflate"), b"hello"),
    "raw deflate": (whole(zlib.compress(b"hello")[2:-4], b"Content-Encoding: deflate"), b"hello"),
    "gzip over gzip": (whole(gzip.compress(gzip.compress(b"hello")), b"Content-Encoding: gzip, gzip"), b"hello"),
    "gzip in word only": (whole(b"<p>hello", b"Content-Encoding: gzip"), b"<p>hello"),
    "deflate in word only": (whole(b"<p>hello", b"Content-Encoding: deflate"), b"<p>hello"),
    "br in word only": (whole(b"<p>hello", b"Content-Encoding: br"), b"<p>hello"),
    "utf-8 as coding": (whole(b"hello", b"Content-Encoding: utf-8"), b"hello"),
}


@pytest.mark.parametrize("name", LIVING)
def test_a_living_page_is_read(name: str) -> None:
    raw, body = LIVING[name]

    async def play(v: Visit) -> None:
        await v.say(raw)
        v.writer.close()

    fetch = visit(play)
    assert (fetch.status, fetch.failure, fetch.body, fetch.truncated) == (200, None, body, False)


@pytest.mark.parametrize("status", [0, 204, 206, 218, 299, 304, 403, 404, 410, 412, 429, 500, 521, 600, 999])
def test_the_status_is_told_as_it_came(status: int) -> None:
    fetch = look({"/": b"HTTP/1.1 %03d X\r\nContent-Length: 0\r\n\r\n" % status})
    assert (fetch.status, fetch.failure) == (status, None)


def test_headers_are_text_under_lower_case_names() -> None:
    head = (
        OK + b"X-A:\r\nX-A: one\r\nx-a: two\r\nLink: <a>\r\nLink: <b>\r\nX-U: \xe5\x85\xac\r\nX-G: \xb9\xab\xb8\xe6\r\n"
    )
    fetch = look({"/": head + b"Content-Length: 0\r\n\r\n"})
    assert fetch.headers["x-a"] == "one"
    assert fetch.headers["link"] == "<a>, <b>"
    assert (fetch.headers["x-u"], fetch.headers["x-g"]) == ("公", "公告")


def test_odd_heads_are_noted() -> None:
    assert "2 lines among the headers that are none" in look({"/": LIVING["PHP warning"][0]}).notes


# --- answers cut short ------------------------------------------------------------------------


CUT = {
    "length": OK + b"Content-Length: 99\r\n\r\nhello",
    "chunks": OK + b"Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
    "chunk framing": OK + b"Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nzz\r\nmore",
    "gzip": OK + b"Content-Encoding: gzip\r\n\r\n" + gzip.compress(b"hello", 0)[:-8],
}


@pytest.mark.parametrize("name", CUT)
def test_a_body_cut_short_is_kept_and_told(name: str) -> None:
    async def play(v: Visit) -> None:
        await v.say(CUT[name])
        v.writer.close()

    fetch = visit(play)
    assert (fetch.status, fetch.failure, fetch.body, fetch.truncated) == (200, None, b"hello", True)
    assert fetch.notes
    assert fetch.tries == 1


def test_a_reset_within_the_body_keeps_what_came() -> None:
    async def play(v: Visit) -> None:
        await v.say(OK + b"\r\nhello", pause=0.05)
        v.reset()

    fetch = visit(play)
    assert (fetch.body, fetch.truncated, fetch.failure) == (b"hello", True, None)
    assert any("reset" in note for note in fetch.notes)


def test_a_dripping_body_ends_at_the_deadline() -> None:
    async def play(v: Visit) -> None:
        await v.say(OK + b"Content-Length: 9999\r\n\r\n", *([b"x"] * 500), pause=0.02)

    fetch = visit(play, try_deadline=0.3)
    assert (fetch.status, fetch.truncated, fetch.failure) == (200, True, None)
    assert fetch.body.startswith(b"xx")


def test_a_body_that_never_comes_is_a_timeout_with_its_status() -> None:
    async def play(v: Visit) -> None:
        await v.say(OK + b"Content-Length: 9999\r\n\r\n")
        await asyncio.sleep(5)

    fetch = visit(play, try_deadline=0.2, tries=Tries(timeout=2))
    assert fetch.failure is not None
    assert (fetch.status, fetch.failure.cause, fetch.failure.phase, fetch.tries) == (200, Cause.TIMEOUT, Phase.BODY, 2)


@pytest.mark.parametrize("held", [True, False])
def test_a_length_meant_for_the_unpacked_body_does_not_cut_it(held: bool) -> None:
    async def play(v: Visit) -> None:
        await v.say(OK + b"Content-Encoding: gzip\r\nContent-Length: 9999\r\n\r\n" + gzip.compress(b"hello"))
        await asyncio.sleep(5 if held else 0)
        v.writer.close()

    fetch = visit(play, try_deadline=0.2)
    assert (fetch.status, fetch.body, fetch.truncated, fetch.failure, fetch.tries) == (200, b"hello", False, None, 1)


def test_an_unsure_length_ends_with_silence() -> None:
    async def play(v: Visit) -> None:
        await v.say(OK + b"Content-Length: 5\r\nContent-Length: 50\r\n\r\nhello")
        await asyncio.sleep(9)

    fetch = visit(play, silence=0.1)
    assert (fetch.body, fetch.truncated, fetch.failure) == (b"hello", False, None)


def test_time_in_which_we_stood_still_is_not_the_hosts() -> None:
    async def play(v: Visit) -> None:
        await asyncio.sleep(0.05)
        time.sleep(0.6)  # noqa: ASYNC251 - the whole process hangs, as it would under a heavy page
        await v.say(whole(b"hello"))

    fetch = visit(play, try_deadline=0.4, tries=Tries(timeout=1))
    assert (fetch.status, fetch.body) == (200, b"hello")
    assert fetch.seconds < 0.4


# --- bombs and floods -------------------------------------------------------------------------


def test_a_bomb_costs_its_cap_only() -> None:
    bomb = gzip.compress(b"\0" * 50_000_000)
    fetch = look({"/": whole(bomb, b"Content-Encoding: gzip")}, max_body=1_000_000)
    assert (len(fetch.body), fetch.truncated, fetch.status) == (1_000_000, True, 200)


def test_a_bomb_within_a_bomb_is_given_up() -> None:
    bomb = gzip.compress(gzip.compress(b"\0" * 50_000_000))
    fetch = look({"/": whole(bomb, b"Content-Encoding: gzip, gzip")}, max_body=100_000)
    assert (fetch.truncated, fetch.status) == (True, 200)
    assert len(fetch.body) <= 100_000


def test_too_many_codings_are_not_unpacked() -> None:
    packed = gzip.compress(gzip.compress(gzip.compress(b"hello")))
    fetch = look({"/": whole(packed, b"Content-Encoding: gzip,gzip,gzip")})
    assert (fetch.status, fetch.body, fetch.truncated) == (200, b"", True)


def test_an_endless_body_is_cut() -> None:
    async def play(v: Visit) -> None:
        await v.say(OK + b"\r\n", *([b"x" * 65536] * 200))

    fetch = visit(play, max_body=300_000)
    assert (len(fetch.body), fetch.truncated) == (300_000, True)


def test_chunk_extensions_count_on_the_wire() -> None:
    async def play(v: Visit) -> None:
        await v.say(OK + b"Transfer-Encoding: chunked\r\n\r\n", *([b"1;" + b"e" * 8000 + b"\r\nx\r\n"] * 500))

    fetch = visit(play, max_wire=500_000)
    assert (fetch.truncated, fetch.status) == (True, 200)
    assert len(fetch.body) < 500


def test_endless_headers_are_too_large() -> None:
    async def play(v: Visit) -> None:
        await v.say(OK, *([b"X: " + b"y" * 8000 + b"\r\n"] * 100))

    fetch = visit(play)
    assert fetch.failure is not None
    assert fetch.failure.cause is Cause.TOO_LARGE


def test_interim_answers_without_end_are_given_up() -> None:
    async def play(v: Visit) -> None:
        await v.say(*([b"HTTP/1.1 102 Processing\r\n\r\n"] * 500))

    fetch = visit(play)
    assert fetch.failure is not None
    assert fetch.failure.cause is Cause.BAD_ANSWER


def test_a_link_is_judged_by_its_first_bytes() -> None:
    sent = 0

    async def play(v: Visit) -> None:
        nonlocal sent
        await v.say(OK + b"Content-Length: 200000000\r\n\r\n")
        for _ in range(3000):
            await v.say(b"x" * 65536)
            sent += 65536

    fetch = visit(play, aim=Aim.LINK)
    assert (fetch.status, len(fetch.body), fetch.truncated, fetch.failure) == (200, 65536, True, None)
    assert sent < 20_000_000


# --- failures with their cause ----------------------------------------------------------------


def failing(play: Callable[[Visit], Awaitable[None]], **settings: Any) -> tuple[Cause, Phase, int]:
    fetch = visit(play, **settings)
    assert fetch.failure is not None
    assert fetch.status is None
    return fetch.failure.cause, fetch.failure.phase, fetch.tries


def test_closed_without_an_answer() -> None:
    async def play(v: Visit) -> None:
        v.writer.close()

    assert failing(play) == (Cause.CLOSED, Phase.HEADERS, 3)


def test_reset() -> None:
    async def play(v: Visit) -> None:
        v.reset()

    assert failing(play) == (Cause.RESET, Phase.HEADERS, 3)


def test_silence_is_a_timeout_in_the_headers() -> None:
    async def play(v: Visit) -> None:
        await asyncio.sleep(5)

    assert failing(play, try_deadline=0.2) == (Cause.TIMEOUT, Phase.HEADERS, 2)


@pytest.mark.parametrize(
    "junk", [b"SSH-2.0-OpenSSH_9\r\n", b"220 mail ESMTP\r\n", b"\x15\x03\x01\x00\x02\x02\x46", b"ab"]
)
def test_other_protocols_are_not_understood(junk: bytes) -> None:
    async def play(v: Visit) -> None:
        await v.say(junk)
        v.writer.close()

    assert failing(play) == (Cause.BAD_ANSWER, Phase.HEADERS, 1)


def test_refused() -> None:
    async def run() -> Fetch:
        async with serving({}) as server:
            pass
        async with Fetcher(policy(server)) as fetcher:
            return await fetcher.look(server.url())

    fetch = asyncio.run(run())
    assert fetch.failure is not None
    assert (fetch.failure.cause, fetch.failure.phase, fetch.tries) == (Cause.REFUSED, Phase.CONNECT, 1)


@pytest.mark.parametrize(
    "address", ["http://[::1", "http://", "mailto:a@example.org", "", "http://a b/", "//example.org/"]
)
def test_a_malformed_address_is_a_value(address: str) -> None:
    async def run() -> Fetch:
        async with Fetcher(policy()) as fetcher:
            return await fetcher.look(address)

    fetch = asyncio.run(run())
    assert fetch.failure is not None
    assert (fetch.failure.cause, fetch.status, fetch.asked) == (Cause.BAD_ADDRESS, None, address)


# --- another try ------------------------------------------------------------------------------


@pytest.mark.parametrize(("status", "tries"), [(404, 1), (410, 1), (403, 1), (501, 1), (500, 3), (503, 3), (429, 3)])
def test_tries_by_class(status: int, tries: int) -> None:
    fetch = look({"/": whole(b"", status=b"%d X" % status)})
    assert (fetch.status, fetch.tries) == (status, tries)


def test_a_host_that_recovers_is_alive() -> None:
    async def play(v: Visit) -> None:
        if v.number == 0:
            v.reset()
        else:
            await v.say(whole(b"back") if v.number > 1 else whole(b"", b"Retry-After: 0.01", status=b"503 X"))

    fetch = visit(play)
    assert (fetch.status, fetch.body, fetch.tries) == (200, b"back", 3)


@pytest.mark.parametrize(
    "value", [b"3600", b"Fri, 31 Dec 2999 23:59:59 GMT", b"-1e99", b"inf", b"nan", b"soon", b"", b"\xff", b"9" * 5000]
)
def test_retry_after_is_kept_within_reason(value: bytes) -> None:
    async def play(v: Visit) -> None:
        await v.say(whole(b"", b"Retry-After: " + value, status=b"429 X") if v.number == 0 else whole(b"hello"))

    fetch = visit(play, pause_cap=0.05)
    assert (fetch.status, fetch.tries) == (200, 2)


# --- redirects --------------------------------------------------------------------------------


def to(location: bytes, *headers: bytes, status: bytes = b"302 Found") -> bytes:
    return whole(b"", b"Location: " + location, *headers, status=status)


REDIRECTS = {
    "plain": b"/end",
    "relative": b"end",
    "backslash": b"\\end",
    "fragment": b"/end#part",
    "padded": b"  /end  ",
    "tab within": b"/e\tnd",
    "without scheme": b"//127.0.0.1:%d/end",
    "absolute": b"http://127.0.0.1:%d/end",
    "user": b"http://me:secret@127.0.0.1:%d/end",
    "decimal host": b"http://2130706433:%d/end",
    "upper case": b"HTTP://127.0.0.1:%d/x/../end",
}


@pytest.mark.parametrize("name", REDIRECTS)
def test_a_redirect_is_followed(name: str) -> None:
    async def play(v: Visit) -> None:
        await v.say(to(REDIRECTS[name].replace(b"%d", b"%d" % v.port)))

    fetch = look({"/": play, "/end": whole(b"there")})
    assert (fetch.status, fetch.body, len(fetch.hops)) == (200, b"there", 1)
    assert fetch.url.endswith("/end")
    assert "secret" not in fetch.url


@pytest.mark.parametrize("charset", ["gbk", "utf-8"])
def test_raw_bytes_in_location_are_sent_as_they_are(charset: str) -> None:
    path = "/公告 1".encode(charset)

    async def play(v: Visit) -> None:
        await v.say(to(path))

    escaped = "/" + "".join(f"%{b:02X}" for b in "公告".encode(charset)) + "%201"
    assert look({"/": play, escaped: whole(b"there")}).body == b"there"


def test_of_several_locations_the_first_that_leads_somewhere() -> None:
    fetch = look({"/": to(b"http://[", b"Location: /end"), "/end": whole(b"there")})
    assert (fetch.body, "several Locations" in fetch.notes) == (b"there", True)


@pytest.mark.parametrize(
    "location", [b"", b"mailto:a@example.org", b"javascript:alert(1)", b"http://[::1", b"file:///etc/passwd"]
)
def test_a_redirect_to_nowhere_is_the_answer(location: bytes) -> None:
    fetch = look({"/": to(location)})
    assert fetch.failure is not None
    assert (fetch.status, fetch.failure.cause) == (302, Cause.BAD_REDIRECT)


def test_a_loop_ends() -> None:
    fetch = look({"/": to(b"/b"), "/b": to(b"/")})
    assert fetch.failure is not None
    assert (fetch.failure.cause, len(fetch.hops)) == (Cause.REDIRECT_LOOP, 2)


def test_an_endless_chain_ends() -> None:
    replies: dict[str, Reply] = {f"/{i}": to(b"/%d" % (i + 1)) for i in range(30)}
    fetch = look(replies, "/0")
    assert fetch.failure is not None
    assert (fetch.failure.cause, len(fetch.hops)) == (Cause.REDIRECT_LOOP, 11)
    assert look(replies | {"/10": whole(b"there")}, "/0").body == b"there"


def test_a_loop_that_sets_a_cookie_is_passed() -> None:
    async def play(v: Visit) -> None:
        known = b"Cookie: seen=1" in v.request
        await v.say(whole(b"welcome") if known else to(b"/", b"Set-Cookie: seen=1; Path=/"))

    fetch = visit(play)
    assert (fetch.status, fetch.body) == (200, b"welcome")


def test_a_loop_that_sets_ever_new_cookies_ends() -> None:
    async def play(v: Visit) -> None:
        await v.say(to(b"/", b"Set-Cookie: n=%d" % v.number))

    fetch = visit(play)
    assert fetch.failure is not None
    assert fetch.failure.cause is Cause.REDIRECT_LOOP


def test_a_redirect_whose_body_never_comes_is_followed() -> None:
    async def play(v: Visit) -> None:
        await v.say(b"HTTP/1.1 302 X\r\nLocation: /end\r\nContent-Length: 99\r\n\r\n")
        await asyncio.sleep(5)

    assert look({"/": play, "/end": whole(b"there")}).body == b"there"


def test_no_redirect_reaches_a_private_address() -> None:
    async def run() -> tuple[list[Fetch], int]:
        async with serving({"/": whole(b"secret")}) as inner:
            targets = [
                *(f"http://127.0.0.1:{inner.port}/", f"http://localhost:{inner.port}/", f"http://0x7f.1:{inner.port}/"),
                *(
                    f"http://[::ffff:127.0.0.1]:{inner.port}/",
                    f"http://0:{inner.port}/",
                    f"http://0177.1:{inner.port}/",
                ),
                *("http://169.254.169.254/latest/", "http://10.0.0.1/", "http://[::1]/", "http://[fe80::1]/"),
            ]
            replies: dict[str, Reply] = {f"/{i}": to(t.encode()) for i, t in enumerate(targets)}
            async with serving(replies) as outer, Fetcher(policy(outer)) as fetcher:
                found = [await fetcher.look(outer.url(f"/{i}")) for i in range(len(targets))]
            return found, inner.connections

    found, connections = asyncio.run(run())
    assert connections == 0
    for fetch in found:
        assert fetch.failure is not None
        assert fetch.failure.cause is Cause.BLOCKED_ADDRESS, fetch


# --- connections, validators, other transports --------------------------------------------------


def test_a_connection_is_used_again() -> None:
    async def run() -> int:
        async with serving({"/": whole(b"a"), "/b": to(b"/")}) as server, Fetcher(policy(server)) as fetcher:
            for _ in range(5):
                assert (await fetcher.look(server.url("/b"))).body == b"a"
            return server.connections

    assert asyncio.run(run()) == 1


def test_an_idle_connection_that_was_closed_is_no_failure() -> None:
    async def play(v: Visit) -> None:
        if v.number == 1:
            v.reset()  # the host gives up the kept connection just as it is asked again
            return
        await v.say(whole(b"a"))

    async def run() -> Fetch:
        async with serving({"/": play}) as server, Fetcher(policy(server)) as fetcher:
            await fetcher.look(server.url())
            return await fetcher.look(server.url())

    fetch = asyncio.run(run())
    assert (fetch.status, fetch.tries) == (200, 1)


def test_bytes_after_an_answer_do_not_become_the_next_one() -> None:
    async def run() -> list[Fetch]:
        evil = whole(b"a") + whole(b"smuggled")
        async with serving({"/": evil, "/b": whole(b"b")}) as server, Fetcher(policy(server)) as fetcher:
            return [await fetcher.look(server.url(p)) for p in ("/", "/b")]

    assert [f.body for f in asyncio.run(run())] == [b"a", b"b"]


def test_validators_bring_a_304() -> None:
    async def play(v: Visit) -> None:
        fresh = b'If-None-Match: "v1"' in v.request and b"If-Modified-Since: Mon" in v.request
        await v.say(b'HTTP/1.1 304 Not Modified\r\nETag: "v1"\r\nContent-Length: 500\r\n\r\n' if fresh else whole(b"a"))

    async def run(etag: str) -> tuple[list[Fetch], bytes]:
        async with serving({"/": play}) as server, Fetcher(policy(server)) as fetcher:
            found = [await fetcher.look(server.url(), validators=(etag, "Mon")) for _ in range(2)]
            return found, server.requests[0]

    assert [(f.status, f.body) for f in asyncio.run(run('"v1"'))[0]] == [(304, b"")] * 2
    assert [(f.status, f.body) for f in asyncio.run(run('"v2"'))[0]] == [(200, b"a")] * 2
    assert b"\r\nX:" not in asyncio.run(run('"v1"\r\nX: y'))[1]


def test_the_request_is_honest_and_plain() -> None:
    async def run() -> bytes:
        async with serving({"/": whole(b"a")}) as server, Fetcher(policy(server)) as fetcher:
            await fetcher.look(server.url())
            return server.requests[0]

    request = asyncio.run(run())
    assert b"FreshnessMonitor" in request
    assert b"Accept-Encoding: gzip, deflate\r\n" in request
    assert request.count(b"Host:") == 1


def test_a_cancelled_look_lets_go() -> None:
    async def play(v: Visit) -> None:
        await asyncio.sleep(5)

    async def run() -> Fetch:
        replies: dict[str, Reply] = {"/": play, "/b": whole(b"b")}
        async with serving(replies) as server, Fetcher(policy(server, concurrency=1)) as fetcher:
            task = asyncio.create_task(fetcher.look(server.url()))
            await asyncio.sleep(0.05)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            return await fetcher.look(server.url("/b"))

    assert asyncio.run(run()).body == b"b"


def test_a_request_with_a_body_is_sent_whole() -> None:
    async def play(v: Visit) -> None:
        await v.say(whole(v.request + await v.reader.readuntil(b"\r\n\r\n")))

    async def run() -> httpx.Response:
        async with serving({"/": play}) as server, httpx.AsyncClient(transport=Wire(policy(server))) as client:
            return await client.post(server.url(), content=b"a=1\r\n\r\n")

    text = asyncio.run(run()).text
    assert "content-length: 7" in text.lower()
    assert text.endswith("a=1\r\n\r\n")


def test_another_transport_can_stand_below() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/down":
            raise httpx.ConnectTimeout("slow")
        if request.url.path == "/go":
            return httpx.Response(302, headers={"Location": "/there?q=1"})
        return httpx.Response(200, headers={"Content-Encoding": "gzip"}, content=gzip.compress(request.url.query))

    async def run() -> list[Fetch]:
        async with Fetcher(policy(), transport=httpx.MockTransport(answer)) as fetcher:
            paths = ("http://site.example/go", "http://site.example/down", "http://10.1.1.1/")
            return [await fetcher.look(p) for p in paths]

    ok, slow, private = asyncio.run(run())
    assert (ok.status, ok.body, ok.url) == (200, b"q=1", "http://site.example/there?q=1")
    assert slow.failure is not None
    assert (slow.failure.cause, slow.failure.phase) == (Cause.TIMEOUT, Phase.CONNECT)
    assert private.failure is not None
    assert private.failure.cause is Cause.BLOCKED_ADDRESS


def test_our_transport_can_stand_below_httpx() -> None:
    async def run() -> list[httpx.Response]:
        packed = whole(gzip.compress(b"hello"), b"Content-Encoding: gzip")
        async with serving({"/": packed}) as server, httpx.AsyncClient(transport=Wire(policy(server))) as client:
            found = [await client.get(server.url())]
            with pytest.raises(httpx.TransportError, match="not allowed"):
                await client.get("http://127.0.0.1:9/")
            return found

    assert [r.text for r in asyncio.run(run())] == ["hello"]


@pytest.mark.parametrize("kept", [b"close", b"keep-alive"])
def test_connections_open_at_once_are_bounded(kept: bytes) -> None:
    most = open_now = 0

    async def play(v: Visit) -> None:
        nonlocal most, open_now
        open_now += 1
        most = max(most, open_now)
        await asyncio.sleep(0.01)
        open_now -= 1
        await v.say(whole(b"a", b"Connection: " + kept))
        if kept == b"close":
            v.writer.close()

    async def run() -> list[Fetch]:
        async with serving({"/": play}) as one, serving({"/": play}) as two, serving({"/": play}) as three:
            servers = (one, two, three)
            allowed = frozenset(f"127.0.0.1:{s.port}" for s in servers)
            async with Fetcher(policy(max_open=2, concurrency=50, allow_authorities=allowed)) as fetcher:
                return await asyncio.gather(*(fetcher.look(servers[n % 3].url()) for n in range(30)))

    assert {f.status for f in asyncio.run(run())} == {200}
    assert most <= 2
