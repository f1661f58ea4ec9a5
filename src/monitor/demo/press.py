"""Presses a written-down portal into every answer it can give, and notes where each planted link really stands."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time
from email.utils import format_datetime
from html import escape
from urllib.parse import urlsplit

from monitor import urls
from monitor.demo import ajax, shell, words
from monitor.demo.column import numbered
from monitor.demo.plan import Answer, Draft, Entry, Make, Plant, Planted, Portal, Row, Section, base

_HOME_COLUMNS = 6


@dataclass(frozen=True, slots=True)
class _Sheet:
    """A page before it becomes bytes; `href` is written as a link to it would be."""

    href: str
    html: str
    make: Make


def press(draft: Draft) -> Portal:
    """Every answer of a portal and the truth about it; addresses are written with `base`."""
    draft = replace(draft, sections=tuple(_titled(draft, section) for section in draft.sections))
    sheets = _sheets(draft)
    answers = {_target(draft, sheet.href): _page(draft, sheet) for sheet in sheets}
    answers |= _fittings(draft)
    answers |= {_target(draft, href): answer for href, answer in draft.answers.items()}
    return Portal(
        draft=draft,
        answers=answers,
        missing=draft.missing or _page(draft, _Sheet("", _not_found(draft), draft.make), 404),
        columns=tuple((s, _address(draft, s.path)) for s in draft.sections),
        planted=tuple(_found(draft, plant, sheets) for plant in draft.plants),
        innocents=tuple((i, _address(draft, i.href)) for i in draft.innocents),
        redated=tuple(
            _address(draft, (section.make or draft.make).place(section, entry.number, entry))
            for section in draft.sections
            for entry in section.entries
            if entry.first is not None
        ),
        pages=len(sheets),
    )


def _titled(draft: Draft, section: Section) -> Section:
    """The column with a title for every entry that has none: no two portals and no two columns tell the same news."""
    section = numbered(section)
    seed = zlib.crc32(f"{draft.id}{section.path}".encode()) % 1000
    words_of = section.make.name if section.make else section.klass
    return replace(
        section,
        entries=tuple(
            entry if entry.title else replace(entry, title=words.title(words_of, draft.unit, entry.number, seed))
            for entry in section.entries
        ),
    )


def target(address: str) -> str:
    """What a client asks for when it opens the address: path and query."""
    parts = urlsplit(address)
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def _target(draft: Draft, href: str) -> str:
    return target(_address(draft, href))


def _address(draft: Draft, href: str) -> str:
    found = urls.resolve(base(draft.id) + "/", href, draft.make.charset)
    assert found is not None, href
    return found[0]


def _sheets(draft: Draft) -> list[_Sheet]:
    if draft.reach != "open" or not draft.sections:
        return []
    home = shell.blocks(draft, tuple((s, _rows(draft, s)) for s in _front(draft)))
    sheets = [_sheet(draft, "/", draft.name, (), home, None, None, draft.make)]
    for section in draft.sections:
        sheets += _lists(draft, section) + _articles(draft, section)
    for leaf in draft.leaves:
        crumbs = ((leaf.title, ""),)
        sheets.append(_sheet(draft, leaf.path, leaf.title, crumbs, leaf.main, None, None, leaf.make or draft.make))
    return sheets


def _front(draft: Draft) -> list[Section]:
    """The columns that the home page shows: of its own make, with rows that can be read."""
    shown = [s for s in draft.sections if s.entries and s.make is None and draft.make is not ajax.AJAX]
    return shown[:_HOME_COLUMNS]


def _sheet(
    draft: Draft,
    href: str,
    title: str,
    crumbs: shell.Crumbs,
    main: str,
    section: Section | None,
    entry: Entry | None,
    make: Make,
) -> _Sheet:
    head = make.head(draft, section, entry)
    return _Sheet(href, make.shell(draft, title, crumbs, main, head), make)


def _lists(draft: Draft, section: Section) -> list[_Sheet]:
    make = section.make or draft.make
    crumbs = ((section.name, section.path),)
    title = f"{section.name} - {draft.name}"
    if section.main:
        return [_sheet(draft, section.path, title, crumbs, section.main, section, None, make)]
    rows = _rows(draft, section)
    pages = max(1, -(-len(rows) // section.per_page))
    cut = [rows[n * section.per_page : (n + 1) * section.per_page] for n in range(pages)]
    return [
        _sheet(
            draft,
            make.page(section, n),
            title,
            crumbs,
            make.listing(section, part, n, pages),
            section,
            None,
            make,
        )
        for n, part in enumerate(cut)
    ]


def _rows(draft: Draft, section: Section) -> tuple[Row, ...]:
    make = section.make or draft.make
    return tuple(
        Row(title=e.title, href=make.place(section, e.number, e), day=e.day, mark=e.mark) for e in section.entries
    )


def _articles(draft: Draft, section: Section) -> list[_Sheet]:
    make = section.make or draft.make
    return [
        _sheet(
            draft,
            make.place(section, entry.number, entry),
            entry.title,
            ((section.name, section.path), ("正文" if section.make is None else entry.title, "")),
            make.article(draft, section, entry, entry.number),
            section,
            entry,
            make,
        )
        for entry in section.entries
    ]


def _page(draft: Draft, sheet: _Sheet, status: int = 200) -> Answer:
    body = sheet.html.encode(sheet.make.charset)
    noon = format_datetime(datetime.combine(draft.today, time(4), tzinfo=UTC), usegmt=True)
    headers = (("Last-Modified", noon),) if draft.touched else ()
    return Answer(body=body, status=status, kind=sheet.make.kind, headers=headers)


def _not_found(draft: Draft) -> str:
    main = "<h1>404</h1><p>您要找的页面没有找到，请检查地址是否正确。</p>"
    return draft.make.shell(draft, "404 Not Found", (), main, "")


def _fittings(draft: Draft) -> Mapping[str, Answer]:
    """Style, logo and, where lists are filled by a script, the script and its data."""
    fittings = {
        "/css/site.css": Answer(body=shell.css(draft.color), kind="text/css; charset=utf-8"),
        "/images/logo.png": Answer(body=shell.picture(draft.color), kind="image/png"),
    }
    if draft.make is ajax.AJAX:
        fittings["/js/app.js"] = Answer(body=ajax.SCRIPT, kind="text/javascript; charset=utf-8")
        fittings |= dict(ajax.data(section) for section in draft.sections)
    return fittings


def _found(draft: Draft, plant: Plant, sheets: list[_Sheet]) -> Planted:
    address = _address(draft, plant.href)
    written = escape(plant.href)
    pages = tuple(_address(draft, s.href) for s in sheets if f'"{written}"' in s.html)
    assert pages, f"planted nowhere: {plant.href}"
    inside = address.startswith(base(draft.id) + "/")
    return Planted(plant=plant, url=address, inside=inside, pages=pages)
