"""The ledger as a workbook (.xlsx) to be worked in and printed. The only door for xlsxwriter."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from monitor.model import PointState
from monitor.report.ledger import Cells
from monitor.report.words import Words
from monitor.text import printable

LINES = 1_000_000
"""The most lines of a sheet, nearly what a spreadsheet takes."""
LINKS = 20_000
"""The most addresses of a sheet that are links: a spreadsheet takes 65,530, each costs it time."""
_ADDRESS = 2000
"""A spreadsheet refuses longer addresses."""
_EARLIEST = date(1901, 1, 1)
"""Earlier days are no dates to a spreadsheet."""
# Shown as text, such a cell would still become a formula once somebody opens and leaves it.
_EDITED = tuple("=+-@|%＝＋－＠｜％'")

# Heading, width in letters, and how it lies. What stands folded away is a click off, and not printed.
_COLUMNS = (
    ("number", 5, "middle"), ("unit", 12, "text"), ("site", 13, "text"), ("code", 12, "folded"), ("home", 24, "folded"),
    ("column", 13, "text"), ("class", 12, "text"), ("address", 18, "text"), ("newest", 11, "middle"),
    ("days", 7, "number"), ("over", 6, "number"), ("kind", 9, "middle"), ("description", 28, "text"),
    ("basis", 30, "folded"), ("checked", 16, "folded"), ("proof", 26, "text"), ("remedy", 18, "text"),
    ("deadline", 11, "middle"), ("reply", 12, "text"), ("recheck", 9, "text"), ("notice", 14, "folded"),
    ("first_seen", 11, "folded"),
)  # fmt: skip
# Where notices are issued: how they stand takes the room of what is the same for every problem of a kind.
_NOTICED = (
    ("number", 5, "middle"), ("unit", 12, "text"), ("site", 13, "text"), ("code", 12, "folded"), ("home", 24, "folded"),
    ("column", 13, "text"), ("class", 12, "folded"), ("address", 16, "text"), ("newest", 11, "middle"),
    ("days", 7, "number"), ("over", 6, "number"), ("kind", 9, "middle"), ("description", 26, "text"),
    ("basis", 30, "folded"), ("checked", 16, "folded"), ("proof", 22, "text"), ("remedy", 18, "folded"),
    ("notice", 12, "text"), ("issued", 11, "folded"), ("state", 10, "middle"), ("deadline", 11, "middle"),
    ("late", 7, "number"), ("reply", 18, "text"), ("recheck", 18, "text"), ("closed", 11, "middle"),
    ("first_seen", 11, "folded"),
)  # fmt: skip
_Columns = tuple[tuple[str, int, str], ...]
_LINE, _TALLEST = 13.5, 400.0
"""Points: the height of a line of text, and of the tallest row that a spreadsheet takes, nearly."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of the sheet."""

    cells: Cells
    """By heading; texts printable."""
    opens: bool
    """Whether its address may be a link."""
    state: PointState | None = None
    """None where no notices are issued."""


def workbook(
    title: str, note: str, lines: Sequence[Line], words: Words, made: datetime, *, noticed: bool = False
) -> bytes:
    """The ledger as .xlsx: a title, a note, the headings, a line each, numbered; every text a text, every day a day.

    The same lines give the same bytes; `made` is what the file says of its own making. `noticed`: whether notices are
    issued, and their columns shown.
    """
    from xlsxwriter import Workbook  # three megabytes that a crawl need not hold until it writes

    sink = io.BytesIO()
    # A long ledger is written row by row through a file of the system's: half the memory for the same time.
    way = "constant_memory" if len(lines) > _MANY else "in_memory"
    book = Workbook(sink, {way: True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"title": printable(title, 200), "created": made.replace(tzinfo=None)})
    sheet = book.add_worksheet(words.say("ledger.sheet"))
    formats, columns = _formats(book), _NOTICED if noticed else _COLUMNS
    wrapped = [(heading, width) for heading, width, lie in columns if lie == "text"]
    _head(sheet, formats, columns, title, note, words)
    for number, line in enumerate(lines[:LINES], _TOP):
        sheet.set_row(number, _height(line, wrapped))
        _write(sheet, formats, columns, number, line)
    _arrange(sheet, columns, min(len(lines), LINES), words, by_hand=not noticed)
    book.close()
    return sink.getvalue()


_MANY = 2000
_TOP = 3
"""The row, from 0, of the first line; above it stand title, note and headings."""


