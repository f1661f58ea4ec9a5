"""Redirects, and everything that they may lead to."""

from __future__ import annotations

from urllib.parse import urlsplit

from faults.case import ALIVE, DEAD, FAILING, SUSPICIOUS, UNVERIFIED, Behaviour, Case, Truth, answer, case
from faults.visit import Visit
from monitor.model import LinkState

G = "routes"


def _to(location: bytes | str, status: str = "302 Found", *more: bytes, body: str = "") -> bytes:
    raw = location.encode() if isinstance(location, str) else location
    return answer(body, status, b"Location: " + raw, *more)


def _door(door: str, path: str = "/x", status: str = "302 Found") -> Behaviour:
    """To another door of the house."""

    async def behave(visit: Visit) -> None:
        await visit.send(_to(visit.house.doors[door] + path, status))

    return behave


def _private(host: str) -> Behaviour:
    """To the forbidden door's port, by another name of its host."""

    async def behave(visit: Visit) -> None:
        port = urlsplit(visit.house.doors["forbidden"]).port
        await visit.send(_to(f"http://{host}:{port}/secret"))

    return behave


def _chain(hops: int) -> Behaviour:
    """So many hops, then the page."""

    async def behave(visit: Visit) -> None:
        path, _, query = visit.target.partition("?")
        left = int(query.removeprefix("left=") or 0) if query else hops
        await visit.send(_to(f"{path}?left={left - 1}") if left > 0 else answer())

    return behave


async def _for_ever(visit: Visit) -> None:
    path, _, query = visit.target.partition("?")
    await visit.send(_to(f"{path}?n={int(query.removeprefix('n=') or 0) + 1}" if query else f"{path}?n=1"))


async def _ping_pong(visit: Visit) -> None:
    path = visit.target.partition("?")[0]
    await visit.send(_to(path if "?" in visit.target else path + "?pong"))


async def _self(visit: Visit) -> None:
    await visit.send(_to(visit.target, "301 Moved Permanently"))


async def _cookie(visit: Visit) -> None:
    """The page, to whoever brings the cookie back: a browser reads it."""
    if "session=1" in visit.headers.get("cookie", ""):
        await visit.send(answer())
    else:
        await visit.send(_to(visit.target, "302 Found", b"Set-Cookie: session=1; Path=/"))


async def _cookie_detour(visit: Visit) -> None:
    """The same by way of a second address."""
    path, mark, _ = visit.target.partition("?")
    if "gate=open" in visit.headers.get("cookie", ""):
        await visit.send(answer())
    elif mark:
        await visit.send(_to(path, "302 Found", b"Set-Cookie: gate=open; Path=/; HttpOnly"))
    else:
        await visit.send(_to(path + "?gate"))


async def _cookie_never(visit: Visit) -> None:
    await visit.send(_to(visit.target, "302 Found", b"Set-Cookie: n=%d; Path=/" % visit.house.requests))


def _ends(how: bytes, location: str = "?end") -> Behaviour:
    """A hop within the case, then this answer."""

    async def behave(visit: Visit) -> None:
        if "?end" in visit.target:
            await visit.send(how)
        else:
            await visit.send(_to(visit.target + location))

    return behave


async def _hop_then_reset(visit: Visit) -> None:
    if "?" in visit.target:
        visit.reset()
    else:
        await visit.send(_to(visit.target + "?end"))


async def _hop_then_silence(visit: Visit) -> None:
    if "?" in visit.target:
        await visit.silence()
    else:
        await visit.send(_to(visit.target + "?end"))


def _finds(location: bytes, landing: bytes) -> Behaviour:
    """Raw bytes in Location, and the page stands where a browser arrives: its path must hold `landing`."""

    async def behave(visit: Visit) -> None:
        here = visit.target.encode("latin-1")
        if landing in here:
            await visit.send(answer())
        elif here.count(b"/") == 2:
            await visit.send(_to(here + b"/" + location))
        else:
            await visit.send(answer("<h1>wrong way</h1>", "404 Not Found"))

    return behave


async def _two_locations(visit: Visit) -> None:
    if "?" in visit.target:
        await visit.send(answer())
    else:
        here = visit.target.encode()
        await visit.send(_to(here + b"?one", "302 Found", b"Location: " + here + b"?two"))


def _alive(name: str, how: bytes | Behaviour, *others: LinkState) -> Case:
    return case(name, G, how, Truth.PAGE, ALIVE, *others)


def _broken(name: str, location: bytes | str, *others: LinkState) -> Case:
    return case(name, G, _to(location), Truth.BROKEN, DEAD, *others)


def _blocked(name: str, how: bytes | Behaviour) -> Case:
    return case(name, G, how, Truth.PRIVATE, UNVERIFIED, DEAD, FAILING)


