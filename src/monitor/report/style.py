"""What an office has of its own for pages and mails. A value; who reads it from disk is `own`."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True)
class Style:
    """An office's own templates and phrases, without those that cannot be used."""

    folder: str = ""
    """Where they lie."""
    templates: tuple[tuple[str, str], ...] = ()
    """Name and text."""
    phrases: tuple[tuple[str, str], ...] = ()
    """Key and phrase."""
    faults: dict[str, str] = field(default_factory=dict, compare=False, repr=False)
    """What is wrong with them, one sentence for each place; it grows while pages are rendered."""

    def tell(self, place: str, what: str) -> None:
        """Keep what is wrong at a place ("mail.html:12"), unless something is known of that place already."""
        self.faults.setdefault(place, f"{place}: {what}")


PACKAGE = Style()
"""Nothing of one's own."""
