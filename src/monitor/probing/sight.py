"""What one look at a home page shows: open, not open, or something that only a person can judge."""

from __future__ import annotations

from datetime import UTC, datetime

from monitor import links, text
from monitor.model import Cause, Fetch, LinkState, Probe, Verdict

_OURS = frozenset((Cause.OURS, Cause.PROXY, Cause.BAD_ADDRESS))
"""Causes that say nothing of the site."""
_MOST = 200
"""Letters of a reason."""


def probe_of(site: str, fetch: Fetch, *, whole: int) -> Probe | None:
    """What a look says of a site; None where it says nothing: the fault was ours, or the host was not asked.

    `whole`: from so many bytes on, a body that was cut counts as come: more of it was not wanted.
    """
    failure = fetch.failure
    if fetch.tries == 0 or (failure is not None and failure.cause in _OURS):
        return None
    markup = text.decode(fetch.body, fetch.headers.get("content-type", "")).text if fetch.body else ""
    verdict = links.verdict(fetch, text=markup, official=True)
    doubt = _doubt(fetch, verdict, markup, whole)
    is_open = verdict.state is LinkState.ALIVE and not doubt
    fault = fetch.tls_fault.value if fetch.tls_fault is not None else ""
    return Probe(
        site=site,
        at=(fetch.started_at or datetime.now(UTC)).astimezone(UTC),
        seconds=fetch.seconds if fetch.status is not None else None,
        open=is_open,
        doubtful=bool(doubt),
        reason=(doubt or (fault if is_open else verdict.reason))[:_MOST],
    )


def _doubt(fetch: Fetch, verdict: Verdict, markup: str, whole: int) -> str:
    """Why only a person can say whether the site is open, in one clause; "" where nothing speaks for that."""
    if verdict.state in (LinkState.UNVERIFIED, LinkState.SUSPICIOUS):
        return verdict.reason
    good = fetch.status is not None and 200 <= fetch.status < 300
    if verdict.state is LinkState.DEAD and good:  # a page came; that it is the wrong one was read from its words
        return verdict.reason
    if verdict.state is LinkState.ALIVE and links.is_maintenance(markup):
        return "a page that says that the site is being worked on"
    if verdict.state is LinkState.ALIVE and fetch.truncated and len(fetch.body) < whole:
        return "the page came only in part"
    return ""