_gbk, _utf8 = "公告".encode("gbk"), "公告".encode()
_TARGET = "/heads/plain"
_WAYS = (
    *(_alive(f"to-page-{s[:3]}", _to(_TARGET, s)) for s in ("301 Moved", "302 Found", "303 See", "307 T", "308 P")),
    _alive("relative", _ends(answer())),
    _alive("without-body-length", b"HTTP/1.1 302 Found\r\nLocation: /heads/plain\r\n\r\n"),
    _alive("lower-case-name", b"HTTP/1.1 302 Found\r\nlocation:/heads/plain\r\n\r\n"),
    _alive("protocol-relative", _door("second", _TARGET)),
    _alive("dot-segments", _to("/a/../heads/./plain")),
    _alive("fragment", _to(_TARGET + "#a%20b")),
    _alive("spaces-around", _to(b"  /heads/plain \t")),
    _alive("spaces-inside", _finds(b"a b.html", b"a%20b.html")),
    _alive("backslashes", _to(rb"\heads\plain")),
    _alive("gbk-bytes", _finds(_gbk + b".html", b"%B9%AB%B8%E6"), UNVERIFIED),
    _alive("utf8-bytes", _finds(_utf8 + b".html", b"%E5%85%AC%E5%91%8A")),
    _alive("tab-inside", _to(b"/heads/\tplain")),
    _alive("two-locations", _two_locations),
    _alive("refresh-not-location", answer(None, "200 OK", b"Refresh: 3; url=/heads/status-404")),
    _alive("huge-body", _to(_TARGET, body="x" * 3_000_000)),
    _alive("very-long-location", _ends(answer(), "?end=" + "a" * 9_000)),
    _alive("one-hop", _chain(1)),
    _alive("nine-hops", _chain(9)),
    _alive("ten-hops", _chain(10)),
    _alive("eleven-hops", _chain(11), UNVERIFIED),
    _alive("nineteen-hops", _chain(19), UNVERIFIED),
    _alive("cookie-gate", _cookie, UNVERIFIED),
    _alive("cookie-detour", _cookie_detour, UNVERIFIED),
    _alive("no-location-with-page", answer(None, "302 Found"), UNVERIFIED),
    case("multiple-choices", G, answer(None, "300 Multiple Choices"), Truth.PAGE, ALIVE, UNVERIFIED),
    case("cookie-never", G, _cookie_never, Truth.BROKEN, DEAD, UNVERIFIED),
    case("loop-self", G, _self, Truth.BROKEN, DEAD),
    case("loop-two", G, _ping_pong, Truth.BROKEN, DEAD),
    case("loop-counting", G, _for_ever, Truth.BROKEN, DEAD, UNVERIFIED),
    case("no-location", G, answer("", "302 Found"), Truth.BROKEN, DEAD, UNVERIFIED),
    case("location-megabyte", G, _to("/" + "a" * 1_000_000), Truth.BROKEN, DEAD, UNVERIFIED, FAILING),
    case("empty-location", G, _to(""), Truth.BROKEN, DEAD, UNVERIFIED),
    _broken("no-host", "http://"),
    _broken("unclosed-bracket", "http://[::1"),
    _broken("bad-port", "http://127.0.0.1:99999/"),
    _broken("bad-host", "http://a b<c>/"),
    _broken("javascript", "javascript:alert(1)"),
    _broken("file", "file:///etc/passwd", UNVERIFIED),
    _broken("data", "data:text/html,<h1>hi</h1>", UNVERIFIED),
    case("ftp", G, _to("ftp://127.0.0.1/x"), Truth.BROKEN, DEAD, UNVERIFIED),
    case("mail", G, _to("mailto:office@example.gov.cn"), Truth.BROKEN, UNVERIFIED),
    case("app", G, _to("weixin://dl/business/?t=abc"), Truth.PAGE, UNVERIFIED, ALIVE),
    case("to-404", G, _to("/heads/status-404"), Truth.MISSING, DEAD),
    case("to-500", G, _to("/heads/status-500"), Truth.BROKEN, FAILING),
    case("to-403", G, _to("/walls/forbidden-403"), Truth.WALL, UNVERIFIED),
    case("to-closed-port", G, _door("closed"), Truth.BROKEN, FAILING),
    case("to-reset", G, _hop_then_reset, Truth.BROKEN, FAILING),
    case("to-silence", G, _hop_then_silence, Truth.BROKEN, FAILING),
    case("to-empty", G, _ends(answer("")), Truth.NOTHING, ALIVE, UNVERIFIED),
    case("to-tls", G, _door("tls", _TARGET), Truth.PAGE, ALIVE),
    case("to-expired", G, _door("expired", _TARGET), Truth.PAGE, ALIVE, UNVERIFIED),
    case("header-injection", G, _to("/heads/plain%0d%0aSet-Cookie:%20a=b"), Truth.MISSING, DEAD, ALIVE),
    case("to-another-language", G, _door("second", "/taken/english-casino"), Truth.TAKEN, SUSPICIOUS, ALIVE),
)

_HOSTS = {
    "loopback": "127.0.0.1",
    "loopback-other": "127.8.9.1",
    "short": "127.1",
    "decimal": "2130706433",
    "octal": "0177.0.0.1",
    "hexadecimal": "0x7f.0.0.1",
    "zero": "0.0.0.0",
    "zero-short": "0",
    "v6": "[::1]",
    "v6-any": "[::]",
    "v6-mapped": "[::ffff:127.0.0.1]",
    "v6-mapped-hex": "[::ffff:7f00:1]",
    "v6-compatible": "[::127.0.0.1]",
    "v6-nat64": "[64:ff9b::7f00:1]",
    "v6-6to4": "[2002:7f00:1::]",
    "v6-local": "[fe80::1]",
    "v6-unique": "[fd00::1]",
    "ten": "10.0.0.1",
    "one-nine-two": "192.168.1.1",
    "one-seven-two": "172.16.0.1",
    "carrier": "100.64.0.1",
    "metadata": "169.254.169.254",
    "broadcast": "255.255.255.255",
    "multicast": "224.0.0.1",
    "localhost": "localhost",
    "localhost-dot": "localhost.",
    "userinfo": "www.example.gov.cn@127.0.0.1",
    "full-width": "１２７.0.0.1",
}
_PRIVATE = (
    *(_blocked(f"private-{name}", _private(host)) for name, host in _HOSTS.items()),
    _blocked("private-scheme-relative", _door("forbidden", "/secret")),
    _blocked("private-after-hops", _door("second", "/routes/private-loopback")),
    _blocked("private-backslash", _to(rb"http:\\169.254.169.254\latest\meta-data")),
    _blocked("private-credentials", _to("http://user:password@10.0.0.1/")),
)

CASES = _WAYS + _PRIVATE
