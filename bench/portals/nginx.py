"""A folder of portals served by nginx: one worker, no cache of files, no log, every host below a folder of its name.

Its configuration is written to a folder of its own and nothing of the system's is read. Pages come without a charset
in their head. `LinkChecker` stands in the head because LinkChecker asks three pages a second of a server without it.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

HOW = "nginx is missing: `apt-get install nginx` puts it there (the system's own service is not used and may be off)"
_PATIENCE = 10.0
_CONFIGURATION = """
{user}
worker_processes 1;
daemon off;
pid {own}/pid;
error_log {own}/errors warn;
events {{ worker_connections 8192; }}
http {{
    access_log off;
    sendfile on;
    tcp_nodelay on;
    etag on;
    types {{ text/html html; text/css css; application/pdf pdf; application/msword doc; }}
    default_type application/octet-stream;
    client_body_temp_path {own}/body;
    proxy_temp_path {own}/proxy;
    fastcgi_temp_path {own}/fastcgi;
    uwsgi_temp_path {own}/uwsgi;
    scgi_temp_path {own}/scgi;
    server {{
        listen {port} backlog=4096;
        root "{folder}/$host";
        index index.html;
        absolute_redirect off;
        add_header LinkChecker 1 always;
        rewrite ^/go(/.*)$ $1 permanent;
    }}
}}
"""


@contextmanager
def serve(folder: Path) -> Iterator[int]:
    """Serve the folder on every address of loopback; gives the port."""
    program = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")
    if program is None:
        raise SystemExit(HOW)
    port = free_port()
    with tempfile.TemporaryDirectory() as name:
        own = Path(name)
        user = "user root;" if os.name == "posix" and os.geteuid() == 0 else ""  # others could not enter the folders
        written = _CONFIGURATION.format(user=user, own=own, port=port, folder=folder.resolve())
        (own / "nginx.conf").write_text(written)
        server = subprocess.Popen([program, "-e", str(own / "errors"), "-p", name, "-c", str(own / "nginx.conf")])
        try:
            _wait(server, port, own / "errors")
            yield port
        finally:
            server.terminate()
            server.wait()


def free_port() -> int:
    """A port that nobody listens on at this moment."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


def _wait(server: subprocess.Popen[bytes], port: int, errors: Path) -> None:
    end = time.monotonic() + _PATIENCE
    while time.monotonic() < end and server.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise SystemExit(f"nginx does not answer: {errors.read_text() if errors.exists() else 'it said nothing'}")
