"""The gold run: real pages with labels read by eye, accuracy pinned per kind. `python tests/gold/test_gold.py` prints the table."""

from __future__ import annotations

import json
import sys
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from monitor.model import Page, PageKind
from monitor.page import freshness, read

PAGES = Path(__file__).resolve().parents[3] / "shared" / "pages"
FLOORS = {"office article": 61, "news article": 56, "list": 96, "home": 4}
SAVED = date(2026, 11, 23)
"""The reference day of pages whose label names none."""


def name_of(label: dict[str, object]) -> str:
    if label["kind"] == "article":
        return "news article" if str(label["file"]).startswith("gne/") else "office article"
    return str(label["kind"])


def address_of(label: dict[str, object]) -> str:
    host, _, path = str(label["file"]).partition("/")
    return f"http://{host.replace('_', '.')}.example/{path}"


def look(label: dict[str, object], *, told: bool = True, path: Path | None = None) -> Page:
    today = date.fromisoformat(str(label["reference_date"])) if label.get("reference_date") else SAVED
    body = (path or PAGES / str(label["file"])).read_bytes()
    return read(body, address_of(label), today, kind=PageKind(str(label["kind"])) if told else None)


def labels() -> list[dict[str, object]]:
    if not (PAGES / "labels.json").exists():
        pytest.skip(f"the gold pages are not here: {PAGES} is absent")
    found: list[dict[str, object]] = json.loads((PAGES / "labels.json").read_text("utf-8"))
    return found


def score(*, told: bool = True) -> tuple[dict[str, tuple[int, int]], list[str]]:
    right: Counter[str] = Counter()
    total: Counter[str] = Counter()
    misses: list[str] = []
    for label in labels():
        page = look(label, told=told)
        got = page.newest.day.isoformat() if page.newest else None
        total[name_of(label)] += 1
        if got == label["newest"]:
            right[name_of(label)] += 1
        else:
            misses.append(f"{label['file']}: {label['newest']} expected, {got} read as {page.kind} {page.newest}")
        if label["kind"] != "article":
            total["item count"] += 1
            dated = sum(1 for i in page.items if i.published)
            if dated == label["items"]:
                right["item count"] += 1
            else:
                misses.append(f"   {label['file']}: {label['items']} items expected, {dated} ({len(page.items)}) read")
        total["kind"] += 1
        right["kind"] += str(page.kind) == label["kind"]
    return {name: (right[name], total[name]) for name in total}, misses


@pytest.mark.parametrize("told", [True, False], ids=["kind told", "kind guessed"])
def test_accuracy_does_not_fall(told: bool) -> None:
    table, misses = score(told=told)
    for name, floor in FLOORS.items():
        assert table[name][0] >= floor, "\n".join(misses)


def test_the_same_page_in_other_encodings_reads_the_same() -> None:
    originals = {str(label["file"]).replace("/", "_").removesuffix(".html"): label for label in labels()}
    variants = sorted((PAGES / "gbk").glob("*.html"))
    assert variants
    for path in variants:
        label = originals[path.name.rsplit(".", 2)[0]]
        page, original = look(label, path=path), look(label)
        assert page.encoding == "gb18030", path.name
        assert page.items == original.items, path.name
        assert page.newest == original.newest
        assert page.title == original.title


def test_the_quick_tier_finds_what_the_tree_finds() -> None:
    skimmed: Counter[str] = Counter()
    for label in labels():
        today = date.fromisoformat(str(label["reference_date"])) if label.get("reference_date") else SAVED
        kind = PageKind(str(label["kind"]))
        quick = freshness((PAGES / str(label["file"])).read_bytes(), address_of(label), today, kind)
        page = look(label)
        skimmed[name_of(label)] += quick.skimmed
        assert quick.items == page.items, label["file"]
        assert (quick.newest and quick.newest.day) == (page.newest and page.newest.day), label["file"]
    assert skimmed["list"] > 50
    assert skimmed["office article"] > 40


def main() -> None:
    for told in (True, False):
        table, misses = score(told=told)
        lines = [f"  {name:16} {right:4} of {total}" for name, (right, total) in sorted(table.items())]
        sys.stdout.write("\n".join(["kind told" if told else "kind guessed", *lines, *misses]) + "\n")


if __name__ == "__main__":
    main()
