"""What each tool printed, as verdicts."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path
from urllib.parse import urljoin

Verdicts = dict[str, bool]
"""Address -> whether the tool says that it works. Many tell only of what does not."""

_BROKEN = re.compile(r"Found \d+ broken links?\.\n\n((?:\S+\n)+)")


def lychee(out: str, _: Path) -> Verdicts:
    """`--format json`; what works only with `-vv`."""
    told = json.loads(out)
    good = {r["url"] for rows in told.get("success_map", {}).values() for r in rows}
    bad = {
        r["url"] for k in ("error_map", "fail_map", "timeout_map") for rows in told.get(k, {}).values() for r in rows
    }
    return {**dict.fromkeys(good, True), **dict.fromkeys(bad, False)}


def linkchecker(out: str, _: Path) -> Verdicts:
    """`-o csv`; what works only with `-v`."""
    lines = [line for line in out.splitlines() if not line.startswith("#")]
    rows = csv.DictReader(io.StringIO("\n".join(lines)), delimiter=";")
    named = (row for row in rows if row.get("urlname"))
    return {urljoin(row["parentname"] or "", row["urlname"]): row["valid"] == "True" for row in named}


def linkinator(out: str, _: Path) -> Verdicts:
    """`--format json`."""
    return {link["url"]: link["state"] == "OK" for link in json.loads(out[out.index("{") :])["links"]}


def scrapy(_: str, folder: Path) -> Verdicts:
    """The items of our spiders, in seen.jsonl."""
    seen = folder / "seen.jsonl"
    rows = [json.loads(line) for line in seen.read_text().splitlines()] if seen.exists() else []
    return {row["url"]: row["ok"] for row in rows}


def wget(_: str, folder: Path) -> Verdicts:
    """The list at the end of the log of `--spider -r`; there may be many logs."""
    said = (found[1] for log in folder.glob("*.log") for found in _BROKEN.finditer(log.read_text(errors="replace")))
    return {url: False for urls in said for url in urls.split()}
