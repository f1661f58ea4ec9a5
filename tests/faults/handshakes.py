"""Certificates and handshakes: faults of their own, which do not kill the page behind them."""

from __future__ import annotations

import asyncio

from faults.case import ALIVE, DEAD, FAILING, UNVERIFIED, Behaviour, Case, Truth, answer, case
from faults.visit import Visit

G = "tls"


def _behind(door: str, fault: str) -> Case:
    """The living page behind a certificate."""
    return case(f"tls-{door.replace('_', '-')}", G, answer(), Truth.PAGE, ALIVE, door=door, fault=fault)


async def _close(visit: Visit) -> None:
    await visit.reader.read(1000)


async def _reset(visit: Visit) -> None:
    await visit.reader.read(1000)
    visit.reset()


async def _silence(visit: Visit) -> None:
    await visit.silence()


async def _plain(visit: Visit) -> None:
    """HTTP where TLS is spoken."""
    await visit.reader.read(1000)
    await visit.send(answer("", "400 Bad Request"))


async def _alert(visit: Visit) -> None:
    await visit.reader.read(1000)
    await visit.send(b"\x15\x03\x03\x00\x02\x02\x28")


async def _old(visit: Visit) -> None:
    """Knows no version that is still spoken."""
    await visit.reader.read(1000)
    await visit.send(b"\x15\x03\x01\x00\x02\x02\x46")


async def _garbage(visit: Visit) -> None:
    await visit.send(b"\x00" * 5000)


async def _drip(visit: Visit) -> None:
    await visit.send(b"\x16\x03\x03\x40\x00\x02\x00\x3f\xfc")
    for _ in range(400):
        await visit.send(b"\x00")
        await asyncio.sleep(0.2)


def _broken(name: str, behave: Behaviour) -> Case:
    return case(f"handshake-{name}", G, behave, Truth.BROKEN, FAILING, UNVERIFIED, door="raw")


CASES = (
    _behind("tls", ""),
    _behind("ending", ""),
    _behind("expired", "expired"),
    _behind("not_yet", "not yet"),
    _behind("wrong_host", "another host"),
    _behind("self_signed", "self-signed"),
    _behind("unknown_issuer", "issuer"),
    case("tls-gone", G, answer("", "404 Not Found"), Truth.MISSING, DEAD, door="expired"),
    case("tls-body-cut", G, answer()[:-200], Truth.PART, ALIVE, door="tls"),
    case("tls-unsized", G, answer(sized=False), Truth.PAGE, ALIVE, door="tls", shows="秋季粮食收购"),
    _broken("closed", _close),
    _broken("reset", _reset),
    _broken("silence", _silence),
    _broken("plain", _plain),
    _broken("alert", _alert),
    _broken("old-version", _old),
    _broken("garbage", _garbage),
    _broken("drip", _drip),
    case("plain-on-tls-port", G, answer(), Truth.BROKEN, FAILING, UNVERIFIED, path="{tls_as_plain}/tls/plain"),
    case("refused", G, answer(), Truth.BROKEN, FAILING, path="{closed}/x"),
)
