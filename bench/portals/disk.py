"""A portal as a folder of static files, and its truth as `truth.json` beside it.

A file is written only where its bytes differ, with the day of its edition as its time: so a second day keeps the
ETag and the Last-Modified of whatever did not change, and going back to the first day gives the first ones again.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any

from portals import markup
from portals.plan import Portal

_STYLE = b"body{font:14px/1.8 SimSun}ul{margin:0;padding:0}\n" * 40


def write(portals: Iterable[Portal], folder: Path) -> list[dict[str, Any]]:
    """Write the portals, each below a folder named by its host; gives their truth."""
    truths = []
    for portal in portals:
        when = datetime.combine(portal.day, time(8), UTC).timestamp()
        for path, body in files(portal):
            _put(folder / portal.host / path.lstrip("/"), body, when)
        truths.append(_truth(portal))
    (folder / "truth.json").write_text(json.dumps(truths, ensure_ascii=False), encoding="utf-8")
    return truths


def files(portal: Portal) -> Iterator[tuple[str, bytes]]:
    """Every file of a portal: its path, and its bytes."""
    yield "/index.html", markup.home(portal)
    yield "/css/site.css", _STYLE
    for column in portal.columns:
        for n, path in enumerate(column.lists):
            yield path + "index.html" * path.endswith("/"), markup.list_page(portal, column, n)
        for n, article in enumerate(column.articles):
            yield article.path, markup.article(portal, column, n)
            if article.attachment:
                yield article.attachment, _attachment(article.attachment)


def _attachment(path: str) -> bytes:
    """A file that begins as its kind does; its length differs from path to path."""
    start = b"%PDF-1.4\n" if path.endswith(".pdf") else b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    return start + path.encode() * (100 + sum(path.encode()) % 400)


def _put(path: Path, body: bytes, when: float) -> None:
    try:
        if path.read_bytes() == body:
            return
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(body)
    os.utime(path, (when, when))


def _truth(portal: Portal) -> dict[str, Any]:
    return {
        "host": portal.host,
        "name": portal.name,
        "day": portal.day.isoformat(),
        "pages": list(portal.addresses),
        "dead": sorted(path for paths in portal.dead.values() for path in paths),
        "redirects": sorted(path for paths in portal.redirects.values() for path in paths),
        "columns": [{"name": c.name, "path": c.folder, "newest": c.newest.isoformat()} for c in portal.columns],
    }
