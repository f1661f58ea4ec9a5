"""What the offices of the city do once it is built: who does what, how many days later. Data."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Asleep:
    """A column that was fresh and is forgotten from the first day on."""

    site: str
    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Woken:
    """A column that is overdue or blank gets an item, and goes on at the rhythm of its class."""

    site: str
    path: str
    on: int
    """Days after the city was built, as in all that follows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Emptied:
    """A column shows nothing for one day, by mistake."""

    site: str
    path: str
    on: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Redated:
    """The newest item of a sleeping column gets the day of that day, and is the same item."""

    site: str
    path: str
    on: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Repaired:
    """What a dead link leads to stands there; until it is gone `again`."""

    site: str
    href: str
    on: int
    again: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Unlinked:
    """A link is taken out of the pages on which it stands; its words stay."""

    site: str
    href: str
    on: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Broken:
    """The footer of every page gets a link that leads nowhere."""

    site: str
    href: str
    words: str
    on: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Down:
    """A site refuses every connection, and returns on the day `until`."""

    site: str
    on: int
    until: int


Deed = Asleep | Woken | Emptied | Redated | Repaired | Unlinked | Broken | Down

STORY: tuple[Deed, ...] = (
    Asleep(site="slj", path="/hydt/"),
    Asleep(site="mzj", path="/gzdt/"),
    Woken(site="wlj", path="/photo/", on=3),
    Repaired(site="wlj", href="/images/festival.jpg", on=4),
    Repaired(site="gxj", href="/art/2018/5/4/art_9_999.html", on=3, again=12),
    Unlinked(site="zjj", href="/go/loop.html", on=4),
    Unlinked(site="zjj", href="/go/nowhere.html", on=4),
    Repaired(site="zrj", href="/upload/gone.pdf", on=5),
    Unlinked(site="zrj", href="/upload/gone.xls", on=5),
    Woken(site="nyj", path="/zbgg/", on=6),
    Woken(site="mzj", path="/shjz/", on=9),
    Down(site="gaj", on=4, until=8),
    Broken(site="wjw", href="/zt/jkzg/", words="健康中国专题", on=6),
    Repaired(site="wjw", href="/zt/jkzg/", on=11),
    Redated(site="jyj", path="/mtjj/", on=7),
    Emptied(site="wlj", path="/notice/", on=10),
)
"""All others do nothing: what lives goes on at its rhythm, what sleeps sleeps on, what is dead stays dead."""
