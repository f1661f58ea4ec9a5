"""Which addresses may be touched, and how names become addresses."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
import threading
from typing import Any

import pytest

from monitor.fetch import Fetcher, Policy, Tries
from monitor.fetch.fault import Fault
from monitor.fetch.guard import Guard, is_public
from monitor.fetch.limit import Pulse
from monitor.model import Cause, Fetch, Phase
from rawserver import serving

PAGE = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"

PRIVATE = [
    "0.0.0.0",
    "0.1.2.3",
    "10.0.0.1",
    "100.64.0.1",
    "127.0.0.1",
    "127.9.9.9",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.1",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.1.1",
    "198.18.0.1",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "239.1.1.1",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::7f00:1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "::ffff:0:127.0.0.1",
    "64:ff9b::7f00:1",
    "64:ff9b::a00:1",
    "64:ff9b:1::1",
    "100::1",
    "2001::1",
    "2001:db8::1",
    "2002:7f00:1::",
    "2002:a00:1::",
    "3fff::1",
    "5f00::1",
    "fc00::1",
    "fd12::1",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "ff02::1",
    "ff0e::1",
]
PUBLIC = "1.1.1.1 8.8.8.8 202.96.128.86 172.32.0.1 2400:3200::1 2606:4700::1111 ::ffff:8.8.8.8 64:ff9b::808:808 2002:808:808::1"


@pytest.mark.parametrize("address", PRIVATE)
def test_private_addresses_are_seen_through(address: str) -> None:
    assert not is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize("address", PUBLIC.split())
def test_public_addresses_pass(address: str) -> None:
    assert is_public(ipaddress.ip_address(address))


def test_what_the_operator_names_is_allowed_and_nothing_else() -> None:
    named = frozenset({"A.example:8080", "b:80"})
    guard = Guard(Policy(allow_private=("10.1.0.0/16", "fd00::/8"), allow_authorities=named), Pulse())
    assert guard.permits("10.1.2.3", "any")
    assert guard.permits("::ffff:10.1.2.3", "any")
    assert guard.permits("fd00::1", "any")
    assert guard.permits("127.0.0.1", "a.example:8080")
    assert guard.permits("127.0.0.1", "b")
    assert not guard.permits("127.0.0.1", "a.example")
    assert not guard.permits("127.0.0.1", "a.example:8081")
    assert not guard.permits("10.2.0.1", "any")
    assert not guard.permits("no address", "any")


class Names:
    """A resolver with a table in it, in the place of the system's."""

    def __init__(self, table: dict[str, list[str] | Exception]) -> None:
        self.table = table
        self.asked: list[str] = []
        self.gate = threading.Event()

    def __call__(self, host: bytes | str, port: object, *_: object, **__: object) -> list[Any]:
        name = host.decode() if isinstance(host, bytes) else host
        self.asked.append(name)
        if name.startswith("hang"):
            self.gate.wait(5)
        found = self.table.get(name, socket.gaierror(socket.EAI_NONAME, "Name or service not known"))
        if isinstance(found, Exception):
            raise found
        kind = socket.SOCK_STREAM
        return [(socket.AF_INET6 if ":" in a else socket.AF_INET, kind, 6, "", (a, 0)) for a in found]


def looks(monkeypatch: pytest.MonkeyPatch, names: Names, hosts: list[str], **settings: Any) -> list[Fetch]:
    """Looks at one page under several names; "{port}" stands for the server's port."""
    monkeypatch.setattr(socket, "getaddrinfo", names)

    async def run() -> list[Fetch]:
        async with serving({"/": PAGE}) as server:
            allowed = frozenset(a.format(port=server.port) for a in settings.pop("trusted", ()))
            policy = Policy(delay=0.0, pause=0.01, allow_authorities=allowed, **settings)
            async with Fetcher(policy) as fetcher:
                found = [await fetcher.look(f"http://{host.format(port=server.port)}/") for host in hosts]
            names.gate.set()
            return found

    return asyncio.run(run())


