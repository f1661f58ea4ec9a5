"""Certificates and TLS versions: what is wrong with them, in our words. With fault.py the door for ssl."""

from __future__ import annotations

import ssl
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import IntEnum
from functools import cached_property
from pathlib import Path

import certifi

from monitor.model import TlsFault


class Trust(IntEnum):
    """How strictly a handshake is made; each step down is taken only after the one before failed."""

    STRICT = 0
    OLD = 1
    """Certificates verified, outdated versions and ciphers accepted."""
    BLIND = 2
    """Nothing verified: the page is read, the fault is told."""


@dataclass(frozen=True, slots=True)
class Handshake:
    """What is known of one host's TLS."""

    trust: Trust
    fault: TlsFault | None
    ends: date | None
    version: str = ""
    why: str = ""
    """What a stricter handshake stumbled over; "" when none did."""

    @property
    def note(self) -> str:
        """One clause for a doubter; "" when there is nothing to say."""
        return f"{self.version} at the second try; at first: {self.why}" if self.why else ""


_BY_CODE = {
    10: TlsFault.EXPIRED,
    9: TlsFault.NOT_YET_VALID,
    62: TlsFault.WRONG_HOST,
    64: TlsFault.WRONG_HOST,
    18: TlsFault.SELF_SIGNED,
    **dict.fromkeys((2, 19, 20, 21, 24, 26, 27), TlsFault.UNKNOWN_ISSUER),
}


def certificate_fault(error: ssl.SSLCertVerificationError) -> TlsFault:
    """Which fault of a certificate the handshake stumbled over."""
    return _BY_CODE.get(error.verify_code, TlsFault.OTHER)


class Contexts:
    """The TLS contexts of one Fetcher, made when first needed (making one costs tens of milliseconds)."""

    def __init__(self, cafile: str) -> None:
        self._cafile = cafile
        if cafile:  # the operator's own file: say at once when it cannot be read
            self.of(Trust.STRICT)

    def of(self, trust: Trust) -> ssl.SSLContext:
        """The context for a degree of trust."""
        return (self._strict, self._old, self._blind)[trust]

    @cached_property
    def _strict(self) -> ssl.SSLContext:
        return self._verifying()

    @cached_property
    def _old(self) -> ssl.SSLContext:
        context = _outdated(self._verifying())
        context.maximum_version = ssl.TLSVersion.TLSv1_2  # some old servers hang up on the greeting of TLS 1.3
        return context

    @cached_property
    def _blind(self) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        return _outdated(context)

    def _verifying(self) -> ssl.SSLContext:
        context = ssl.create_default_context()
        if Path(certifi.where()).exists():
            context.load_verify_locations(certifi.where())
        if self._cafile:
            context.load_verify_locations(self._cafile)
        context.set_alpn_protocols(["http/1.1"])
        return context


def _outdated(context: ssl.SSLContext) -> ssl.SSLContext:
    with suppress(ssl.SSLError):
        context.set_ciphers("ALL:@SECLEVEL=0")
    context.options |= 0x4  # OP_LEGACY_SERVER_CONNECT has its name from Python 3.12 on
    context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
    return context


def handshake_of(tls: ssl.SSLObject, trust: Trust, fault: TlsFault | None, why: str) -> Handshake:
    """What a handshake that succeeded says of the host; `why` is what the stricter one stumbled over."""
    version = tls.version() or ""
    if fault is None and version in ("SSLv3", "TLSv1", "TLSv1.1"):
        fault = TlsFault.OLD_PROTOCOL
    return Handshake(trust, fault, certificate_end(tls), version, why)


def certificate_end(tls: ssl.SSLObject) -> date | None:
    """The last day of the host's certificate; None when it cannot be read."""
    raw = tls.getpeercert(binary_form=True)
    with suppress(ValueError, IndexError, OverflowError):
        return not_after(raw) if raw else None
    return None


def not_after(der: bytes) -> date:
    """The end of validity in a DER certificate. Unverified certificates are given in no other form.

    ValueError or IndexError when it is none.
    """
    inside = _enter(der, _enter(der, 0)[0])[0]  # Certificate, then TBSCertificate
    if der[inside] == 0xA0:  # explicit version
        inside = _enter(der, inside)[1]
    for _ in range(3):  # serial number, signature algorithm, issuer
        inside = _enter(der, inside)[1]
    first = _enter(der, inside)[0]  # Validity
    start, end = _enter(der, _enter(der, first)[1])
    text = der[start:end].decode("ascii")
    if len(text) == 13:
        text = ("19" if text[0] >= "5" else "20") + text
    return datetime.strptime(text, "%Y%m%d%H%M%SZ").replace(tzinfo=UTC).date()


def _enter(der: bytes, at: int) -> tuple[int, int]:
    """Where the content of the element at `at` starts and ends."""
    length, start = der[at + 1], at + 2
    if length & 0x80:
        count = length & 0x7F
        if count > 4:
            raise ValueError("length")
        length, start = int.from_bytes(der[start : start + count], "big"), start + count
    if start + length > len(der):
        raise ValueError("cut")
    return start, start + length
