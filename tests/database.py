"""A real PostgreSQL server for the tests, on a socket and on loopback, as long as the session lasts."""

from __future__ import annotations

import itertools
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

PASSWORD = "let me in, 水利"


def programs() -> Path | None:
    """The folder of the server's programs; None where there is none."""
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda p: int(p.parts[-3]))
    found = str(debian[-1]) if debian else shutil.which("initdb")
    return Path(found).parent if found else None


def missing() -> str:
    """Why no server can be started, "" when one can."""
    try:
        import psycopg  # noqa: F401 - whether it is there
    except ImportError:
        return "SKIPPED: psycopg is not installed (extra postgres)"
    return "" if programs() else "SKIPPED: no PostgreSQL server is installed (apt-get install postgresql)"


@dataclass(frozen=True, slots=True)
class Server:
    """A running server whose user `monitor` needs no password on the socket, and one on loopback."""

    folder: Path
    port: int
    process: subprocess.Popen[bytes]
    numbers: Iterator[int] = field(default_factory=itertools.count)

    def url(self, schema: str = "public", *, where: str = "") -> str:
        """Its address, for tables in a schema of their own; by its socket, or `where` on loopback."""
        asked = f"options=-csearch_path%3D{schema}"
        if where:
            return f"postgresql://monitor@{where}:{self.port}/postgres?{asked}"
        return f"postgresql://monitor@/postgres?host={self.folder}&port={self.port}&{asked}"

    def fresh(self) -> str:
        """An address without tables yet."""
        import psycopg

        schema = f"t{next(self.numbers)}"
        with psycopg.connect(self.url(), autocommit=True) as db:
            db.execute(f"CREATE SCHEMA {schema}")
        return self.url(schema)


@contextmanager
def served() -> Iterator[Server]:
    """A server with fresh files; skips loudly where its programs are missing."""
    if why := missing():
        pytest.skip(why)
    bin_ = programs()
    assert bin_ is not None
    user = _user()
    folder = Path(tempfile.mkdtemp(prefix="pg", dir="/tmp" if os.name == "posix" else None))
    secret = folder / "secret"
    secret.write_text(PASSWORD, encoding="utf-8")
    if user:
        for path in (folder, secret):
            shutil.chown(path, user)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    data = folder / "data"
    init = [bin_ / "initdb", "-D", data, "-U", "monitor", "--pwfile", secret, "--auth-local=trust", "--no-sync"]
    init += ["--auth-host=scram-sha-256", "--locale=C", "-E", "UTF8"]
    subprocess.run(init, check=True, stdout=subprocess.DEVNULL, user=user, cwd=folder)
    try:
        with _running(folder, port) as process:
            yield Server(folder, port, process)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def again(server: Server) -> Iterator[None]:
    """The same server once more, after its death."""
    with _running(server.folder, server.port):
        yield


@contextmanager
def _running(folder: Path, port: int) -> Iterator[subprocess.Popen[bytes]]:
    bin_ = programs()
    assert bin_ is not None
    settings = {"port": port, "unix_socket_directories": folder, "listen_addresses": "127.0.0.1", "fsync": "off"}
    words = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
    process = subprocess.Popen(
        [bin_ / "postgres", "-D", folder / "data", *words], stderr=subprocess.DEVNULL, user=_user(), cwd=folder
    )
    try:
        _wait(folder / f".s.PGSQL.{port}", process)
        yield process
    finally:
        process.send_signal(signal.SIGINT)  # fast: whoever is still connected is thrown out
        process.wait(30)


def _user() -> str | None:
    """Whose the server is: it refuses to be root's."""
    return None if os.name == "nt" or os.getuid() else "postgres"


def _wait(path: Path, process: subprocess.Popen[bytes]) -> None:
    import psycopg

    url = f"postgresql://monitor@/postgres?host={path.parent}&port={path.suffix[1:]}"
    for _ in range(600):
        assert process.poll() is None, "the server ended by itself"
        try:
            psycopg.connect(url).close()
        except psycopg.OperationalError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError("the server does not answer")