def test_a_name_is_resolved_once_and_its_address_pinned(monkeypatch: pytest.MonkeyPatch) -> None:
    names = Names({"a.example": ["127.0.0.1"]})
    found = looks(monkeypatch, names, ["a.example:{port}"] * 3, allow_private=("127.0.0.0/8",), idle=0.0)
    assert [f.status for f in found] == [200, 200, 200]
    assert names.asked == ["a.example"]
    assert found[0].address == "127.0.0.1"


def test_a_name_that_leads_inside_is_blocked(monkeypatch: pytest.MonkeyPatch) -> None:
    (fetch,) = looks(monkeypatch, Names({"evil.example": ["127.0.0.1", "::1"]}), ["evil.example:{port}"])
    assert fetch.failure is not None
    assert (fetch.failure.cause, fetch.failure.phase) == (Cause.BLOCKED_ADDRESS, Phase.GUARD)


def test_of_mixed_addresses_only_the_allowed_are_used(monkeypatch: pytest.MonkeyPatch) -> None:
    names = Names({"mixed.example": ["127.0.0.2", "::1", "127.0.0.1"]})
    (fetch,) = looks(monkeypatch, names, ["mixed.example:{port}"], allow_private=("127.0.0.1/32",))
    assert (fetch.status, fetch.address) == (200, "127.0.0.1")


def test_the_next_address_is_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    names = Names({"two.example": ["127.0.0.9", "127.0.0.1"]})  # nobody listens at the first
    found = looks(monkeypatch, names, ["two.example:{port}"] * 2, trusted=("two.example:{port}",))
    assert [f.address for f in found] == ["127.0.0.1"] * 2


NAME_FAULTS: list[tuple[Exception, Cause, int]] = [
    (socket.gaierror(socket.EAI_NONAME, "unknown"), Cause.NO_SUCH_HOST, 1),
    (socket.gaierror(socket.EAI_AGAIN, "try again"), Cause.DNS, 2),
    (socket.gaierror(socket.EAI_FAIL, "failed"), Cause.DNS, 2),
    (UnicodeError("label too long"), Cause.NO_SUCH_HOST, 1),
]


