"""Bodies: cut, endless, dripping, compressed, bombs."""

from __future__ import annotations

import asyncio
import gzip
import zlib
from functools import cache

from faults.case import ALIVE, DEAD, FAILING, UNVERIFIED, Behaviour, Truth, answer, case, markup
from faults.visit import Visit

G = "bodies"
_HTML = markup().encode()
_KIND = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nConnection: close\r\n"
_CHUNKED = _KIND + b"Transfer-Encoding: chunked\r\n\r\n"
_OPEN = _KIND + b"\r\n"


def _chunks(*parts: bytes, end: bytes = b"0\r\n\r\n") -> bytes:
    return _CHUNKED + b"".join(b"%x\r\n%s\r\n" % (len(p), p) for p in parts) + end


def _coded(coding: str, body: bytes) -> bytes:
    return answer(body, "200 OK", f"Content-Encoding: {coding}")


def _raw_deflate(data: bytes) -> bytes:
    squeeze = zlib.compressobj(9, zlib.DEFLATED, -15)
    return squeeze.compress(data) + squeeze.flush()


@cache
def _bomb(megabytes: int) -> bytes:
    """Gzip of the living page and then so many megabytes of spaces."""
    squeeze = zlib.compressobj(9, zlib.DEFLATED, 31)
    spaces = b" " * (1 << 20)
    return b"".join([squeeze.compress(_HTML), *(squeeze.compress(spaces) for _ in range(megabytes)), squeeze.flush()])


def _explodes(coding: str, megabytes: int, layers: int = 1) -> Behaviour:
    async def behave(visit: Visit) -> None:
        body = _bomb(megabytes)
        for _ in range(layers - 1):
            body = gzip.compress(body, 6)
        await visit.send(_coded(coding, body))

    return behave


def _then(first: bytes, what: str) -> Behaviour:
    """Send something, then: "silence", "reset", "close"."""

    async def behave(visit: Visit) -> None:
        if first:
            await visit.send(first)
        if what == "silence":
            await visit.silence()
        elif what == "reset":
            await asyncio.sleep(0.05)
            visit.reset()

    return behave


def _drips(fast: bytes, slow: bytes, every: float = 0.3) -> Behaviour:
    async def behave(visit: Visit) -> None:
        await visit.send(fast)
        if slow:
            await visit.drip(slow, every)
        await visit.for_ever(b" ", every)

    return behave


def _floods(first: bytes, block: bytes) -> Behaviour:
    async def behave(visit: Visit) -> None:
        await visit.send(first)
        await visit.for_ever(block)

    return behave


async def _slow_but_whole(visit: Visit) -> None:
    """A slow office server that gets there."""
    await asyncio.sleep(0.4)
    await visit.drip(answer(), 0.02, 64)


async def _one_byte_chunks(visit: Visit) -> None:
    await visit.send(_CHUNKED + b"".join(b"1\r\n%c\r\n" % byte for byte in _HTML) + b"0\r\n\r\n")


