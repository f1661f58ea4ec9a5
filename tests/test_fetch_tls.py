"""TLS over real sockets: each fault of a certificate is named, and the page behind it is still read."""

from __future__ import annotations

import asyncio
import ssl
import warnings
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import trustme

from monitor.fetch import Fetcher, Policy
from monitor.fetch.tls import not_after
from monitor.model import Cause, Fetch, Phase, TlsFault
from rawserver import serving

PAGE = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"
SOON = datetime.now(UTC) + timedelta(days=20)
PAST = datetime.now(UTC) - timedelta(days=3)


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture(scope="module")
def cafile(authority: trustme.CA, tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("ca") / "ca.pem"
    authority.cert_pem.write_to_path(str(path))
    return str(path)


def context(certificate: trustme.LeafCert) -> ssl.SSLContext:
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(made)
    return made


def look(tls: ssl.SSLContext, cafile: str, looks: int = 1, **settings: Any) -> Fetch:
    """The last of some looks at a page behind this TLS."""

    async def run() -> Fetch:
        async with serving({"/": PAGE}, tls=tls) as server:
            allowed = frozenset({f"127.0.0.1:{server.port}"})
            policy = Policy(delay=0.0, pause=0.01, cafile=cafile, allow_authorities=allowed, **settings)
            async with Fetcher(policy) as fetcher:
                for _ in range(looks):
                    fetch = await fetcher.look(server.url())
                return fetch

    return asyncio.run(run())


def test_a_sound_certificate_is_no_finding(authority: trustme.CA, cafile: str) -> None:
    fetch = look(context(authority.issue_cert("127.0.0.1", not_after=SOON)), cafile)
    assert (fetch.status, fetch.body, fetch.tls_fault, fetch.notes) == (200, b"hello", None, ())
    assert fetch.certificate_ends == SOON.date()


def self_signed() -> ssl.SSLContext:
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import NameOID

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    made = made.serial_number(7).not_valid_before(PAST).not_valid_after(SOON)
    pem = made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
    form = serialization.PrivateFormat.TraditionalOpenSSL
    secret = key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption())
    return context(trustme.LeafCert(secret, pem, []))


