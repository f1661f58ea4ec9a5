"""Every link target of one site: where it stands, and what the looks at it said."""

from __future__ import annotations

from collections.abc import Container, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime

from monitor import urls
from monitor.crawl.marks import Marks
from monitor.model import Cause, Exclusion, Fetch, Link, LinkState, Outlink, Parent, Verdict

_MOST_PARENTS = 20
_MOST_HEARSAY = 5
_ACCUSED = frozenset((LinkState.DEAD, LinkState.FAILING, LinkState.SUSPICIOUS))
_NAMELESS = frozenset((Cause.NO_SUCH_HOST, Cause.DNS))
_NAMES_TO_TELL = 3
_HOST_CAUSES = frozenset(
    (
        Cause.NO_SUCH_HOST,
        Cause.DNS,
        Cause.REFUSED,
        Cause.UNREACHABLE,
        Cause.RESET,
        Cause.CLOSED,
        Cause.TIMEOUT,
        Cause.TLS,
    )
)


@dataclass(slots=True)
class Target:
    """One address that is linked to and not known to live, while the crawl goes on."""

    url: str
    parents: list[Parent] = field(default_factory=list)
    reach: int = 0
    hearsay: list[Parent] = field(default_factory=list)
    """Where it stood at the last look at pages that were not looked at today."""
    heard: int = 0
    """How many of such pages there are."""
    met_on: str = ""
    """The page it was met on last."""
    verdict: Verdict | None = None
    status: int | None = None
    final_url: str = ""
    cause: Cause | None = None
    looks: int = 0
    looked_at: datetime | None = None


