"""The truth about the served city, as values that JSON can hold."""

from __future__ import annotations

from typing import Any

from monitor.demo.plan import Draft, Portal, Section, base
from monitor.demo.server import Served

Json = dict[str, Any]


def truth(served: Served) -> Json:
    """What a perfect monitor would say of the city, and what it must not say.

    {"schema": 1, "city", "built", "today", "sites": [
      {"id", "name", "unit", "url", "reach": "open|unreachable|maintenance", "reachable": bool, "pages": int,
       "columns": [{"name", "url", "class", "limit", "verdict", "why", "newest", "judged": bool, "listed": bool}],
       "links": [{"url", "state", "states": [], "reason", "inside": bool, "since", "pages": []}],
       "redated": [url], "innocent": [{"url", "why"}]}]}

    `newest` is a day or null. `judged` false: the verdict is free, but never "stale" or "blank". `listed`: named in
    sites.yaml, so that it must be in the report. `states` holds every link state that is right, `state` the best of
    them; `since`: the day on which it broke, or that on which the city was built. A link's `pages` are all on which it
    stands; a site's `pages` count those that were built, behind scripts too. `redated`: items that bear another day
    than they once did. `innocent` addresses must be neither stale nor blank, nor a link that is dead, failing or
    suspicious. Hosts that nobody watches (the outside) are no sites.
    """
    watched = [p for p in served.city.portals if p.draft.watched]
    return {
        "schema": 1,
        "city": served.city.name,
        "built": served.city.built.isoformat(),
        "today": served.city.today.isoformat(),
        "sites": [_site(served, portal) for portal in watched],
    }


def _site(served: Served, portal: Portal) -> Json:
    draft = portal.draft
    return {
        "id": draft.id,
        "name": draft.name,
        "unit": draft.unit,
        "url": served.real(base(draft.id) + "/"),
        "reach": draft.reach,
        "reachable": draft.reach != "unreachable",
        "pages": portal.pages,
        "columns": [_column(served, draft, section, address) for section, address in portal.columns],
        "links": [
            {
                "url": served.real(p.url),
                "state": p.plant.states[0],
                "states": list(p.plant.states),
                "reason": p.plant.reason,
                "inside": p.inside,
                "since": (p.plant.since or served.city.built).isoformat(),
                "pages": [served.real(page) for page in p.pages],
            }
            for p in portal.planted
        ],
        "redated": [served.real(address) for address in portal.redated],
        "innocent": [{"url": served.real(address), "why": i.why} for i, address in portal.innocents],
    }


def _column(served: Served, draft: Draft, section: Section, address: str) -> Json:
    return {
        "name": section.name,
        "url": served.real(address),
        "class": section.klass,
        "limit": section.limit or None,
        "verdict": section.verdict,
        "why": section.why,
        "newest": section.newest.isoformat() if section.newest else None,
        "judged": section.judged,
        "listed": draft.listed,
    }