FAULTS: dict[TlsFault, Callable[[trustme.CA], ssl.SSLContext]] = {
    TlsFault.EXPIRED: lambda ca: context(ca.issue_cert("127.0.0.1", not_before=PAST, not_after=PAST)),
    TlsFault.NOT_YET_VALID: lambda ca: context(ca.issue_cert("127.0.0.1", not_before=SOON, not_after=SOON)),
    TlsFault.WRONG_HOST: lambda ca: context(ca.issue_cert("other.example", not_after=SOON)),
    TlsFault.UNKNOWN_ISSUER: lambda _: context(trustme.CA().issue_cert("127.0.0.1", not_after=SOON)),
    TlsFault.SELF_SIGNED: lambda _: self_signed(),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_named_and_the_page_read(fault: TlsFault, authority: trustme.CA, cafile: str) -> None:
    fetch = look(FAULTS[fault](authority), cafile)
    assert (fetch.status, fetch.body, fetch.tls_fault, fetch.failure) == (200, b"hello", fault, None)
    assert fetch.certificate_ends == (PAST if fault is TlsFault.EXPIRED else SOON).date()
    assert fetch.notes


def test_a_fault_is_remembered_for_the_next_look(cafile: str) -> None:
    fetch = look(context(trustme.CA().issue_cert("127.0.0.1")), cafile, looks=3, idle=0.0)
    assert (fetch.status, fetch.tls_fault) == (200, TlsFault.UNKNOWN_ISSUER)


def test_an_old_version_is_named_and_the_page_read(authority: trustme.CA, cafile: str) -> None:
    old = context(authority.issue_cert("127.0.0.1"))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        old.minimum_version = old.maximum_version = ssl.TLSVersion.TLSv1_1
    old.set_ciphers("ALL:@SECLEVEL=0")
    fetch = look(old, cafile)
    assert (fetch.status, fetch.body, fetch.tls_fault) == (200, b"hello", TlsFault.OLD_PROTOCOL)


def handshake(play: Callable[[asyncio.StreamReader, asyncio.StreamWriter], Any], **settings: Any) -> Fetch:
    """A look over https at a server that plays this instead of TLS."""

    async def run() -> Fetch:
        server = await asyncio.start_server(play, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        policy = Policy(delay=0.0, pause=0.01, allow_authorities=frozenset({f"127.0.0.1:{port}"}), **settings)
        async with server, Fetcher(policy) as fetcher:
            fetch = await fetcher.look(f"https://127.0.0.1:{port}/")
            await asyncio.sleep(0.02)  # the server sees us go
            return fetch

    return asyncio.run(run())


def test_plain_http_on_a_tls_port_is_a_failed_handshake() -> None:
    async def play(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(10)
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        writer.close()

    fetch = handshake(play)
    assert fetch.failure is not None
    assert (fetch.status, fetch.failure.cause, fetch.failure.phase) == (None, Cause.TLS, Phase.TLS)


def test_hanging_up_in_the_handshake_is_told_as_such() -> None:
    async def play(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(10)
        writer.close()

    fetch = handshake(play)
    assert fetch.failure is not None
    assert fetch.failure.phase is Phase.TLS
    assert fetch.failure.cause in (Cause.TLS, Cause.RESET)


def test_silence_in_the_handshake_is_a_timeout() -> None:
    async def play(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    for settings in ({"try_deadline": 0.2}, {"connect_timeout": 0.2}):
        fetch = handshake(play, **settings)
        assert fetch.failure is not None
        assert (fetch.failure.cause, fetch.failure.phase) == (Cause.TIMEOUT, Phase.TLS)


@pytest.mark.parametrize("junk", [b"", b"\x30", b"\x30\x84\xff\xff\xff\xff", b"\x30\x03\x30\x01\xa0", b"\xff" * 200])
def test_a_certificate_that_is_none_is_refused(junk: bytes) -> None:
    with pytest.raises((ValueError, IndexError)):
        not_after(junk)


def test_a_certificate_of_the_far_future_is_read(authority: trustme.CA) -> None:
    far = datetime(2061, 5, 6, tzinfo=UTC)
    pem = authority.issue_cert("a.example", not_after=far).cert_chain_pems[0].bytes().decode()
    assert not_after(ssl.PEM_cert_to_DER_cert(pem)) == far.date()


def test_tls_goes_through_a_proxy_and_is_verified_there(authority: trustme.CA, cafile: str) -> None:
    asked: list[bytes] = []

    async def tunnel(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        line = await reader.readuntil(b"\r\n\r\n")
        asked.append(line)
        port = int(line.split(b" ")[1].rpartition(b":")[2])
        there, out = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")

        async def pump(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
            while data := await source.read(4096):
                sink.write(data)
            sink.close()

        await asyncio.gather(pump(reader, out), pump(there, writer), return_exceptions=True)

    async def run() -> list[Fetch]:
        good = context(authority.issue_cert("far.example"))
        proxy = await asyncio.start_server(tunnel, "127.0.0.1", 0)
        where = f"http://127.0.0.1:{proxy.sockets[0].getsockname()[1]}"
        async with proxy, serving({"/": PAGE}, tls=good) as server:
            async with Fetcher(Policy(delay=0.0, proxy=where, cafile=cafile)) as fetcher:
                names = ("far.example", "far.example", "other.example")
                found = [await fetcher.look(f"https://{name}:{server.port}/") for name in names]
            await asyncio.sleep(0.02)
            return found

    found = asyncio.run(run())
    assert [(f.status, f.tls_fault) for f in found] == [(200, None), (200, None), (200, TlsFault.WRONG_HOST)]
    assert len(asked) == 3  # one kept for the second look, two for the host whose certificate is another's


def test_connections_that_end_are_counted_off(cafile: str) -> None:
    replies = b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 5\r\n\r\nhello"

    async def run() -> list[int | None]:
        async with serving({"/": replies}, tls=context(trustme.CA().issue_cert("127.0.0.1"))) as server:
            allowed = frozenset({f"127.0.0.1:{server.port}"})
            async with Fetcher(Policy(delay=0.0, max_open=2, deadline=3.0, allow_authorities=allowed)) as fetcher:
                return [f.status for f in await asyncio.gather(*(fetcher.look(server.url()) for _ in range(12)))]

    assert asyncio.run(run()) == [200] * 12