async def _stale_then_fresh(visit: Visit) -> None:
    """Rubbish behind a complete answer must not become the next one's."""
    raw = answer().replace(b"Connection: close", b"Connection: keep-alive")
    await visit.send(raw + b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")


_gz = gzip.compress(_HTML)
CASES = (
    case("empty", G, answer(""), Truth.NOTHING, ALIVE, UNVERIFIED),
    case("empty-unsized", G, _OPEN, Truth.NOTHING, ALIVE, UNVERIFIED),
    case("only-spaces", G, answer(" \r\n\t " * 50), Truth.NOTHING, ALIVE, UNVERIFIED),
    case("only-bom", G, answer(b"\xef\xbb\xbf"), Truth.NOTHING, ALIVE, UNVERIFIED),
    case("only-nuls", G, answer(bytes(4096)), Truth.NOTHING, ALIVE, UNVERIFIED),
    case("unsized", G, _OPEN + _HTML, Truth.PAGE, ALIVE, shows="秋季粮食收购"),
    case("cut-by-reset", G, _then(_OPEN + _HTML[:700], "reset"), Truth.PART, ALIVE, FAILING),
    case("cut-by-close", G, _then(answer()[:-300], "close"), Truth.PART, ALIVE),
    case("cut-in-head", G, _then(_KIND[:60], "close"), Truth.BROKEN, FAILING, UNVERIFIED, ALIVE),
    case("reset-at-once", G, _then(b"", "reset"), Truth.BROKEN, FAILING),
    case("reset-in-head", G, _then(_KIND[:60], "reset"), Truth.BROKEN, FAILING),
    case("closed-without-answer", G, _then(b"", "close"), Truth.BROKEN, FAILING),
    case("silence", G, _then(b"", "silence"), Truth.BROKEN, FAILING),
    case("silence-in-head", G, _then(_KIND, "silence"), Truth.BROKEN, FAILING),
    case("silence-after-head", G, _then(_OPEN, "silence"), Truth.BROKEN, FAILING, UNVERIFIED),
    case("silence-in-body", G, _then(_OPEN + _HTML[:900], "silence"), Truth.PART, ALIVE, FAILING),
    case("silence-at-404", G, _then(b"HTTP/1.1 404 Not Found\r\nContent-Length: 9\r\n\r\n", "silence"), Truth.MISSING,
         DEAD, FAILING),
    case("drip-status", G, _drips(b"", b"HTTP/1.1 200 OK\r\nX: y\r\n"), Truth.BROKEN, FAILING),
    case("drip-head", G, _drips(b"HTTP/1.1 200 OK\r\n", b"X-Slow: " * 99), Truth.BROKEN, FAILING),
    case("drip-body", G, _drips(_OPEN, _HTML), Truth.PART, ALIVE, FAILING),
    case("drip-behind-page", G, _drips(_OPEN + _HTML, b""), Truth.PAGE, ALIVE),
    case("drip-chunks", G, _drips(_CHUNKED, b"1\r\na\r\n" * 99), Truth.PART, ALIVE, FAILING),
    case("slow-but-whole", G, _slow_but_whole, Truth.PAGE, ALIVE, shows="秋季粮食收购"),
    case("endless-body", G, _floods(_OPEN + _HTML, b"<p>again</p>" * 5000), Truth.PART, ALIVE),
    case("endless-line", G, _floods(_OPEN, b"a" * 65536), Truth.PART, ALIVE),
    case("endless-chunks", G, _floods(_CHUNKED, b"10000\r\n" + b"x" * 65536 + b"\r\n"), Truth.PART, ALIVE),
    case("endless-chunk-size", G, _floods(_CHUNKED, b"0" * 65536), Truth.BROKEN, FAILING, UNVERIFIED, ALIVE),
    case("endless-chunk-extension", G, _floods(_CHUNKED + b"5;a=", b"b" * 65536), Truth.BROKEN, FAILING, UNVERIFIED,
         ALIVE),
    case("endless-trailers", G, _floods(_chunks(_HTML, end=b"0\r\n"), b"X-T: y\r\n" * 999), Truth.PAGE, ALIVE),
    case("twenty-megabytes", G, answer(markup("<p>" + "行 " * 5_000_000 + "</p>")), Truth.PART, ALIVE),
    case("keep-alive-rubbish", G, _stale_then_fresh, Truth.PAGE, ALIVE),
    case("chunked", G, _chunks(_HTML[:100], _HTML[100:]), Truth.PAGE, ALIVE, shows="秋季粮食收购"),
    case("chunked-and-length", G, _chunks(_HTML).replace(b"Transfer", b"Content-Length: 5\r\nTransfer", 1), Truth.PAGE,
         ALIVE),
    case("chunked-one-byte", G, _one_byte_chunks, Truth.PAGE, ALIVE, shows="秋季粮食收购"),
    case("chunked-no-end", G, _chunks(_HTML, end=b""), Truth.PAGE, ALIVE),
    case("chunked-cut", G, _CHUNKED + b"1000\r\n" + _HTML[:600], Truth.PART, ALIVE),
    case("chunked-extension", G, _CHUNKED + b"%x;a=b;c\r\n%s\r\n0\r\n\r\n" % (len(_HTML), _HTML), Truth.PAGE, ALIVE),
    case("chunked-spaces", G, _CHUNKED + b"%x  \r\n%s\r\n0\r\n\r\n" % (len(_HTML), _HTML), Truth.PAGE, ALIVE),
    case("chunked-bare-lf", G, _CHUNKED + b"%x\n%s\n0\n\n" % (len(_HTML), _HTML), Truth.PAGE, ALIVE),
    case("chunked-trailers", G, _chunks(_HTML, end=b"0\r\nX-A: b\r\n\r\n"), Truth.PAGE, ALIVE),
    case("chunked-upper-case", G, _CHUNKED.replace(b"chunked", b"Chunked") + b"%X\r\n%s\r\n0\r\n\r\n"
         % (len(_HTML), _HTML), Truth.PAGE, ALIVE),
    case("chunk-garbage-first", G, _CHUNKED + b"zzz\r\n" + _HTML, Truth.BROKEN, FAILING, UNVERIFIED, ALIVE),
    case("chunk-garbage-later", G, _chunks(_HTML, end=b"zz\r\n\x00\x01"), Truth.PAGE, ALIVE),
    case("chunk-negative", G, _CHUNKED + b"-5\r\nhello\r\n0\r\n\r\n", Truth.BROKEN, FAILING, UNVERIFIED, ALIVE),
    case("chunk-huge", G, _CHUNKED + b"ffffffffffffffffff\r\n" + _HTML, Truth.PART, ALIVE, FAILING, UNVERIFIED),
    case("chunk-big", G, _CHUNKED + b"7fffffff\r\n" + _HTML, Truth.PART, ALIVE),
    case("chunked-unmarked", G, _OPEN + b"%x\r\n%s\r\n0\r\n\r\n" % (len(_HTML), _HTML), Truth.PAGE, ALIVE),
    case("chunked-not", G, _CHUNKED + _HTML, Truth.BROKEN, FAILING, UNVERIFIED, ALIVE),
    case("chunked-twice", G, _chunks(_HTML).replace(b"ing: chunked", b"ing: chunked, chunked", 1), Truth.PAGE, ALIVE,
         UNVERIFIED, FAILING),
    case("gzip", G, _coded("gzip", _gz), Truth.PAGE, ALIVE, shows="秋季粮食收购"),
    case("gzip-x", G, _coded("x-gzip", _gz), Truth.PAGE, ALIVE, shows="秋季粮食收购"),
    case("gzip-upper-case", G, _coded("GZIP", _gz), Truth.PAGE, ALIVE, shows="秋季粮食收购"),
    case("gzip-members", G, _coded("gzip", gzip.compress(_HTML[:99]) + gzip.compress(_HTML[99:])), Truth.PAGE, ALIVE,
         shows="秋季粮食收购"),
    case("gzip-rubbish-behind", G, _coded("gzip", _gz + b"\x00rubbish"), Truth.PAGE, ALIVE, shows="秋季粮食收购"),
    case("gzip-cut", G, _coded("gzip", _gz[:-40]), Truth.PART, ALIVE),
    case("gzip-bad-sum", G, _coded("gzip", _gz[:-8] + b"\x00" * 8), Truth.PAGE, ALIVE),
    case("gzip-empty", G, _coded("gzip", b""), Truth.NOTHING, ALIVE, UNVERIFIED),
    case("gzip-not", G, _coded("gzip", _HTML), Truth.PAGE, ALIVE, UNVERIFIED),
    case("gzip-unmarked", G, answer(_gz), Truth.BROKEN, ALIVE, UNVERIFIED),
    case("gzip-twice", G, _coded("gzip, gzip", gzip.compress(_gz)), Truth.PAGE, ALIVE, shows="秋季粮食收购"),
    case("gzip-and-chunked", G, _chunks(_gz[:50], _gz[50:]).replace(b"Transfer", b"Content-Encoding: gzip\r\nTransfer", 1),
         Truth.PAGE, ALIVE, shows="秋季粮食收购"),
    case("deflate", G, _coded("deflate", zlib.compress(_HTML)), Truth.PAGE, ALIVE, shows="秋季粮食收购"),
    case("deflate-raw", G, _coded("deflate", _raw_deflate(_HTML)), Truth.PAGE, ALIVE, shows="秋季粮食收购"),
    case("brotli-unasked", G, _coded("br", b"\x8b\x02\x80<p>\x03"), Truth.BROKEN, ALIVE, UNVERIFIED),
    case("brotli-not", G, _coded("br", _HTML), Truth.BROKEN, ALIVE, UNVERIFIED),
    case("zstd-unasked", G, _coded("zstd", b"\x28\xb5\x2f\xfd\x00\x00"), Truth.BROKEN, ALIVE, UNVERIFIED),
    case("coding-unknown", G, _coded("pony", _HTML), Truth.PAGE, ALIVE),
    case("coding-charset", G, _coded("utf-8", _HTML), Truth.PAGE, ALIVE, shows="秋季粮食收购"),
    case("coding-empty", G, _coded("", _HTML), Truth.PAGE, ALIVE, shows="秋季粮食收购"),
    case("coding-many", G, _coded("gzip, " * 50 + "gzip", _gz), Truth.BROKEN, ALIVE, UNVERIFIED),
    case("bomb-10", G, _explodes("gzip", 10), Truth.PART, ALIVE),
    case("bomb-192", G, _explodes("gzip", 192), Truth.PART, ALIVE),
    case("bomb-double", G, _explodes("gzip, gzip", 192, 2), Truth.PART, ALIVE),
    case("bomb-triple", G, _explodes("gzip, gzip, gzip", 64, 3), Truth.PART, ALIVE, UNVERIFIED),
    case("bomb-at-404", G, answer(gzip.compress(b"not found" * 1_000_000), "404 Not Found", "Content-Encoding: gzip"),
         Truth.MISSING, DEAD),
)  # fmt: skip
