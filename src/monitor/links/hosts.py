"""Links to one silent or walled host, told as one: a dead host is one finding, not five thousand."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from monitor import urls
from monitor.model import Link, LinkState, Parent

MANY = 3
"""So many links to one host are told as one."""
_MOST_PARENTS = 20


def folded(links: Iterable[Link]) -> tuple[Link, ...]:
    """The same links with one entry for each host that never answers, and one for each wall of a host.

    Of a host that answers at all, each link that fails stands by itself: its home page is not to blame.
    """
    groups: dict[tuple[str, str], list[Link]] = {}
    single: list[Link] = []
    for link in links:
        reason = _host_reason(link)
        if reason:
            groups.setdefault((urls.authority(link.url), reason), []).append(link)
        else:
            single.append(link)
    for (authority, _), members in groups.items():
        single += members if len(members) < MANY else [_one_for_all(authority, members)]
    return tuple(single)


def _host_reason(link: Link) -> str:
    """What the host as a whole does to a visitor; "" when it is about this one address."""
    if link.state is LinkState.FAILING:
        return "silent" if link.host_silent else ""
    return link.reason if link.state is LinkState.UNVERIFIED else ""


def _one_for_all(authority: str, members: list[Link]) -> Link:
    first = members[0]
    how_many = f"the whole host: {len(members)} links lead there"
    if not first.host_silent:
        how_many = f"{len(members)} links to this host"
    parents: list[Parent] = []
    for member in members:
        parents += [p for p in member.found_on if p not in parents][: _MOST_PARENTS - len(parents)]
    return replace(
        first,
        url=f"{first.url.partition('://')[0]}://{authority}/",
        reason=f"{first.reason} ({how_many})",
        found_on=tuple(parents),
        reach=sum(member.reach for member in members),
        looks=max(member.looks for member in members),
    )
