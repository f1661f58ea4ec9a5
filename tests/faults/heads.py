"""Status lines and headers: odd, wrong and hostile."""

from __future__ import annotations

from faults.case import ALIVE, DEAD, FAILING, UNVERIFIED, Behaviour, Case, Truth, answer, case, markup
from faults.visit import Visit

G = "heads"
_PAGE = answer()
_TAIL = markup().encode()
_ERROR = markup("<h1>出错了</h1>", "出错了")


def _line(line: bytes) -> bytes:
    """The living page under another status line."""
    return _PAGE.replace(b"HTTP/1.1 200 OK", line, 1)


def _with(*headers: bytes) -> bytes:
    return answer(None, "200 OK", *headers)


def _bare(*headers: bytes) -> bytes:
    """The living page with no header but these."""
    return b"\r\n".join([b"HTTP/1.1 200 OK", *headers, b"", _TAIL])


def _flood(count: int, line: bytes) -> Behaviour:
    async def behave(visit: Visit) -> None:
        for _ in range(count // 100):
            await visit.send((line + b"\r\n\r\n") * 100)
        await visit.send(_PAGE)

    return behave


async def _endless_headers(visit: Visit) -> None:
    await visit.send(b"HTTP/1.1 200 OK\r\n")
    await visit.for_ever(b"X-Filler: " + b"a" * 4000 + b"\r\n")


async def _endless_interim(visit: Visit) -> None:
    await visit.for_ever(b"HTTP/1.1 100 Continue\r\n\r\n" * 50)


def _status(code: str, truth: Truth, *expected: object, body: str = _ERROR) -> Case:
    name = "status-" + code.split(" ")[0]
    return case(name, G, answer(body, code), truth, *expected)  # type: ignore[arg-type]


_STATUSES = (
    _status("203 Non-Authoritative Information", Truth.PAGE, ALIVE, body=markup()),
    case("status-204", G, b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n", Truth.NOTHING, ALIVE, UNVERIFIED),
    case("status-204-with-body", G, answer(None, "204 No Content"), Truth.NOTHING, ALIVE, UNVERIFIED),
    case("status-205", G, answer("", "205 Reset Content"), Truth.NOTHING, ALIVE, UNVERIFIED),
    _status("206 Partial Content", Truth.PART, ALIVE, UNVERIFIED, body=markup()),
    case("status-304-unasked", G, answer("", "304 Not Modified"), Truth.NOTHING, ALIVE, UNVERIFIED),
    _status("400 Bad Request", Truth.BROKEN, FAILING, UNVERIFIED),
    _status("404 Not Found", Truth.MISSING, DEAD),
    case("status-404-full-page", G, answer(None, "404 Not Found"), Truth.MISSING, DEAD),
    case("status-404-no-body", G, answer("", "404 Not Found"), Truth.MISSING, DEAD),
    case("status-404-head-only", G, b"HTTP/1.1 404\r\n\r\n", Truth.MISSING, DEAD),
    case("status-404-own-reason", G, answer(_ERROR, "404 OK 一切正常"), Truth.MISSING, DEAD),
    _status("408 Request Timeout", Truth.BROKEN, FAILING),
    _status("409 Conflict", Truth.BROKEN, FAILING, UNVERIFIED),
    _status("410 Gone", Truth.MISSING, DEAD),
    _status("414 URI Too Long", Truth.BROKEN, FAILING, UNVERIFIED),
    _status("416 Range Not Satisfiable", Truth.BROKEN, FAILING, UNVERIFIED),
    _status("500 Internal Server Error", Truth.BROKEN, FAILING),
    _status("501 Not Implemented", Truth.BROKEN, FAILING),
    _status("502 Bad Gateway", Truth.BROKEN, FAILING),
    _status("503 Service Unavailable", Truth.BROKEN, FAILING),
    _status("504 Gateway Timeout", Truth.BROKEN, FAILING),
    _status("509 Bandwidth Limit Exceeded", Truth.BROKEN, FAILING),
    _status("599 Network Timeout", Truth.BROKEN, FAILING),
    _status("600 Beyond", Truth.PAGE, ALIVE, UNVERIFIED, body=markup()),
    _status("000 Nothing", Truth.PAGE, ALIVE, UNVERIFIED, body=markup()),
    case("status-only-number", G, _line(b"HTTP/1.1 200"), Truth.PAGE, ALIVE),
    case("status-lower-case", G, _line(b"http/1.1 200 ok"), Truth.PAGE, ALIVE),
    case("status-two-spaces", G, _line(b"HTTP/1.1  200  OK"), Truth.PAGE, ALIVE),
    case("status-glued", G, _line(b"HTTP/1.1 200OK"), Truth.PAGE, ALIVE),
    case("status-http-1-0", G, _line(b"HTTP/1.0 200 OK"), Truth.PAGE, ALIVE),
    case("status-http-2-0", G, _line(b"HTTP/2.0 200 OK"), Truth.PAGE, ALIVE),
    case("status-http-9-9", G, _line(b"HTTP/9.9 200 OK"), Truth.PAGE, ALIVE, UNVERIFIED, FAILING),
    case("status-icy", G, _line(b"ICY 200 OK"), Truth.PAGE, ALIVE, UNVERIFIED, FAILING),
    case("status-gbk-reason", G, _line(b"HTTP/1.1 200 " + "正常".encode("gbk")), Truth.PAGE, ALIVE),
    case("status-long-reason", G, _line(b"HTTP/1.1 200 " + b"O" * 100_000), Truth.PAGE, ALIVE, UNVERIFIED),
    case("status-two-digits", G, _line(b"HTTP/1.1 20 OK"), Truth.BROKEN, ALIVE, UNVERIFIED, FAILING),
    case("status-four-digits", G, _line(b"HTTP/1.1 2000 OK"), Truth.BROKEN, ALIVE, UNVERIFIED, FAILING),
    case("status-negative", G, _line(b"HTTP/1.1 -200 OK"), Truth.BROKEN, ALIVE, UNVERIFIED, FAILING),
    case("status-full-width", G, _line("HTTP/1.1 ２００ OK".encode()), Truth.BROKEN, ALIVE, UNVERIFIED, FAILING),
    case("blank-lines-first", G, b"\r\n\r\n" + _PAGE, Truth.PAGE, ALIVE),
    case("spaces-first", G, b"  " + _PAGE, Truth.PAGE, ALIVE, UNVERIFIED, FAILING),
    case("continue-three", G, _flood(300, b"HTTP/1.1 100 Continue"), Truth.PAGE, ALIVE, UNVERIFIED, FAILING),
    case("continue-one", G, b"HTTP/1.1 100 Continue\r\n\r\n" + _PAGE, Truth.PAGE, ALIVE),
    case("continue-flood", G, _flood(20_000, b"HTTP/1.1 100 Continue"), Truth.PAGE, ALIVE, UNVERIFIED, FAILING),
    case("continue-for-ever", G, _endless_interim, Truth.BROKEN, FAILING, UNVERIFIED),
    case("early-hints", G, b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n" + _PAGE, Truth.PAGE, ALIVE),
    case("switching-unasked", G, b"HTTP/1.1 101 Switching\r\nUpgrade: x\r\n\r\n", Truth.BROKEN, FAILING, UNVERIFIED),
    case("http-0-9", G, _TAIL, Truth.PAGE, ALIVE, UNVERIFIED, FAILING),
    case("ssh-banner", G, b"SSH-2.0-OpenSSH_8.4\r\n", Truth.BROKEN, FAILING, UNVERIFIED),
    case("ftp-banner", G, b"220 FTP ready\r\n", Truth.BROKEN, FAILING, UNVERIFIED),
    case("tls-alert-on-plain", G, b"\x15\x03\x01\x00\x02\x02\x0a", Truth.BROKEN, FAILING, UNVERIFIED),
    case("zeros", G, bytes(70_000), Truth.BROKEN, FAILING, UNVERIFIED),
    case("line-without-end", G, b"HTTP/1.1 200 OK" + b"x" * 700_000, Truth.BROKEN, FAILING, UNVERIFIED),
)

_HEADERS = (
    case("plain", G, _PAGE, Truth.PAGE, ALIVE, shows="秋季粮食收购"),
    case("no-headers", G, _bare(), Truth.PAGE, ALIVE, shows="秋季粮食收购"),
    case(
        "php-warning", G, _with(b"<br />", b"<b>Warning</b>: session_start(): failed in /www/a.php"), Truth.PAGE, ALIVE
    ),
    case("space-before-colon", G, _with(b"X-Powered : ASP.NET", b"Server : IIS"), Truth.PAGE, ALIVE),
    case("length-space-colon", G, _bare(b"Content-Length : %d" % len(_TAIL)), Truth.PAGE, ALIVE),
    case("no-colon", G, _with(b"this line has no colon"), Truth.PAGE, ALIVE),
    case("empty-name", G, _with(b": nothing"), Truth.PAGE, ALIVE),
    case("empty-value", G, _with(b"Location:", b"X-Empty:"), Truth.PAGE, ALIVE),
    case("gbk-name", G, _with("服务器".encode("gbk") + b": yes"), Truth.PAGE, ALIVE),
    case("gbk-value", G, _with(b"Server: " + "政务网".encode("gbk")), Truth.PAGE, ALIVE),
    case("utf8-value", G, _with("Server: 政务网".encode()), Truth.PAGE, ALIVE),
    case("nul-in-value", G, _with(b"X-A: a\x00b"), Truth.PAGE, ALIVE),
    case("nul-in-name", G, _with(b"X\x00A: a"), Truth.PAGE, ALIVE),
    case("control-in-value", G, _with(b"X-A: \x01\x02\x1b[31m"), Truth.PAGE, ALIVE),
    case("bare-cr", G, _with(b"X-A: a\rX-B: b"), Truth.PAGE, ALIVE),
    case("bare-lf", G, _PAGE.replace(b"\r\n", b"\n"), Truth.PAGE, ALIVE),
    case("mixed-line-ends", G, _PAGE.replace(b"\r\n", b"\n", 2), Truth.PAGE, ALIVE),
    case("cr-only", G, _PAGE.replace(b"\r\n", b"\r"), Truth.BROKEN, ALIVE, FAILING, UNVERIFIED),
    case("folded", G, _with(b"X-Long: one\r\n two\r\n\tthree"), Truth.PAGE, ALIVE),
    case("space-first", G, b"HTTP/1.1 200 OK\r\n Server: x\r\n\r\n" + _TAIL, Truth.PAGE, ALIVE),
    case("tab-values", G, _with(b"X-A:\t\ta\t"), Truth.PAGE, ALIVE),
    case("length-twice-same", G, _with(b"Content-Length: %d" % len(_TAIL)), Truth.PAGE, ALIVE),
    case("length-list", G, _bare(b"Content-Length: %d, %d" % (len(_TAIL), len(_TAIL))), Truth.PAGE, ALIVE),
    case("length-twice-other", G, _with(b"Content-Length: 17"), Truth.PAGE, ALIVE, UNVERIFIED, FAILING),
    case("length-negative", G, _bare(b"Content-Length: -1"), Truth.PAGE, ALIVE),
    case("length-huge", G, _bare(b"Content-Length: 99999999999999999999999"), Truth.PAGE, ALIVE),
    case("length-big", G, _bare(b"Content-Length: 4294967296"), Truth.PART, ALIVE),
    case("length-word", G, _bare(b"Content-Length: many"), Truth.PAGE, ALIVE),
    case("length-plus", G, _bare(b"Content-Length: +%d" % len(_TAIL)), Truth.PAGE, ALIVE),
    case("length-hex", G, _bare(b"Content-Length: 0x%x" % len(_TAIL)), Truth.PAGE, ALIVE, UNVERIFIED),
    case("length-decimals", G, _bare(b"Content-Length: %d.0" % len(_TAIL)), Truth.PAGE, ALIVE),
    case("length-empty", G, _bare(b"Content-Length:"), Truth.PAGE, ALIVE),
    case("length-full-width", G, _bare("Content-Length: １０".encode()), Truth.PAGE, ALIVE),
    case("length-short", G, _bare(b"Content-Length: 300"), Truth.PART, ALIVE),
    case("length-long", G, _bare(b"Content-Length: %d" % (len(_TAIL) + 999)), Truth.PAGE, ALIVE),
    case("length-zero-with-body", G, _bare(b"Content-Length: 0"), Truth.NOTHING, ALIVE, UNVERIFIED),
    case("ten-thousand", G, _with(*(b"X-%d: %d" % (i, i) for i in range(10_000))), Truth.PAGE, ALIVE, UNVERIFIED),
    case("one-megabyte", G, _with(b"X-Big: " + b"b" * 1_000_000), Truth.BROKEN, ALIVE, UNVERIFIED),
    case("many-cookies", G, _with(*(b"Set-Cookie: c%d=%s" % (i, b"v" * 99) for i in range(500))), Truth.PAGE, ALIVE),
    case("broken-cookies", G, _with(b"Set-Cookie: =;;;\x7f\xff", b'Set-Cookie: a="b'), Truth.PAGE, ALIVE),
    case("endless", G, _endless_headers, Truth.BROKEN, FAILING, UNVERIFIED),
    case("type-missing", G, answer(None, kind=None), Truth.PAGE, ALIVE),
    case("type-twice", G, _with(b"Content-Type: application/json"), Truth.PAGE, ALIVE),
    case("type-nonsense", G, answer(None, kind=";;;=/=,,\x7f"), Truth.PAGE, ALIVE),
    case("type-long", G, answer(None, kind="text/html; " + "a=b; " * 9000), Truth.PAGE, ALIVE),
    case("location-on-200", G, _with(b"Location: /elsewhere"), Truth.PAGE, ALIVE),
    case("refresh-header", G, _with(b"Refresh: 0; url=http://[::1"), Truth.PAGE, ALIVE),
    case("link-header", G, _with(b'Link: <<<>>>;;rel==""'), Truth.PAGE, ALIVE),
    case(
        "ansi-header", G, _with(b"Server: \x1b[2J\x1b]0;owned\x07", "X-Bidi: \u202egnp.exe".encode()), Truth.PAGE, ALIVE
    ),
    case(
        "date-nonsense",
        G,
        _with(b"Date: yesterday", b"Last-Modified: 2099-99-99", b"Expires: -1e99"),
        Truth.PAGE,
        ALIVE,
    ),
    case("etag-nonsense", G, _with(b'ETag: W/"\xff\xfe', b"Vary: *", b"Age: -5"), Truth.PAGE, ALIVE),
    case("retry-after-on-200", G, _with(b"Retry-After: 999999999"), Truth.PAGE, ALIVE),
    case("te-identity", G, _with(b"Transfer-Encoding: identity"), Truth.PAGE, ALIVE),
    case("te-nonsense", G, _bare(b"Transfer-Encoding: xchunked"), Truth.PAGE, ALIVE, UNVERIFIED, FAILING),
    case("upgrade-offer", G, _with(b"Upgrade: h2,h2c", b'Alt-Svc: h3=":443"'), Truth.PAGE, ALIVE),
)

CASES = _STATUSES + _HEADERS
