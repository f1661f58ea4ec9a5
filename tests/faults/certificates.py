"""Certificates good and bad, made on the spot by trustme."""

from __future__ import annotations

import datetime
import ssl
import tempfile
from pathlib import Path

import trustme

_NOW = datetime.datetime.now(datetime.UTC)
_YEAR = datetime.timedelta(days=365)
HOST = "127.0.0.1"


class Papers:
    """One trusted authority (its certificate in `ca_file`), and server contexts by the name of their fault."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory()
        self.authority = trustme.CA()
        self.ca_file = Path(self._folder.name) / "authority.pem"
        self.authority.cert_pem.write_to_path(str(self.ca_file))

    def close(self) -> None:
        self._folder.cleanup()

    def contexts(self) -> dict[str, ssl.SSLContext]:
        """Door name -> context."""
        stranger = trustme.CA()
        ca = self.authority
        leaves = {
            "tls": ca.issue_cert(HOST),
            "expired": ca.issue_cert(HOST, not_before=_NOW - 2 * _YEAR, not_after=_NOW - _YEAR),
            "not_yet": ca.issue_cert(HOST, not_before=_NOW + _YEAR, not_after=_NOW + 2 * _YEAR),
            "wrong_host": ca.issue_cert("www.example.net"),
            "ending": ca.issue_cert(HOST, not_after=_NOW + datetime.timedelta(days=5)),
            "unknown_issuer": stranger.issue_cert(HOST),
        }
        contexts = {name: _context(leaf.private_key_and_cert_chain_pem.bytes()) for name, leaf in leaves.items()}
        alone = trustme.CA()
        contexts["self_signed"] = _context(alone.private_key_pem.bytes() + alone.cert_pem.bytes())
        return contexts


def _context(pem: bytes) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with tempfile.NamedTemporaryFile(suffix=".pem") as file:
        file.write(pem)
        file.flush()
        context.load_cert_chain(file.name)
    return context
