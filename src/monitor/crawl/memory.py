"""What earlier days know of one site: which of its pages need no look today, and which only a question."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from email.utils import parsedate_to_datetime

from monitor.crawl import recheck
from monitor.dates import from_url
from monitor.model import Fetch
from monitor.recall import Facts, Known, Recall, fingerprint

_NEAR = 1
"""The home page and what it leads to is looked at every day, so many clicks away."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """The memory of one site on one day."""

    recall: Recall
    site: str
    today: date
    within: int
    """No address goes longer without a look, in days; 1: every one is looked at every day."""
    ill: frozenset[str] = frozenset()
    """The addresses that were held against the site not long ago: each is looked at every day, whatever it is now."""

    def page(self, url: str) -> Known | None:
        """What is known of a page that was read; None for one that is to be read anew."""
        known = self.recall.known(self.site, url)
        return known if known is not None and known.facts is not None else None

    def link(self, url: str) -> Known | None:
        """What is known of an address that is only looked at."""
        return self.recall.known(self.site, url)

    def is_due(self, url: str, known: Known, depth: int | None = None) -> bool:
        """Whether an address is to be looked at today. `depth` in clicks from the home page, where it is a page."""
        lists = known.facts is not None and known.facts.lists
        near = depth is not None and depth <= _NEAR
        if lists or near or url in self.ill:
            return True
        return recheck.is_due(known, fingerprint(url.encode()), self.today, self.within)

    def was_seen_today(self, known: Known) -> bool:
        """Whether it was looked at on this day, by a run that was cut short."""
        return known.looked_on == self.today

    def validators(self, known: Known | None) -> tuple[str, str]:
        """What to ask with, so that a page that did not change need not be sent."""
        if known is None or (known.facts is not None and known.facts.lists):
            return "", ""  # an accusation rests on a list: it is read, whatever a cache between us says
        return ("", "") if recheck.is_to_be_whole(known, self.today) else (known.etag, known.modified)

    def is_same(self, known: Known, fetch: Fetch) -> bool:
        """Whether a look shows that a page which is no list is as it was."""
        if known.facts is None or known.facts.lists or fetch.failure or fetch.hops or fetch.truncated:
            return False
        return fetch.status == 304 or (fetch.status == 200 and fingerprint(fetch.body) == known.body)

    def keep(self, url: str, fetch: Fetch, facts: Facts, before: Known | None) -> None:
        """Keep a page as it was read."""
        if before is not None and before.facts is not None and self._led_to_ill(before.facts):
            hours = recheck.SOON
        elif before is None or before.facts is None:
            dated = from_url(url)
            hours = recheck.first_hours(_modified(fetch), dated.day if dated else None, today=self.today)
        else:
            changed = self.recall.print_of(facts) != self.recall.print_of(before.facts)
            hours = recheck.next_hours(before.hours, changed=changed, within=self.within)
        self._put(url, fetch, hours, facts)

    def _led_to_ill(self, facts: Facts) -> bool:
        return bool(self.ill) and any(outlink.url in self.ill for part in facts.parts for outlink in part)

    def keep_same(self, url: str, fetch: Fetch, known: Known) -> None:
        """Keep that a page is as it was."""
        hours = recheck.next_hours(known.hours, changed=False, within=self.within)
        whole_on = known.whole_on if fetch.status == 304 else self.today
        etag, modified = _validators(fetch) if fetch.status == 200 else (known.etag, known.modified)
        again = replace(known, looked_on=self.today, whole_on=whole_on, hours=hours, etag=etag, modified=modified)
        self.recall.keep(self.site, url, again)

    def keep_link(self, url: str, fetch: Fetch, known: Known | None) -> None:
        """Keep that an address lives that is only looked at."""
        if known is not None and fetch.status == 304:
            hours = recheck.hours_of_link(known.hours, self.within)
            self.recall.keep(self.site, url, replace(known, looked_on=self.today, hours=hours))
        else:
            self._put(url, fetch, recheck.hours_of_link(known.hours if known else 0, self.within), None)

    def is_no_column(self, url: str) -> None:
        """A list turned out to be a later page of another one: it need not be read every day."""
        known = self.page(url)
        if known is not None and known.facts is not None and known.facts.lists:
            again = replace(known, facts=replace(known.facts, lists=False), folded=None)
            self.recall.keep(self.site, url, again)

    def forget(self, url: str) -> None:
        """An address is not known to live any more."""
        self.recall.forget(self.site, url)

    def _put(self, url: str, fetch: Fetch, hours: int, facts: Facts | None) -> None:
        etag, modified = ("", "") if fetch.hops else _validators(fetch)
        body = fingerprint(fetch.body) if facts is not None else 0
        known = Known(
            etag=etag, modified=modified, body=body, looked_on=self.today, whole_on=self.today, hours=hours, facts=facts
        )
        self.recall.keep(self.site, url, known)


def _validators(fetch: Fetch) -> tuple[str, str]:
    return fetch.headers.get("etag", ""), fetch.headers.get("last-modified", "")


def _modified(fetch: Fetch) -> date | None:
    """The day on which a server says that a page changed last; None when it does not say."""
    try:
        return parsedate_to_datetime(fetch.headers.get("last-modified", "")).date()
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