class Ledger:
    """The targets by address. A page that repeats a link counts once.

    Of a target that lives only that is kept: where it stands, nobody asks.
    """

    def __init__(self, exclusions: Iterable[Exclusion] = ()) -> None:
        self._targets: dict[str, Target] = {}
        self._alive = Marks()
        self._excluded = tuple(exclusion.prefix for exclusion in exclusions)
        self._left_out = Marks()
        self.from_memory = False
        """Whether the links that are noted now stand on a page that was not looked at today."""
        self._judged = 0  # counted as it grows: it is asked for after every look
        self._answering: set[str] = set()
        """Hosts of which a target lives."""
        self._names_known = False
        """Whether the name of a host was found by which a target lives."""

    def excludes(self, url: str) -> bool:
        """Whether the operator wants this address neither looked at nor judged."""
        return url.startswith(self._excluded)

    def leave_out(self, url: str) -> None:
        """Count an address that is excluded."""
        self._left_out.put(url)

    @property
    def left_out(self) -> int:
        """How many addresses were met that are excluded."""
        return len(self._left_out)

    def stands(self, url: str, parent: Parent) -> bool:
        """Note that a link stands on a page; True when it was not known before."""
        target = self._targets.get(url)
        is_new = target is None
        if target is None:
            if url in self._alive:
                return False
            target = self._targets[url] = Target(url)
        self.stands_again(target, parent.url, parent)
        return is_new

    def target(self, url: str) -> Target | None:
        """What is known of an address that was met and is not known to live."""
        return self._targets.get(url)

    def lives(self, url: str) -> bool:
        """Whether a target was found alive."""
        return url in self._alive

    def stands_again(self, target: Target, page: str, link: Parent | Outlink) -> bool:
        """As `stands`, for a known target; False where it lives, so that nothing is kept."""
        if target.verdict is not None and target.verdict.state is LinkState.ALIVE:
            return False
        if target.met_on == page:
            return True
        target.met_on = page
        known, most = (target.hearsay, _MOST_HEARSAY) if self.from_memory else (target.parents, _MOST_PARENTS)
        if len(known) < most:
            known.append(Parent(url=page, text=link.text, place=link.place))
        if self.from_memory:
            target.heard += 1
        else:
            target.reach += 1
        return True

    def hearsay(self) -> list[str]:
        """The pages to look at before an address is accused of which only memory says where it stands.

        They are named once: whether a link still stands there, their next look says.
        """
        pages: dict[str, None] = {}
        for target in self._targets.values():
            if _is_accused(target) and target.hearsay and not target.parents:
                pages.update((parent.url, None) for parent in target.hearsay)
                target.heard -= len(target.hearsay)
                target.hearsay = []
                target.met_on = ""
        return list(pages)

    def answered(self, url: str, fetch: Fetch, verdict: Verdict) -> None:
        """Keep what a look at a target said; the last word counts."""
        target = self._judge(url, verdict)
        if verdict.state is LinkState.ALIVE:
            self._answering.add(urls.authority(url))
            self._names_known = self._names_known or _is_name(urls.host(url))
            return
        target.status, target.final_url = fetch.status, fetch.url
        target.cause = fetch.failure.cause if fetch.failure else None
        target.looks += 1
        target.looked_at = fetch.started_at

    def settle(self, url: str, verdict: Verdict) -> None:
        """Give a target a verdict without a look at it."""
        self._judge(url, verdict)

    def _judge(self, url: str, verdict: Verdict) -> Target:
        target = self._targets.get(url)
        if target is None:
            target = Target(url)
            self._judged += url not in self._alive
        else:
            self._judged += target.verdict is None
        target.verdict = verdict
        if verdict.state is LinkState.ALIVE:
            self._alive.put(url)
            self._alive.put(urls.same_page(url))
            self._targets.pop(url, None)
            target.parents.clear()
            target.hearsay.clear()
        else:
            self._targets[url] = target
        return target

    def verdict_of(self, url: str) -> Verdict | None:
        """What is known so far of a target that is not known to live."""
        target = self._targets.get(url)
        return target.verdict if target else None

    def state_of(self, url: str) -> LinkState | None:
        """The state of a target as known so far."""
        verdict = self.verdict_of(url)
        if verdict is not None:
            return verdict.state
        return LinkState.ALIVE if url in self._alive else None

    def alive(self) -> Container[str]:
        """The targets that a reader would get, by their addresses and by their `urls.same_page` keys."""
        return self._alive

    def in_doubt(self) -> list[str]:
        """The targets that need a second look before anything is said of them."""
        return [
            t.url
            for t in self._targets.values()
            if t.verdict is not None and t.looks == 1 and t.verdict.state in (LinkState.DEAD, LinkState.FAILING)
        ]

    def heard_of(self) -> frozenset[str]:
        """Bad targets that no page of today holds, but pages that were not looked at may: not put right for sure."""
        return frozenset(t.url for t in self._targets.values() if _is_accused(t) and t.heard and not t.parents)

    def checked(self) -> int:
        """How many targets have a verdict."""
        return self._judged

    def unchecked(self) -> int:
        """How many targets were never looked at."""
        return sum(target.verdict is None for target in self._targets.values())

    def not_alive(self) -> tuple[Link, ...]:
        """Every target a reader would not get."""
        bad = [t for t in self._targets.values() if t.verdict is not None]
        answering = self._answering | {urls.authority(t.url) for t in bad if _answers(t)}
        links = (_link(t, answering) for t in bad if t.parents or (t.hearsay and not _is_accused(t)))
        return tuple(map(_by_our_resolver, links)) if self._is_deaf() else tuple(links)

    def _is_deaf(self) -> bool:
        """Whether no name was found at all, though several were asked for: then it may be our own resolver."""
        named = {urls.host(t.url): t.cause in _NAMELESS for t in self._targets.values() if _has_name(t)}
        return not self._names_known and len(named) >= _NAMES_TO_TELL and all(named.values())


def _link(target: Target, answering: set[str]) -> Link:
    verdict = target.verdict or Verdict(state=LinkState.UNVERIFIED, reason="not looked at")
    return Link(
        url=target.url,
        state=verdict.state,
        reason=verdict.reason,
        status=target.status,
        final_url=target.final_url,
        found_on=tuple(target.parents or target.hearsay),
        reach=target.reach + target.heard,
        looks=target.looks,
        looked_at=target.looked_at,
        host_silent=target.cause in _HOST_CAUSES and urls.authority(target.url) not in answering,
    )


def _is_accused(target: Target) -> bool:
    return target.verdict is not None and target.verdict.state in _ACCUSED


def _by_our_resolver(link: Link) -> Link:
    if link.state is not LinkState.FAILING or not _is_name(urls.host(link.url)):
        return link
    reason = f"{link.reason}, as for every other name: may be our own network"
    return replace(link, state=LinkState.UNVERIFIED, reason=reason)


def _has_name(target: Target) -> bool:
    return target.looks > 0 and _is_name(urls.host(target.url))


def _is_name(host: str) -> bool:
    return not (host.startswith("[") or ":" in host or host.replace(".", "").isdigit() or host == "localhost")


def _answers(target: Target) -> bool:
    """Whether this look shows that the host as a whole is there."""
    unverified = target.verdict is not None and target.verdict.state is LinkState.UNVERIFIED
    return target.status is not None and not unverified
