"""Which lists are later pages of another one, told by name and number. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping

_NUMBERED = re.compile(r"(.*/(?:\w*[_-])?)[1-9]\d{0,2}(?:\.\w{2,6})?")
_ENDING = re.compile(r"\.\w{2,6}$")


def further_pages(names: Mapping[str, str]) -> frozenset[str]:
    """The pages that are told by name and number to be later pages of another one.

    `names`: what each page calls itself, folded, by its `urls.same_page` key; "" for one that does not say or was not
    read. The page that leads on to a later one may have been cut or refused: taken for a column, it would be stale.
    """
    alike: dict[str, dict[str, str]] = {}
    for key, name in names.items():
        numbered = _NUMBERED.fullmatch(key)
        alike.setdefault(numbered[1] if numbered else _ENDING.sub("", key), {})[key] = name
    found: set[str] = set()
    for key, name in names.items():
        numbered = _NUMBERED.fullmatch(key)
        if numbered is None:
            continue
        stems = {numbered[1], numbered[1].rstrip("_-"), key.rpartition("/")[0] + "/"}
        others = (said for stem in stems for other, said in alike.get(stem, {}).items() if other != key)
        if any(said in ("", name) for said in others):
            found.add(key)
    return frozenset(found)