@pytest.mark.parametrize(("error", "cause", "tries"), NAME_FAULTS)
def test_faults_of_names_are_told_apart(
    error: Exception, cause: Cause, tries: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    (fetch,) = looks(monkeypatch, Names({"x.example": error}), ["x.example"])
    assert fetch.failure is not None
    assert (fetch.failure.cause, fetch.failure.phase, fetch.tries) == (cause, Phase.DNS, tries)


def test_a_resolver_that_hangs_is_a_timeout(monkeypatch: pytest.MonkeyPatch) -> None:
    (fetch,) = looks(monkeypatch, Names({}), ["hang.example"], dns_timeout=0.1, try_deadline=1.0)
    assert fetch.failure is not None
    assert (fetch.failure.cause, fetch.failure.phase) == (Cause.TIMEOUT, Phase.DNS)


def test_a_host_that_cannot_be_connected_to_is_left_alone_for_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    names = Names({"ok.example": ["127.0.0.1"]})
    settings = {"dns_timeout": 0.05, "mute_after": 3, "trusted": ("ok.example:{port}",)}
    found = looks(monkeypatch, names, ["hang.example"] * 5 + ["ok.example:{port}"], **settings)
    assert [f.tries for f in found] == [2, 1, 0, 0, 0, 1]
    assert {f.failure.cause for f in found[:5] if f.failure} == {Cause.TIMEOUT}
    assert "not asked" in str(found[2].failure)
    assert found[5].status == 200


def test_a_silent_host_is_asked_again_when_its_time_is_over(monkeypatch: pytest.MonkeyPatch) -> None:
    names = Names({})
    settings = {"dns_timeout": 0.02, "mute_after": 1, "mute_for": 0.0, "tries": Tries(timeout=1)}
    found = looks(monkeypatch, names, ["hang.example"] * 3, **settings)
    assert [f.tries for f in found] == [1, 1, 1]


def test_the_environments_proxy_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    names = Names({"a.example": ["127.0.0.1"]})
    (fetch,) = looks(monkeypatch, names, ["a.example:{port}"], trusted=("a.example:{port}",))
    assert fetch.status == 200


def test_a_configured_proxy_is_used_and_literal_addresses_stay_blocked() -> None:
    async def run() -> tuple[list[Fetch], list[bytes]]:
        async with serving({"http://far.example/": PAGE}) as proxy:
            policy = Policy(delay=0.0, pause=0.01, proxy=f"http://me:secret@127.0.0.1:{proxy.port}")
            async with Fetcher(policy) as fetcher:
                urls = (
                    "http://far.example/",
                    "http://far.example/",
                    "http://127.0.0.1/",
                    "http://localhost/",
                    "https://far.example/",
                )
                return [await fetcher.look(u) for u in urls], proxy.requests

    found, requests = asyncio.run(run())
    assert [f.status for f in found] == [200, 200, None, None, None]
    assert [f.failure.cause if f.failure else None for f in found[2:]] == [*[Cause.BLOCKED_ADDRESS] * 2, Cause.PROXY]
    assert b"Proxy-Authorization: Basic bWU6c2VjcmV0\r\n" in requests[0]
    assert requests[2].startswith(b"CONNECT far.example:443 HTTP/1.1\r\nHost: far.example:443\r\n")


def test_a_proxy_that_is_down_is_the_proxys_fault() -> None:
    async def run() -> Fetch:
        async with Fetcher(Policy(delay=0.0, pause=0.01, proxy="http://127.0.0.1:1")) as fetcher:
            return await fetcher.look("http://far.example/")

    fetch = asyncio.run(run())
    assert fetch.failure is not None
    assert fetch.failure.cause is Cause.PROXY


def test_a_proxy_of_another_kind_is_refused() -> None:
    with pytest.raises(ValueError, match="proxy must be"):
        Fetcher(Policy(proxy="socks5://127.0.0.1:1"))


def test_the_sixth_version_of_addresses_is_spoken() -> None:
    async def run() -> list[Fetch]:
        async with serving({"/": PAGE}, host="::1") as server:
            policy = Policy(delay=0.0, allow_authorities=frozenset({f"[::1]:{server.port}"}))
            async with Fetcher(policy) as fetcher:
                return [await fetcher.look(f"http://[{a}]:{server.port}/") for a in ("::1", "0:0::1", "::ffff:7f00:1")]

    with socket.socket(socket.AF_INET6) as probe:
        try:
            probe.bind(("::1", 0))
        except OSError:
            pytest.skip("this machine has no IPv6 loopback")
    first, second, mapped = asyncio.run(run())
    assert (first.status, first.address, second.status) == (200, "::1", 200)
    assert mapped.failure is not None
    assert mapped.failure.cause is Cause.BLOCKED_ADDRESS


PUBLIC4, PUBLIC6 = "114.114.114.114", "2400:3200::1"


@pytest.mark.parametrize(
    ("names", "given"),
    [
        ({"a.example": [PUBLIC4, PUBLIC6]}, {"a.example": True, "b.example": None}),
        ({"a.example": [PUBLIC4]}, {"a.example": None}),  # a resolver that names none may keep them to itself
        ({"a.example": [PUBLIC4], "b.example": [PUBLIC6]}, {"a.example": False, "b.example": True}),
        ({"a.example": [PUBLIC4, "64:ff9b::7272:7272"]}, {"a.example": None}),  # NAT64: made up on the way
        ({"a.example": [PUBLIC4, "::1", "fd12::1"], "b.example": [PUBLIC6]}, {"a.example": False}),
        ({"a.example": socket.gaierror(socket.EAI_NONAME, "no"), "b.example": [PUBLIC6]}, {"a.example": None}),
    ],
)
def test_ipv6_is_told_from_the_names_looked_up(
    names: dict[str, Any], given: dict[str, bool | None], monkeypatch: pytest.MonkeyPatch
) -> None:
    resolver = Names(names)
    monkeypatch.setattr(socket, "getaddrinfo", resolver)

    async def go() -> dict[str, bool | None]:
        pulse = Pulse()
        guard = Guard(Policy(), pulse)
        for name in names:
            try:
                await guard.addresses(name, name)
            except Fault:
                assert isinstance(names[name], Exception)
        guard.close()
        pulse.stop()
        return {name: guard.has_ipv6(name) for name in given}

    assert asyncio.run(go()) == given
