"""Attachments, and servers that answer a HEAD otherwise than a GET."""

from __future__ import annotations

import asyncio

from faults.case import ALIVE, DEAD, FAILING, UNVERIFIED, Behaviour, Case, Truth, answer, case, markup
from faults.visit import Visit

G = "files"
_PDF = b"%PDF-1.4\n" + b"1 0 obj<</Type/Catalog>>endobj\n" * 300 + b"%%EOF"
_ZIP = b"PK\x03\x04\x14\x00" + b"\x00" * 3000
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 3000


def _file(name: str, ending: str, body: bytes, kind: str | None, *headers: str) -> Case:
    return case(name, G, answer(body, "200 OK", *headers, kind=kind), Truth.FILE, ALIVE, path=f"/{G}/{name}/a.{ending}")


def _head(name: str, to_head: bytes) -> Case:
    """A living page whose server answers HEAD with these bytes."""

    async def behave(visit: Visit) -> None:
        await visit.send(to_head if visit.method == "HEAD" else answer())

    return case(f"head-{name}", "head", behave, Truth.PAGE, ALIVE)


def _range(how: str) -> Behaviour:
    """Ways to answer a request for a part."""

    async def behave(visit: Visit) -> None:
        asked = "range" in visit.headers
        if asked and how == "refuses":
            await visit.send(answer("", "416 Range Not Satisfiable", "Content-Range: bytes */9000"))
        elif asked and how == "400":
            await visit.send(answer("", "400 Bad Request"))
        elif asked and how == "keeps":
            await visit.send(
                answer(_PDF[:1000], "206 Partial Content", "Content-Range: bytes 0-999/9009", kind="application/pdf")
            )
        else:
            await visit.send(answer(_PDF, kind="application/pdf"))

    return behave


async def _endless_file(visit: Visit) -> None:
    await visit.send(b"HTTP/1.1 200 OK\r\nContent-Type: application/zip\r\nContent-Length: 5000000000\r\n\r\n")
    await visit.for_ever(b"PK\x03\x04" + bytes(65532))


async def _head_hangs(visit: Visit) -> None:
    if visit.method == "HEAD":
        await visit.silence()
    else:
        await visit.send(answer())


async def _head_resets(visit: Visit) -> None:
    if visit.method == "HEAD":
        visit.reset()
    else:
        await visit.send(answer())


async def _head_sends_body(visit: Visit) -> None:
    await visit.send(answer())


async def _needs_agent(visit: Visit) -> None:
    """Refuses callers without a name or a wish."""
    known = visit.headers.get("user-agent") and "accept" in visit.headers and "host" in visit.headers
    await visit.send(answer() if known else answer("", "400 Bad Request"))


def _flaky(first: bytes) -> Behaviour:
    """Fails the first caller, serves the second."""
    count = 0

    async def behave(visit: Visit) -> None:
        nonlocal count
        count += 1
        if count > 1:
            await visit.send(answer())
        elif first:
            await visit.send(first)
        else:
            visit.reset()
            await asyncio.sleep(0)

    return behave


CASES = (
    _file("pdf", "pdf", _PDF, "application/pdf"),
    _file("pdf-untyped", "pdf", _PDF, None),
    _file("pdf-as-octets", "pdf", _PDF, "application/octet-stream"),
    _file("pdf-as-html", "pdf", _PDF, "text/html"),
    _file("pdf-download", "pdf", _PDF, "application/pdf", 'Content-Disposition: attachment; filename="\xa1.pdf"'),
    _file("docx", "docx", _ZIP, "application/msword"),
    _file("doc", "doc", _OLE, "text/plain"),
    _file("xls-is-html-table", "csv", "序号,单位\n1,粮食局\n".encode("gbk"), "text/csv"),
    _file("zip-coded-gzip", "zip", _ZIP, "application/zip", "Content-Encoding: identity"),
    _file("image", "jpg", b"\xff\xd8\xff\xe0" + bytes(2000), "image/jpeg"),
    _file("image-named-wrong", "jpg", b"\x89PNG\r\n\x1a\n" + bytes(2000), "image/jpeg"),
    _file("sheet-from-script", "jsp", _ZIP, "application/vnd.ms-excel", "Content-Disposition: attachment"),
    case("pdf-is-page", G, answer(), Truth.PAGE, ALIVE, UNVERIFIED, path=f"/{G}/pdf-is-page/a.pdf"),
    case("pdf-is-error-page", G, answer(markup("<h1>404</h1>您访问的文件不存在", "404 Not Found")), Truth.MISSING, DEAD,
         path=f"/{G}/pdf-is-error-page/a.pdf"),
    case("pdf-empty", G, answer(b"", kind="application/pdf"), Truth.NOTHING, ALIVE, UNVERIFIED, path=f"/{G}/pdf-empty/a.pdf"),
    case("pdf-404", G, answer("", "404 Not Found"), Truth.MISSING, DEAD, path=f"/{G}/pdf-404/a.pdf"),
    case("file-endless", G, _endless_file, Truth.FILE, ALIVE, path=f"/{G}/file-endless/big.zip"),
    *(case(f"range-{how}", G, _range(how), Truth.FILE, ALIVE, path=f"/{G}/range-{how}/a.pdf")
      for how in ("refuses", "400", "keeps", "ignores")),
    _head("405", answer("", "405 Method Not Allowed")),
    _head("501", answer("", "501 Not Implemented")),
    _head("403", answer("", "403 Forbidden")),
    _head("404", answer("", "404 Not Found")),
    _head("500", answer("", "500 Internal Server Error")),
    _head("503", answer("", "503 Service Unavailable")),
    _head("garbage", b"what?"),
    _head("closes", b""),
    _head("redirects-home", answer("", "302 Found", "Location: /heads/status-404")),
    case("head-hangs", "head", _head_hangs, Truth.PAGE, ALIVE),
    case("head-resets", "head", _head_resets, Truth.PAGE, ALIVE),
    case("head-sends-body", "head", _head_sends_body, Truth.PAGE, ALIVE),
    case("needs-agent", "head", _needs_agent, Truth.PAGE, ALIVE),
    case("flaky-500", "head", _flaky(answer("", "500 Internal Server Error")), Truth.PAGE, ALIVE),
    case("flaky-502", "head", _flaky(answer("", "502 Bad Gateway")), Truth.PAGE, ALIVE),
    case("flaky-reset", "head", _flaky(b""), Truth.PAGE, ALIVE),
    case("flaky-garbage", "head", _flaky(b"\x00\x01\x02"), Truth.PAGE, ALIVE, FAILING, UNVERIFIED),
)  # fmt: skip
