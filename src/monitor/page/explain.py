"""What was read from a page, as one JSON object for anyone who doubts a verdict."""

from __future__ import annotations

from monitor.model import Dated, Page


def explain_line(name: str, page: Page) -> dict[str, object]:
    """The object that `monitor explain --format json` prints for the page called `name`."""
    return {
        "page": name,
        "encoding": page.encoding,
        "kind": str(page.kind),
        "title": page.title,
        "published": _day(page.published),
        "newest": _day(page.newest),
        "items": [
            {
                "title": item.title,
                "url": item.url,
                "date": _day(item.published),
                "evidence": evidence(item.published),
            }
            for item in page.items
        ],
        "links": len(page.outlinks),
        "notes": [*([f"published: {evidence(page.published)}"] if page.published else []), *page.notes],
    }


def _day(dated: Dated | None) -> str | None:
    return dated.day.isoformat() if dated else None


def evidence(dated: Dated | None) -> str:
    """One short sentence: the characters, where they stood, the rule, and how far to trust it."""
    if dated is None:
        return "no date"
    return f"“{dated.text}”, {dated.where}, by rule {dated.rule} ({dated.trust.name.lower()})"
