"""One POST to an address that the operator gave: these bytes, once, and the answer or how it failed."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Mapping
from typing import Any

import httpx

from monitor.fetch.tls import Contexts, Trust
from monitor.model import Answer

_MOST = 64 * 1024
_ENDED = (ssl.SSLWantReadError, ssl.SSLWantWriteError, ssl.SSLEOFError, ssl.SSLZeroReturnError, ssl.SSLSyscallError)
"""How TLS tells that the connection ended, or that it waits: no fault of its own."""


def post(
    url: str, body: bytes, headers: Mapping[str, str], *, proxy: str = "", timeout: float = 10.0, cafile: str = ""
) -> Answer:
    """Post the bytes and read the answer; a failure is a value. Must not be called within an event loop.

    Redirects are not followed, certificates are verified, the environment is not asked for a proxy. `timeout` in
    seconds for all of it. `cafile`: a PEM file of certificates to trust beside the system's; "" for none.
    """
    return asyncio.run(_post(url, body, headers, proxy, timeout, cafile))


async def _post(url: str, body: bytes, headers: Mapping[str, str], proxy: str, seconds: float, cafile: str) -> Answer:
    status: int | None = None
    got = bytearray()
    trouble, gone, ours = "", False, False

    async def trace(event: str, info: Mapping[str, Any]) -> None:
        nonlocal gone, ours
        if event.endswith("send_request_body.started"):
            ours = info["request"].method == b"POST"  # and not what a proxy is asked for first
        gone = gone or (ours and event.endswith("send_request_body.complete"))

    told = {"trace": trace, "timeout": httpx.Timeout(seconds).as_dict()}
    headers = {"Accept-Encoding": "identity", **headers}
    # The bare transport: a client would log the address, which may hold a key.
    line = httpx.AsyncHTTPTransport(verify=Contexts(cafile).of(Trust.STRICT), proxy=proxy or None)
    try:
        async with asyncio.timeout(seconds), line:
            request = httpx.Request("POST", url, content=body, headers=headers, extensions=told)
            response = await line.handle_async_request(request)
            status = response.status_code
            async for piece in response.aiter_raw():
                got += piece[: _MOST - len(got)]
                if len(got) >= _MOST:
                    break
            await response.aclose()
    except TimeoutError:
        trouble = f"no answer within {seconds:g} s" if gone else f"no connection within {seconds:g} s"
    except (httpx.HTTPError, httpx.InvalidURL, UnicodeError, ssl.SSLError) as error:
        trouble = _failure(error)
    return Answer(status=status, body=bytes(got), trouble=trouble, gone=gone)


def _failure(error: BaseException) -> str:
    """What went wrong, in our own words: the library's may hold the address, and so a key."""
    for cause in _causes(error):
        if isinstance(cause, ssl.SSLCertVerificationError):
            return f"certificate not trusted: {cause.verify_message}"
        if isinstance(cause, ssl.SSLError) and not isinstance(cause, _ENDED):
            return f"TLS failed: {cause.reason or 'no common language'}"
        if isinstance(cause, socket.gaierror):
            return "no such host"
        if isinstance(cause, ConnectionRefusedError):
            return "connection refused"
        if isinstance(cause, httpx.ProxyError):
            return "the proxy refuses"
        if isinstance(cause, httpx.TimeoutException | TimeoutError):
            return "timed out"
        if isinstance(cause, httpx.InvalidURL | UnicodeError):
            return "no address that can be reached"
    return "connection lost"


def _causes(error: BaseException) -> list[BaseException]:
    """An error, what it came from, and so on."""
    found: list[BaseException] = []
    left: list[BaseException | None] = [error]
    while left:
        one = left.pop(0)
        if one is None or one in found:
            continue
        found.append(one)
        left += [one.__cause__, one.__context__]
        if isinstance(one, BaseExceptionGroup):
            left += one.exceptions
    return found
