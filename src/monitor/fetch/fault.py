"""An expected failure on its way up: what the system said, put into our words."""

from __future__ import annotations

import errno
import socket
import ssl

import httpx

from monitor.model import Cause, Failure, Phase
from monitor.text import printable


class Fault(httpx.TransportError):
    """A failure of the wire; an httpx error, so that httpx's own clients can stand on our transport."""

    def __init__(self, cause: Cause, phase: Phase, detail: str = "") -> None:
        super().__init__(f"{cause} ({phase}): {detail}" if detail else f"{cause} ({phase})")
        self.failure = Failure(cause=cause, phase=phase, detail=printable(detail))


_UNREACHABLE = {errno.ENETUNREACH, errno.EHOSTUNREACH, errno.EADDRNOTAVAIL, errno.ENETDOWN, errno.EHOSTDOWN}
_UNREACHABLE |= {errno.EAFNOSUPPORT, errno.EINVAL}
_OURS = {errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM, errno.EACCES, errno.EPERM}


def system_fault(error: OSError, phase: Phase) -> Fault:
    """What the operating system refused, as a Fault."""
    number = error.errno
    if isinstance(error, ssl.SSLError):
        cause = Cause.TLS if phase is Phase.TLS else Cause.RESET
    elif isinstance(error, TimeoutError) or number == errno.ETIMEDOUT:
        cause = Cause.TIMEOUT
    elif isinstance(error, ConnectionRefusedError):
        cause = Cause.REFUSED
    elif isinstance(error, ConnectionError):
        cause = Cause.RESET
    elif number in _UNREACHABLE:
        cause = Cause.UNREACHABLE
    elif number in _OURS:
        cause = Cause.OURS
    else:
        cause = Cause.UNREACHABLE if phase is Phase.CONNECT else Cause.RESET
    return Fault(cause, phase, str(error))


_NO_NAME = {socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME)}


def name_fault(error: Exception, host: str) -> Fault:
    """What the resolver said of a name, as a Fault."""
    if isinstance(error, socket.gaierror) and error.errno not in _NO_NAME:
        return Fault(Cause.DNS, Phase.DNS, f"{host}: {error.strerror or error}")
    return Fault(Cause.NO_SUCH_HOST, Phase.DNS, f"{host}: {error}")


def foreign_fault(error: httpx.HTTPError | httpx.InvalidURL, phase: Phase) -> Fault:
    """What another httpx transport raised, as a Fault."""
    if isinstance(error, Fault):
        return error
    if isinstance(error, (httpx.InvalidURL, httpx.UnsupportedProtocol)):
        return Fault(Cause.BAD_ADDRESS, Phase.GUARD, str(error))
    kinds: tuple[tuple[type[Exception], Cause, Phase], ...] = (
        (httpx.ConnectTimeout, Cause.TIMEOUT, Phase.CONNECT),
        (httpx.TimeoutException, Cause.TIMEOUT, phase),
        (httpx.ProxyError, Cause.PROXY, Phase.CONNECT),
        (httpx.RemoteProtocolError, Cause.BAD_ANSWER, phase),
        (httpx.ReadError, Cause.RESET, phase),
        (httpx.WriteError, Cause.RESET, phase),
    )
    for kind, cause, where in kinds:
        if isinstance(error, kind):
            return Fault(cause, where, str(error))
    below: BaseException | None = error
    while below is not None:
        if isinstance(below, socket.gaierror):
            return name_fault(below, "")
        if isinstance(below, OSError):
            return system_fault(below, Phase.CONNECT)
        below = below.__cause__ or below.__context__
    return Fault(Cause.UNREACHABLE, Phase.CONNECT, str(error))
