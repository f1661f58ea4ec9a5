"""A report's files on disk: each written aside and renamed, latest/ swapped whole."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from monitor.model import Report
from monitor.report.document import lines
from monitor.report.names import page_name
from monitor.report.render import html
from monitor.report.rollup import roll
from monitor.report.table import table
from monitor.report.view import unit_views, view

UNITS = 200
"""The longest roll-up on the first page; the rest is on a page of its own."""


def write(report: Report, folder: Path) -> Path:
    """Write the report under `folder`, in a folder named by its day and in latest/; returns the day's folder.

    OSError when the disk is full or read-only; whatever stood there before then still stands, whole.
    """
    _put_back(folder / "latest")
    day = folder / report.run.today.isoformat()
    day.mkdir(parents=True, exist_ok=True)
    for left in day.rglob(".*.part"):
        left.unlink()
    written = {name for name, _ in _put_all(report, day)}
    _sweep(day, written)
    _refresh(day, written, folder / "latest")
    return day


def _put_all(report: Report, day: Path) -> Iterator[tuple[str, Path]]:
    for name, content in _files(report):
        target = day / name
        target.parent.mkdir(exist_ok=True)
        _put(target, content)
        yield name, target


def _files(report: Report) -> Iterator[tuple[str, Iterable[bytes]]]:
    """Every file by its name within the folder; the page that leads to the others comes last."""
    whole = view(report)
    for shown in unit_views(report):
        page = page_name(shown.unit.id) if shown.unit else ""
        yield f"units/{page}", [html("unit.html", shown, up="../").encode()]
        for form in shown.forms:
            yield f"sheets/{form.page}", [html("sheet.html", shown, up="../", form=form).encode()]
    if len(whole.units) > UNITS:
        yield "units/index.html", [html("units.html", whole, up="../").encode()]
    if whole.forms:
        yield "sheets/index.html", [html("sheets.html", whole, up="../").encode()]
        yield "rollup.html", [html("rollup.html", whole, up="", rolled=roll(report)).encode()]
    yield "report.json", (line.encode() for line in lines(report))
    yield "violations.csv", [table(report)]
    yield "report.html", [html("report.html", whole, up="", units_shown=UNITS).encode()]


def _put(target: Path, content: Iterable[bytes]) -> None:
    aside = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        with aside.open("wb") as sink:
            sink.writelines(content)
        aside.replace(target)
    except BaseException:
        aside.unlink(missing_ok=True)
        raise


def _sweep(day: Path, written: set[str]) -> None:
    """Remove the pages of units and sites that an earlier report of the same day still had."""
    for page in (*day.glob("units/*.html"), *day.glob("sheets/*.html"), day / "rollup.html"):
        if page.relative_to(day).as_posix() not in written:
            page.unlink(missing_ok=True)


def _refresh(day: Path, names: Iterable[str], latest: Path) -> None:
    """Swap a complete copy in for latest/; where the system holds the folder, replace file by file."""
    for left in latest.parent.glob(".latest-*"):
        shutil.rmtree(left, ignore_errors=True)
    fresh = latest.with_name(f".latest-new-{os.getpid()}")
    old = latest.with_name(f".latest-old-{os.getpid()}")
    try:
        fresh.mkdir()
        for name in names:
            (fresh / name).parent.mkdir(exist_ok=True)
            shutil.copyfile(day / name, fresh / name)
        if not _swap(fresh, latest, old):
            _replace_each(fresh, latest)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
        shutil.rmtree(old, ignore_errors=True)


def _put_back(latest: Path) -> None:
    """A swap that was killed between its two steps left the old one aside: it stands until the new one is whole."""
    if not latest.exists():
        for old in latest.parent.glob(".latest-old-*"):
            old.rename(latest)
            return


def _swap(fresh: Path, latest: Path, old: Path) -> bool:
    """False when the system refuses, as Windows does while someone has a file of it open."""
    try:
        with suppress(FileNotFoundError):
            latest.rename(old)
        fresh.rename(latest)
    except PermissionError:
        if old.exists() and not latest.exists():
            old.rename(latest)
        return False
    return True


def _replace_each(fresh: Path, latest: Path) -> None:
    names = {p.relative_to(fresh).as_posix() for p in fresh.rglob("*") if p.is_file()}
    for name in sorted(names):
        (latest / name).parent.mkdir(parents=True, exist_ok=True)
        (fresh / name).replace(latest / name)
    _sweep(latest, names)
