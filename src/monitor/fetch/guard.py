"""Which network addresses may be touched: names resolved once, every address checked before it is used."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
import threading
from contextlib import suppress
from functools import lru_cache
from typing import Any

from monitor.fetch.fault import Fault, name_fault
from monitor.fetch.limit import Limit, Pulse
from monitor.fetch.policy import Policy
from monitor.model import Cause, Phase

_IP = ipaddress.IPv4Address | ipaddress.IPv6Address
# What `is_global` lets through and no public server has: relays, benchmarks, documentation, discard, segment routing.
_NEVER = tuple(
    ipaddress.ip_network(n)
    for n in (
        *("192.88.99.0/24", "198.18.0.0/15", "192.0.0.0/24", "192.0.2.0/24", "240.0.0.0/4"),
        *("::/96", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32", "3fff::/20", "5f00::/16"),
        *("fc00::/7", "fe80::/9", "fec0::/10", "::ffff:0:0:0/96"),
    )
)
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_MOST_NAMES = 50_000
_RESOLVERS = 128  # names that hang must not hold up the others


def is_public(address: _IP) -> bool:
    """Whether an address is one of the open network, whatever other address it wraps."""
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if inner is None and address in _NAT64:
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(inner)
        if address.teredo or address.scope_id:
            return False
    if address.is_multicast or address.is_unspecified or address.is_reserved or not address.is_global:
        return False
    return not any(address in n for n in _NEVER if n.version == address.version)


@lru_cache(maxsize=65536)
def _parsed(text: str) -> tuple[_IP, bool] | None:
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    return address, is_public(address)


def _is_ipv6(text: str) -> bool:
    """Whether it is an IPv6 address of the open network which wraps no IPv4 address."""
    parsed = _parsed(text)
    if parsed is None or not parsed[1] or not isinstance(parsed[0], ipaddress.IPv6Address):
        return False
    ip = parsed[0]
    return not (ip.ipv4_mapped or ip.sixtofour or ip in _NAT64)


class Guard:
    """Resolves names and lets only permitted addresses through. One per Fetcher; close it."""

    def __init__(self, policy: Policy, pulse: Pulse) -> None:
        self._policy = policy
        self._pulse = pulse
        self._trusted = frozenset(a.lower().removesuffix(":80").removesuffix(":443") for a in policy.allow_authorities)
        self._networks = [ipaddress.ip_network(n, strict=False) for n in policy.allow_private]
        self._known: dict[str, tuple[float, tuple[str, ...] | Fault]] = {}
        self._asking: dict[str, asyncio.Task[tuple[str, ...] | Fault]] = {}
        self._places: asyncio.Semaphore | None = None
        self._gives_ipv6 = False
        """Whether the resolver has given any host an IPv6 address: one that never does may leave them out."""

    def close(self) -> None:
        """Stop looking names up."""
        for task in self._asking.values():
            task.cancel()

    def permits(self, address: str, authority: str) -> bool:
        """Whether a network address may be touched for the sake of `authority` (host or host:port)."""
        parsed = _parsed(address)
        if parsed is None:
            return False
        ip, public = parsed
        if public or authority in self._trusted:
            return True
        mapped = ip.ipv4_mapped if isinstance(ip, ipaddress.IPv6Address) else None
        return any(i in n for n in self._networks for i in (ip, mapped) if i is not None and i.version == n.version)

    def check_literal(self, host: str, authority: str) -> None:
        """Refuse a host written as a private address; for when somebody else resolves the names."""
        plain = host.strip("[]")
        local = plain.rstrip(".") == "localhost" or plain.rstrip(".").endswith(".localhost")
        literal = _parsed(plain) is not None
        if (literal and not self.permits(plain, authority)) or (local and not self.permits("127.0.0.1", authority)):
            raise Fault(Cause.BLOCKED_ADDRESS, Phase.GUARD, plain)

    async def addresses(self, host: str, authority: str) -> tuple[str, ...]:
        """The permitted addresses of a host, best first; Fault when there is none."""
        plain = host.strip("[]")
        found = (plain,) if _parsed(plain) is not None else await self._resolve(plain)
        allowed = tuple(a for a in found if self.permits(a, authority))
        if not allowed:
            raise Fault(Cause.BLOCKED_ADDRESS, Phase.GUARD, f"{plain} is {', '.join(found[:4])}")
        return allowed

    def has_ipv6(self, host: str) -> bool | None:
        """Whether a host that was looked up has a public IPv6 address; None when that is not known."""
        known = self._known.get(host)
        if known is None or isinstance(known[1], Fault):
            return None
        return any(map(_is_ipv6, known[1])) or (False if self._gives_ipv6 else None)

    def prefer(self, host: str, address: str) -> None:
        """Remember which of a host's addresses answered."""
        known = self._known.get(host)
        if known is not None and not isinstance(known[1], Fault) and known[1][0] != address:
            self._known[host] = (known[0], (address, *(a for a in known[1] if a != address)))

    async def _resolve(self, host: str) -> tuple[str, ...]:
        now = asyncio.get_running_loop().time()
        known = self._known.get(host)
        if known is not None and known[0] > now:
            found = known[1]
        else:
            task = self._asking.get(host)
            if task is None:
                task = self._asking[host] = asyncio.create_task(self._look_up(host))
            found = await asyncio.shield(task)
        if isinstance(found, Fault):
            raise Fault(found.failure.cause, found.failure.phase, found.failure.detail)
        return found

    async def _look_up(self, host: str) -> tuple[str, ...] | Fault:
        loop = asyncio.get_running_loop()
        if self._places is None:
            self._places = asyncio.Semaphore(_RESOLVERS)
        result: tuple[str, ...] | Fault
        keep = self._policy.dns_ttl
        try:
            with Limit(self._policy.dns_timeout, self._pulse):
                async with self._places:
                    rows = await _ask_system(host)
            result = tuple(dict.fromkeys(str(row[4][0]) for row in rows))
            if not result:
                result = name_fault(OSError("no address"), host)
        except TimeoutError:
            result = Fault(Cause.TIMEOUT, Phase.DNS, f"{host}: no answer from the resolver")
        except (OSError, UnicodeError) as error:
            result = name_fault(error, host)
        finally:
            self._asking.pop(host, None)
        if not isinstance(result, Fault):
            self._gives_ipv6 = self._gives_ipv6 or any(map(_is_ipv6, result))
        if isinstance(result, Fault):
            keep = 60.0 if result.failure.cause is Cause.NO_SUCH_HOST else 0.0
        if len(self._known) >= _MOST_NAMES:
            self._known.clear()
        self._known[host] = (loop.time() + keep, result)
        return result


async def _ask_system(host: str) -> list[tuple[Any, ...]]:
    """The system's resolver, asked in a thread that nobody has to wait for when it hangs, not even at exit."""
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[list[tuple[Any, ...]]] = loop.create_future()

    def tell(rows: list[tuple[Any, ...]] | None, error: Exception | None) -> None:
        if answer.done():
            return
        if error is not None:
            answer.set_exception(error)
        else:
            answer.set_result(rows or [])

    def ask() -> None:
        rows, fault = None, None
        try:
            rows = socket.getaddrinfo(host.encode("ascii"), None, 0, socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            fault = error
        with suppress(RuntimeError):  # the loop has been closed meanwhile
            loop.call_soon_threadsafe(tell, rows, fault)

    threading.Thread(target=ask, name="resolver", daemon=True).start()
    return await answer
