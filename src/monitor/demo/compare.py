"""The report of the demo city held against its truth: every planted fault found, nothing else accused."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from monitor import urls
from monitor.model import ColumnVerdict, Kind, Report

_DAYS_OF_FAILING = 3
_ACCUSING = {"stale": Kind.STALE_COLUMN, "blank": Kind.BLANK_COLUMN}

Json = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """How a report stands against the truth."""

    planted: int
    """Faults that are there to be found."""
    missed: tuple[str, ...]
    """What is there and was not said, a clause each."""
    wrong: tuple[str, ...]
    """What was said and is not so."""

    @property
    def found(self) -> int:
        """How many of the planted faults were found."""
        return self.planted - len(self.missed)


def compare(truth: Json, report: Report) -> Comparison:
    """Hold a report against `truth` (see `monitor.demo.truth`)."""
    faults = list(_faults(truth))
    said = {(v.kind, urls.same_page(v.url)) for v in report.violations}
    states = {(found.site_id, found.link.url): found.link.state.value for found in report.links}
    missed = [clause for kind, url, clause in faults if (kind, urls.same_page(url)) not in said]
    planted = {(kind, urls.same_page(url)) for kind, url, _ in faults}
    planted |= {
        (Kind.DEAD_LINK, urls.same_page(link["url"]))
        for site in truth["sites"]
        for link in site["links"]
        if "dead" in link["states"] or _fails_for_long(link, truth["today"])
    }
    wrong = [
        f"accused wrongly: {v.kind.value} {v.subject} {v.url} ({v.evidence})"
        for v in report.violations
        if (v.kind, urls.same_page(v.url)) not in planted
    ]
    listed = list(_listed(truth, report)) + [
        f"{site['id']}: {link['url']} is {states.get((site['id'], link['url']), 'not told')}, not {link['state']}"
        for site in truth["sites"]
        for link in site["links"]
        if states.get((site["id"], link["url"])) not in link["states"]
    ]
    checks = len(faults) + sum(len(site["links"]) for site in truth["sites"]) + sum(1 for _ in _judged(truth))
    return Comparison(planted=checks, missed=tuple(missed + listed), wrong=tuple(wrong))


def _faults(truth: Json) -> Iterator[tuple[Kind, str, str]]:
    """Every accusation that a perfect report makes: its kind, its address, and a clause for people."""
    for site in truth["sites"]:
        if site["reach"] == "unreachable":
            yield Kind.UNREACHABLE_SITE, site["url"], f"{site['id']}: the site is down"
        for column in site["columns"]:
            if column["judged"] and column["verdict"] in _ACCUSING:
                clause = f"{site['id']}: {column['name']} is {column['verdict']}, {column['url']}"
                yield _ACCUSING[column["verdict"]], column["url"], clause
        for link in site["links"]:
            if link["states"] == ["dead"]:
                yield Kind.DEAD_LINK, link["url"], f"{site['id']}: dead link {link['url']}"
        for address in site["redated"]:
            yield Kind.REDATED_ITEM, address, f"{site['id']}: re-dated item {address}"


def _fails_for_long(link: Json, today: str) -> bool:
    """Whether a link may be held against its site for having failed on so many days; it need not: were they played?"""
    days = (date.fromisoformat(today) - date.fromisoformat(link["since"])).days + 1
    return "failing" in link["states"] and days >= _DAYS_OF_FAILING


def _judged(truth: Json) -> Iterator[tuple[Json, Json]]:
    """The columns that must be in the report with just this verdict."""
    for site in truth["sites"]:
        for column in site["columns"]:
            if column["judged"] and column["listed"] and column["verdict"] not in _ACCUSING:
                yield site, column


def _listed(truth: Json, report: Report) -> Iterator[str]:
    verdicts = {(c.site_id, urls.same_page(c.url)): c.verdict for c in report.columns}
    for site, column in _judged(truth):
        verdict = verdicts.get((site["id"], urls.same_page(column["url"])))
        if verdict is None or verdict != ColumnVerdict(column["verdict"]):
            yield f"{site['id']}: {column['name']} is {column['verdict']}, told as {verdict}, {column['url']}"
