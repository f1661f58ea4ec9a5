"""File names made from ids alone, safe on every file system."""

from __future__ import annotations

import hashlib
import re

_PLAIN = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
_RESERVED = re.compile(r"con|prn|aux|nul|com\d|lpt\d|index|u-[0-9a-f]{16}")


def page_name(id_: str, ending: str = "html") -> str:
    """The file name of a unit's page: its id when that is plain, else a digest of it; never two ids alike.

    `ending`: "html", or what another file of the same unit ends in.
    """
    if _PLAIN.fullmatch(id_) and not _RESERVED.fullmatch(id_):
        return f"{id_}.{ending}"
    digest = hashlib.sha256(id_.encode("utf-8", "surrogatepass")).hexdigest()[:16]
    return f"u-{digest}.{ending}"