def _formats(book: Any) -> dict[str, Any]:
    cell = {"font_size": 10, "border": 1, "border_color": "#A6A6A6", "valign": "top", "text_wrap": True}
    centred = {**cell, "align": "center"}
    return {
        "title": book.add_format({"bold": True, "font_size": 16}),
        "note": book.add_format({"font_size": 10, "font_color": "#595959"}),
        "head": book.add_format({**centred, "bold": True, "valign": "vcenter", "bg_color": "#DDE6F0"}),
        "text": book.add_format(cell),
        "folded": book.add_format(cell),
        "quoted": book.add_format({**cell, "quote_prefix": True}),
        "link": book.add_format({**cell, "font_color": "#0B4F9E", "underline": 1}),
        "middle": book.add_format(centred),
        "overdue": book.add_format({**centred, "bold": True, "font_color": "#A32A1F"}),
        "number": book.add_format({**cell, "num_format": "0"}),
        "day": book.add_format({**centred, "num_format": "yyyy-mm-dd"}),
        "moment": book.add_format({**centred, "num_format": "yyyy-mm-dd hh:mm"}),
    }


def _head(sheet: Any, formats: dict[str, Any], columns: _Columns, title: str, note: str, words: Words) -> None:
    sheet.set_row(0, 26)
    sheet.write_string(0, 0, printable(title, 200), formats["title"])
    sheet.write_string(1, 0, printable(note, 500), formats["note"])
    sheet.set_row(_TOP - 1, 44)
    for place, (heading, width, lie) in enumerate(columns):
        folded = {"level": 1, "hidden": True} if lie == "folded" else {}
        sheet.set_column(place, place, width, None, folded)
        sheet.write_string(_TOP - 1, place, words.say(f"table.{heading}"), formats["head"])


def _write(sheet: Any, formats: dict[str, Any], columns: _Columns, number: int, line: Line) -> None:
    linked = line.opens and number < LINKS
    for place, (heading, _, lie) in enumerate(columns):
        value = line.cells[heading] if heading != "number" else number - _TOP + 1
        if isinstance(value, datetime):
            sheet.write_datetime(number, place, value.replace(tzinfo=None), formats["moment"])
        elif isinstance(value, date):
            if value < _EARLIEST:
                sheet.write_string(number, place, value.isoformat(), formats["middle"])
            else:
                sheet.write_datetime(number, place, value, formats["day"])
        elif isinstance(value, int):
            sheet.write_number(number, place, value, formats[lie])
        elif not value:
            sheet.write_blank(number, place, None, formats["day" if heading in ("deadline", "closed") else lie])
        elif heading == "state" and line.state is PointState.OVERDUE:
            sheet.write_string(number, place, value, formats["overdue"])
        elif heading == "address" and linked and len(value) <= _ADDRESS:
            sheet.write_url(number, place, value, formats["link"], value)
        else:
            sheet.write_string(number, place, value, formats["quoted" if value.startswith(_EDITED) else lie])


def _height(line: Line, wrapped: Sequence[tuple[str, int]]) -> float:
    """The height that the longest text needs: not every spreadsheet works it out by itself."""
    # In GB 18030 a Chinese character takes two bytes, as it takes the room of two letters.
    rows = max(-(-len(str(line.cells[h] or "").encode("gb18030", "replace")) // w) for h, w in wrapped)
    return min(_TALLEST, 3 + _LINE * max(1, rows + rows // 6))  # words that are not parted waste room


def _arrange(sheet: Any, columns: _Columns, lines: int, words: Words, *, by_hand: bool) -> None:
    """Headings that stay, filters, and A4 across with the headings on every page.

    `by_hand`: people write down what the re-check found; they get a choice.
    """
    last, width = _TOP - 1 + lines, len(columns) - 1
    places = {heading: place for place, (heading, _, _) in enumerate(columns)}
    sheet.freeze_panes(_TOP, places["site"] + 1)
    sheet.autofilter(_TOP - 1, 0, last, width)
    sheet.ignore_errors({"number_stored_as_text": "A1:XFD1048576"})
    if lines and by_hand:
        choice = [words.say(f"ledger.recheck_{state}") for state in ("good", "part", "bad")]
        column = places["recheck"]
        sheet.data_validation(
            _TOP, column, last, column, {"validate": "list", "source": choice, "error_type": "information"}
        )
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(_TOP - 1)
    sheet.print_area(0, 0, last, width)
    sheet.set_footer(words.say("ledger.page"))
