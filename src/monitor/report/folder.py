"""A report's files on disk: each written aside and renamed, latest/ swapped whole."""

from __future__ import annotations

import os
import shutil
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from contextlib import suppress
from itertools import chain
from pathlib import Path

from monitor.model import Report
from monitor.report.document import lines
from monitor.report.dossier import notice_name
from monitor.report.names import page_name
from monitor.report.papers import Stationery, circular, ledger, ledger_lines, notices_of
from monitor.report.render import html
from monitor.report.rollup import roll
from monitor.report.style import PACKAGE, Style
from monitor.report.table import table
from monitor.report.view import View, unit_views, view
from monitor.report.workbook import Line

CIRCULAR = "circular.docx"
UNITS = 200
"""The longest roll-up on the first page; the rest is on a page of its own."""


def write(
    report: Report, folder: Path, forms: Path | None = None, style: Style = PACKAGE, *, contact: str = ""
) -> Path:
    """Write the report under `folder`, in a folder named by its day and in latest/; returns the day's folder.

    `forms`: where the office's own forms for papers are; one that cannot be used is told in the log, and the one of
    the package taken. `style`: the office's own templates and phrases; what fails is told there. `contact`: whom a
    unit is to answer.
    OSError when the disk is full or read-only; whatever stood there before then still stands, whole.
    """
    _put_back(folder / "latest")
    day = folder / report.run.today.isoformat()
    day.mkdir(parents=True, exist_ok=True)
    for left in day.rglob(".*.part"):
        left.unlink()
    stationery = Stationery(forms=forms, contact=contact, style=style)
    written = {name for name, _ in _put_all(report, day, stationery)}
    _sweep(day, written)
    _refresh(day, written, folder / "latest")
    return day


def _put_all(report: Report, day: Path, stationery: Stationery) -> Iterator[tuple[str, Path]]:
    for name, content in _files(report, day.parent, stationery):
        target = day / name
        target.parent.mkdir(exist_ok=True)
        _put(target, content)
        yield name, target


def _files(report: Report, folder: Path, stationery: Stationery) -> Iterator[tuple[str, Iterable[bytes]]]:
    """Every file by its name within the day's folder; the page that leads to the others comes last."""
    whole = view(report, style=stationery.style)
    say = whole.words.say
    papers = [("ledger.xlsx", say("paper.ledger")), ("violations.csv", say("paper.csv"))]
    notices = set()
    for file, content in notices_of(whole, stationery):
        notices.add(f"notices/{file}")
        yield f"notices/{file}", [content]
    where = _where(whole, folder, notices)
    all_lines = ledger_lines(whole)
    of_unit: dict[str, list[Line]] = defaultdict(list)
    for unit_id, line in all_lines:
        of_unit[unit_id].append(line)
    for shown in unit_views(report, stationery.style):
        id_ = shown.unit.id if shown.unit else ""
        own = [(page_name(id_, "xlsx"), say("paper.ledger"))] if id_ in of_unit else []
        if own:
            yield f"units/{page_name(id_, 'xlsx')}", [ledger(shown, of_unit[id_])]
        yield f"units/{page_name(id_)}", [html("unit.html", shown, up="../", papers=own, where=where).encode()]
        for form in shown.forms:
            yield f"sheets/{form.page}", [html("sheet.html", shown, up="../", form=form).encode()]
    if len(whole.units) > UNITS:
        yield "units/index.html", [html("units.html", whole, up="../").encode()]
    if whole.forms:
        yield "sheets/index.html", [html("sheets.html", whole, up="../").encode()]
        yield "rollup.html", [html("rollup.html", whole, up="", rolled=roll(report)).encode()]
    yield "report.json", (line.encode() for line in lines(report))
    yield "violations.csv", [table(report, style=stationery.style)]
    yield "ledger.xlsx", [ledger(whole, [line for _, line in all_lines])]
    if drawn := circular(whole, stationery):
        yield CIRCULAR, [drawn]
        papers.append((CIRCULAR, say("paper.circular")))
    page = html("report.html", whole, up="", units_shown=UNITS, papers=papers, where=where)
    yield "report.html", [page.encode()]


def _where(whole: View, folder: Path, written: Collection[str]) -> dict[str, str]:
    """Where the papers of open notices lie, seen from the day's folder, by number; those that are gone are left out."""
    found: dict[str, str] = {}
    for line in whole.notices:
        name = f"notices/{notice_name(line.notice)}"
        if name in written:
            found[line.notice.number] = name
        elif (folder / line.told.isoformat() / name).is_file():
            found[line.notice.number] = f"../{line.told.isoformat()}/{name}"
    return found


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
    """Remove what an earlier report of the same day still had: files of units, sites and notices, roll-up, circular."""
    patterns = ("units/*.html", "units/*.xlsx", "sheets/*.html", "notices/*.docx")
    old = chain.from_iterable(day.glob(pattern) for pattern in patterns)
    for left in (*old, day / "rollup.html", day / CIRCULAR):
        if left.relative_to(day).as_posix() not in written:
            left.unlink(missing_ok=True)


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
