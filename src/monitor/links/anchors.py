"""Whether a fragment points at something on its page."""

from __future__ import annotations

from urllib.parse import unquote


def fragment_lives(fragment: str, anchors: frozenset[str]) -> bool:
    """Whether a browser would find the place, given every id and name of the page.

    "" and "#top" are always there; `:~:text=` directives are searched, not anchored; a script's own
    routes ("#/list", "#!/list") cannot be judged and count as living.
    """
    place = fragment.removeprefix("#").partition(":~:")[0]
    if not place or place.lower() == "top" or place[0] in "/!":
        return True
    return place in anchors or unquote(place, errors="replace") in anchors
