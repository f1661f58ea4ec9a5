"""Connections made: TCP to a checked address, TLS by degrees of trust, through a proxy when one is configured."""

from __future__ import annotations

import asyncio
import socket
import ssl
from base64 import b64encode
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from monitor.fetch.fault import Fault, system_fault
from monitor.fetch.limit import Limit, Pulse
from monitor.fetch.line import Key, Line
from monitor.fetch.policy import Policy
from monitor.fetch.tls import Contexts, Handshake, Trust, certificate_fault, handshake_of
from monitor.fetch.wire import head_end, read_head
from monitor.model import Cause, Phase, TlsFault

_MOST_ADDRESSES = 4
_MOST_KNOWN = 50_000


@dataclass(slots=True)
class Course:
    """How far a request has come; read when its time is up."""

    phase: Phase = Phase.QUEUE


@dataclass(frozen=True, slots=True)
class Proxy:
    """An HTTP proxy, as configured."""

    host: str
    port: int
    credentials: bytes

    @classmethod
    def read(cls, address: str) -> Proxy:
        """From http://[user:password@]host:port; ValueError otherwise."""
        parts = urlsplit(address)
        if parts.scheme != "http" or not parts.hostname:
            raise ValueError(f"proxy must be http://host:port, not {address!r}")
        credentials = b""
        if parts.username:
            pair = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
            credentials = b"Proxy-Authorization: Basic " + b64encode(pair.encode()) + b"\r\n"
        return cls(parts.hostname, parts.port or 8080, credentials)


class Dialer:
    """Makes connections, and remembers how each host's TLS has to be taken."""

    def __init__(self, policy: Policy, pulse: Pulse) -> None:
        self._policy = policy
        self._pulse = pulse
        self._contexts = Contexts(policy.cafile)
        self._known: dict[tuple[str, int], Handshake] = {}
        self.proxy = Proxy.read(policy.proxy) if policy.proxy else None

    async def dial(self, key: Key, addresses: tuple[str, ...], course: Course) -> Line:
        """A connection ready for a request; Fault when there is none to be had."""
        secure, host, port = key
        if not secure:
            return await self._connect(key, addresses, course)
        known = self._known.get((host, port))
        trust = known.trust if known else Trust.STRICT
        fault: TlsFault | None = known.fault if known and trust is Trust.BLIND else None
        why = known.why if known else ""
        while True:
            line = await self._connect(key, addresses, course)
            try:
                tls = await self._secure(line, host, trust, course)
            except ssl.SSLCertVerificationError as error:
                line.drop()
                fault, why = certificate_fault(error), why or error.verify_message
                trust = Trust.BLIND
                continue
            except (OSError, ValueError) as error:
                line.drop()
                if trust is Trust.STRICT and isinstance(error, (ssl.SSLError, ConnectionError)):
                    trust, why = Trust.OLD, _said(error)
                    continue
                raise _tls_fault(error, why) from error
            except BaseException:
                line.drop()
                raise
            line.handshake = handshake_of(tls, trust, fault, why)
            if len(self._known) >= _MOST_KNOWN:
                self._known.clear()
            self._known[host, port] = line.handshake
            return line

    async def _secure(self, line: Line, host: str, trust: Trust, course: Course) -> ssl.SSLObject:
        course.phase = Phase.TLS
        with Limit(self._policy.connect_timeout, self._pulse):
            return await line.secure(self._contexts.of(trust), host.strip("[]").rstrip("."))

    async def _connect(self, key: Key, addresses: tuple[str, ...], course: Course) -> Line:
        course.phase = Phase.CONNECT
        if self.proxy is not None:
            return await self._connect_by_proxy(self.proxy, key, course)
        faults: list[Fault] = []
        tried = addresses[:_MOST_ADDRESSES]
        for number, address in enumerate(tried, 1):
            # Another address waits behind a silent one: do not spend the whole time on the first.
            patience = self._policy.connect_timeout if number == len(tried) else self._policy.connect_timeout / 3
            try:
                return await self._open(key, address, key[2], patience)
            except Fault as fault:
                faults.append(fault)
        # A family of addresses that this machine has no road to says less than any other failure.
        raise min(faults, key=lambda f: f.failure.cause is Cause.UNREACHABLE)

    async def _open(self, key: Key, address: str, port: int, patience: float) -> Line:
        loop = asyncio.get_running_loop()
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        link: socket.socket | None = None
        try:
            link = socket.socket(family, socket.SOCK_STREAM)
            link.setblocking(False)
            link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            with Limit(patience, self._pulse):
                await loop.sock_connect(link, (address, port))
            _, line = await loop.create_connection(lambda: Line(loop, key, address), sock=link)
        except BaseException as error:
            if link is not None:
                link.close()
            if isinstance(error, TimeoutError):
                raise Fault(Cause.TIMEOUT, Phase.CONNECT, address) from error
            if isinstance(error, OSError):
                raise system_fault(error, Phase.CONNECT) from error
            raise
        return line

    async def _connect_by_proxy(self, proxy: Proxy, key: Key, course: Course) -> Line:
        secure, host, port = key
        try:
            loop = asyncio.get_running_loop()
            rows = await loop.getaddrinfo(proxy.host, proxy.port, type=socket.SOCK_STREAM)
            line = await self._open(key, str(rows[0][4][0]), proxy.port, self._policy.connect_timeout)
        except (Fault, OSError) as error:
            raise Fault(Cause.PROXY, Phase.CONNECT, str(error)) from error
        if not secure:
            return line
        name = f"{host}:{port}".encode("ascii")
        try:
            line.send(b"CONNECT %b HTTP/1.1\r\nHost: %b\r\n%b\r\n" % (name, name, proxy.credentials))
            while (end := head_end(line.buffer, 0)) < 0:
                if len(line.buffer) > self._policy.max_headers or not await line.more():
                    raise Fault(Cause.PROXY, course.phase, "the proxy did not answer CONNECT")
            head = read_head(bytes(line.buffer[:end]))
            del line.buffer[:end]
            if head is None or not 200 <= head.status < 300:
                raise Fault(Cause.PROXY, course.phase, f"the proxy answered {head.status if head else 'nonsense'}")
        except BaseException:
            line.drop()
            raise
        return line


def _said(error: Exception) -> str:
    return (isinstance(error, ssl.SSLError) and error.reason) or str(error) or type(error).__name__


def _tls_fault(error: Exception, why: str) -> Fault:
    """What ended a handshake that no degree of trust could save."""
    said = _said(error)
    if isinstance(error, TimeoutError):
        return Fault(Cause.TIMEOUT, Phase.TLS, "no end to the handshake")
    detail = f"{said} (at first: {why})" if why and why != said else said
    reset = isinstance(error, ConnectionResetError) and error.errno is not None
    return Fault(Cause.RESET if reset else Cause.TLS, Phase.TLS, detail)
