"""A violation in one sentence of the official register, in the reader's language."""

from __future__ import annotations

from monitor.model import Kind, Violation
from monitor.report.words import Words
from monitor.text import printable

_PHRASES = {
    Kind.BLANK_COLUMN: "describe.blank",
    Kind.DEAD_LINK: "describe.dead",
    Kind.SUSPICIOUS_LINK: "describe.suspicious",
    Kind.UNREACHABLE_SITE: "describe.unreachable",
    Kind.TLS_FAULT: "describe.certificate",
    Kind.REDATED_ITEM: "describe.redated",
}


def sentence(violation: Violation, limit: str, words: Words) -> str:
    """What is wrong, in one sentence without its full stop; `limit` is the limit in words, "" for none."""
    v = violation
    subject = printable(v.subject, 120)
    if v.kind is Kind.STALE_COLUMN:
        return _stale(v, subject, limit, words)
    why = printable(words.clause(v.evidence), 300)
    return words.say(_PHRASES[v.kind], column=subject, text=subject, why=why, n=v.reach)


def _stale(v: Violation, subject: str, limit: str, words: Words) -> str:
    if v.newest is None or v.days_since_update is None:
        return words.say("describe.stale_undated", column=subject)
    told = {"column": subject, "date": words.plain_day(v.newest), "days": v.days_since_update}
    if not limit or v.days_over is None:
        return words.say("describe.stale", **told)
    phrase = "describe.stale_over" if v.days_over else "describe.stale_today"
    return words.say(phrase, **told, limit=limit, over=v.days_over)
