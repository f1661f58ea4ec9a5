"""What is to be posted, and where."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """One message on its way."""

    url: str = field(repr=False)
    """It may hold a key."""
    body: bytes
    headers: dict[str, str]
