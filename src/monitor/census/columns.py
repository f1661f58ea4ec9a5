"""How a column stands against its limit on a day."""

from __future__ import annotations

from datetime import date

from monitor import days
from monitor.model import Column, ColumnFinding, ColumnLook, ColumnVerdict, Dated, Reading, Span, Trust, Undated

_WARN_SHARE = 0.8
"""Where no warning is configured, a column is due soon when four fifths of its limit have gone by."""


def judge_column(site_id: str, look: ColumnLook, today: date) -> ColumnFinding:
    """The verdict on one column, with its evidence. Limits are inclusive.

    Census 2019 (国办秘函〔2019〕19号), veto 4, and 2015 (国办发〔2015〕15号), veto 3: a column whose newest item
    is at least its class's limit old is not updated; one that holds nothing is blank.
    A date that is only guessed never accuses, and what could not be read is unknown.
    """
    verdict, evidence = _verdict(look, today)
    column, newest = look.column, look.newest
    return ColumnFinding(
        site_id=site_id,
        name=column.name,
        url=column.url,
        klass=column.klass,
        limit=column.limit,
        limit_days=None if column.limit is None else days.length_in_days(column.limit, today),
        newest=None if newest is None else newest.day,
        age_days=None if newest is None else (today - newest.day).days,
        verdict=verdict,
        evidence=evidence,
        newest_title=look.newest_title,
        newest_url=look.newest_url,
        reading=look.reading,
    )


def _verdict(look: ColumnLook, today: date) -> tuple[ColumnVerdict, str]:
    exemption = look.column.exemption
    if exemption is not None and today <= exemption.until:
        return ColumnVerdict.EXEMPT, f"{exemption.reason} ({exemption.by}, until {exemption.until})"
    if look.reading is Reading.BLANK:
        return ColumnVerdict.BLANK, look.detail or "the list stands and holds nothing"
    if look.reading is Reading.NO_DATES:
        return _undated(look)
    if look.reading is not Reading.READ or look.newest is None:
        return ColumnVerdict.UNKNOWN, ": ".join(filter(None, (look.reading.value, look.detail)))
    return _by_age(look, look.newest, today)


def _undated(look: ColumnLook) -> tuple[ColumnVerdict, str]:
    """2015 table, veto 2: 「未注明信息发布时间的视为不更新」 - where the operator has chosen so."""
    if look.column.limit is None:
        return ColumnVerdict.FRESH, "holds items; not judged by age"
    said = f"{len(look.items)} items, none with a date"
    if look.column.undated is Undated.STALE:
        return ColumnVerdict.STALE, f"{said}: counts as not updated"
    return ColumnVerdict.UNKNOWN, f"{Reading.NO_DATES.value}: {said}"


def _by_age(look: ColumnLook, newest: Dated, today: date) -> tuple[ColumnVerdict, str]:
    evidence = quote(look, newest)
    limit = look.column.limit
    if limit is None:
        return ColumnVerdict.FRESH, f"{evidence}; not judged by age"
    if days.is_over(newest.day, limit, today):
        if newest.trust is Trust.DOUBTFUL:
            return ColumnVerdict.UNKNOWN, f"{Reading.NO_DATES.value}: only a doubtful one, {evidence}"
        return ColumnVerdict.STALE, evidence
    return (ColumnVerdict.DUE_SOON if _is_due(look.column, limit, newest, today) else ColumnVerdict.FRESH), evidence


def _is_due(column: Column, limit: Span, newest: Dated, today: date) -> bool:
    if column.warn is not None:
        return days.is_over(newest.day, column.warn, today)
    return (today - newest.day).days >= _WARN_SHARE * days.length_in_days(limit, today)


def quote(look: ColumnLook, newest: Dated) -> str:
    """The newest item in one line: its date as it stands, its title, and where it was read."""
    title = f" “{look.newest_title}”" if look.newest_title else ""
    return f"{newest.text}{title} ({newest.where})"
