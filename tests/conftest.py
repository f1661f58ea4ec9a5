"""No test leaves this machine: names outside it do not exist, and whoever connects elsewhere fails the test."""

from __future__ import annotations

import ipaddress
import socket
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import database

_real_getaddrinfo = socket.getaddrinfo
_strayed: list[str] = []


def _is_here(host: object) -> bool:
    text = host.decode("ascii", "replace") if isinstance(host, bytes) else str(host)
    if text in ("", "None", "localhost", socket.gethostname()):
        return True
    try:
        return ipaddress.ip_address(text.partition("%")[0]) is not None
    except ValueError:
        return False


def _local_getaddrinfo(host: Any, *args: Any, **kwargs: Any) -> Any:
    if not _is_here(host):
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
    return _real_getaddrinfo(host, *args, **kwargs)


def _watch(event: str, args: tuple[Any, ...]) -> None:
    if event == "socket.connect" and isinstance(args[1], tuple):
        address = ipaddress.ip_address(str(args[1][0]).partition("%")[0])
        if not (address.is_loopback or address.is_unspecified):
            _strayed.append(str(args[1]))


sys.addaudithook(_watch)


@pytest.fixture(autouse=True)
def stay_on_loopback(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Names that are not this machine's are unknown, as on a closed network; a connection elsewhere is a failure."""
    monkeypatch.setattr(socket, "getaddrinfo", _local_getaddrinfo)
    _strayed.clear()
    yield
    assert not _strayed, f"left loopback: {_strayed}"


@pytest.fixture(scope="session")
def postgres() -> Iterator[database.Server]:
    """A PostgreSQL server; the test is skipped where its programs are missing."""
    with database.served() as server:
        yield server


@pytest.fixture(params=["sqlite", "postgres"])
def where(request: pytest.FixtureRequest, tmp_path: Path) -> Path | str:
    """Where a history may stand: in a file, or in a database; nothing is there yet."""
    if request.param == "sqlite":
        return tmp_path / "data" / "history.db"
    server: database.Server = request.getfixturevalue("postgres")
    return server.fresh()
