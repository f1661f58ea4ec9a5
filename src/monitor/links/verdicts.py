"""What a look means for the link: one state and the reason in one plain clause."""

from __future__ import annotations

import re
from functools import lru_cache
from http import HTTPStatus

from monitor import urls
from monitor.links.missing import MISSING_WORDS, MissingPage, looks_missing
from monitor.links.plain import CAP, title_of, visible
from monitor.links.signs import PARKED_WORDS, VICE, hijacked, is_default_title, is_maintenance, wall
from monitor.model import Cause, Failure, Fetch, LinkState, Phase, Verdict
from monitor.text import printable

_PLAIN = frozenset((Cause.NO_SUCH_HOST, Cause.REFUSED, Cause.RESET, Cause.CLOSED, Cause.UNREACHABLE))
"""Causes that say all; the system's own words for them help nobody."""
_DEAD = frozenset((Cause.BAD_ADDRESS, Cause.BAD_REDIRECT, Cause.REDIRECT_LOOP))
_UNKNOWABLE = frozenset(
    (Cause.BLOCKED_ADDRESS, Cause.ROBOTS, Cause.PROXY, Cause.OURS, Cause.CERTIFICATE, Cause.TOO_LARGE)
)
_NO_APP = frozenset(("http", "https", "javascript", "file", "data", "about", "blob", "ftp", ""))
"""Schemes that a browser either follows itself or refuses in a redirect; others wake an app."""
_SCHEME = re.compile(r"([a-zA-Z][a-zA-Z0-9+.-]*):")
_FILE = re.compile(
    r"\.(?:pdf|docx?|xlsx?|pptx?|wps|et|ofd|zip|rar|7z|gz|jpe?g|png|gif|bmp|mp[34]|avi|wmv|flv|exe|apk|ceb|caj"
    r"|csv|txt|rtf)$",
    re.IGNORECASE,
)
_MARKUP = re.compile(
    rb"\A(?:\xef\xbb\xbf)?\s*(?:<!--.{0,400}?-->\s*)?<(?:!doctype\s+html|html|head|body|script|meta|title|div|h1|center)\b",
    re.IGNORECASE | re.DOTALL,
)
DOUBTS = tuple(dict.fromkeys(word.lower() for word in (*VICE, *PARKED_WORDS, *MISSING_WORDS)))
"""Words in lower case; a long page without any of them is none of the pages that only seem alive."""
_LONG = 700
"""Letters beyond which no wall, notice of works or error page goes."""
_HIDDEN_STATES = {204: "No Content", 205: "Reset Content"}


def verdict(
    fetch: Fetch,
    *,
    text: str = "",
    title: str = "",
    missing: MissingPage | None = None,
    home: str = "",
    official: bool = False,
) -> Verdict:
    """The state of the link that this look was for.

    `text` is the body's decoded markup where it is HTML (or its plain text), `title` its title ("" to
    read it from the markup), `missing` what the link's own site answers for unknown addresses, `home`
    that site's home page, `official` whether the link is one of the authorities' own.
    """
    text, title = text[:CAP], title[:200]
    if fetch.failure is not None and not _came_in_part(fetch):
        return _failed(fetch, fetch.failure, text)
    if fetch.status is None:
        return _say(LinkState.UNVERIFIED, "no answer was recorded")
    turned_away = wall(fetch, text)
    if turned_away:
        return _say(LinkState.UNVERIFIED, turned_away, fetch)
    if 200 <= fetch.status < 300:
        return _answered(fetch, text, title or title_of(text), missing, home, official)
    return _by_status(fetch, fetch.status, text)


def plainly_alive(fetch: Fetch, *, title: str, letters: int, missing: MissingPage | None = None) -> Verdict | None:
    """The verdict on a page on which none of `DOUBTS` stands, as `verdict` gives it; None where that must be asked.

    `letters`: how many a reader sees, at least.
    """
    plain = fetch.status == 200 and fetch.failure is None and not fetch.truncated and bool(fetch.body)
    if not plain or fetch.hops or letters < _LONG or "cf-mitigated" in fetch.headers:
        return None
    if (missing is not None and not missing.honest) or _FILE.search(urls.path(fetch.url)) or is_default_title(title):
        return None
    return _alive(fetch, _named(200), "", title)


def worth_second_look(fetch: Fetch) -> bool:
    """Whether a later look in the same run may bring something else: before anything is called dead.

    A name that does not exist is asked for again on another day only.
    """
    if fetch.failure is not None:
        return fetch.failure.cause not in (
            Cause.NO_SUCH_HOST,
            Cause.BAD_ADDRESS,
            Cause.BLOCKED_ADDRESS,
            Cause.ROBOTS,
            Cause.TOO_LARGE,
        )
    status = fetch.status
    return status is None or status in (404, 408, 410, 429) or 500 <= status < 600


def _say(state: LinkState, reason: str, fetch: Fetch | None = None) -> Verdict:
    fault = f"; {fetch.tls_fault.value}" if fetch is not None and fetch.tls_fault is not None else ""
    return _one(state, reason + fault)


@lru_cache(maxsize=1024)
def _one(state: LinkState, reason: str) -> Verdict:
    """The same verdict for the same words: a site has thousands that say 200 OK."""
    return Verdict(state=state, reason=reason)


def _came_in_part(fetch: Fetch) -> bool:
    """Whether a good answer had begun and a reader would see its beginning."""
    failure = fetch.failure
    return failure is not None and failure.phase is Phase.BODY and fetch.status is not None and bool(fetch.body)


def _failed(fetch: Fetch, failure: Failure, text: str) -> Verdict:
    reason = failure.cause.value
    if failure.cause is Cause.TIMEOUT:
        reason = f"timed out ({failure.phase.value})"
    elif failure.detail and failure.cause not in _PLAIN:
        reason = f"{reason}: {printable(failure.detail, 120)}"
    if failure.cause in _UNKNOWABLE:
        return _say(LinkState.UNVERIFIED, reason, fetch)
    if failure.cause not in _DEAD:
        return _say(LinkState.FAILING, reason, fetch)
    return _say(*(_doubt(fetch, failure, text) or (LinkState.DEAD, reason)), fetch)


def _doubt(fetch: Fetch, failure: Failure, text: str) -> tuple[LinkState, str] | None:
    """What a browser may yet make of a redirect that we could not follow; None when it fares no better."""
    if failure.cause is Cause.REDIRECT_LOOP:
        if "set-cookie" in fetch.headers:
            return LinkState.UNVERIFIED, "endless redirect that sets cookies: may open in a browser"
        if fetch.hops and not _turns_back(fetch):
            return LinkState.UNVERIFIED, f"{len(fetch.hops)} redirects in a row, none met twice"
    if failure.cause is Cause.BAD_REDIRECT:
        location = fetch.headers.get("location", "").strip()
        if _wakes_app(location):
            return LinkState.UNVERIFIED, f"redirect into an app: {printable(location, 60)}"
        if not location and fetch.body and (not text or len(visible(text)) > 20):
            return LinkState.UNVERIFIED, f"{_named(fetch.status or 0)} that leads nowhere, with a page of its own"
    return None


def _wakes_app(location: str) -> bool:
    """Whether a redirect hands over to another program: a browser asks its reader, and we cannot know."""
    scheme = _SCHEME.match(location)
    return scheme is not None and scheme[1].lower() not in _NO_APP


def _turns_back(fetch: Fetch) -> bool:
    """Whether an address was met twice on the way; a browser goes on longer than we do when none was."""
    ways = [hop.url for hop in fetch.hops]
    last = urls.resolve(ways[-1], fetch.hops[-1].location)
    return len(set(ways)) < len(ways) or last is None or last[0] in ways


def _by_status(fetch: Fetch, status: int, text: str) -> Verdict:
    said = _named(status)
    if status in (404, 410):
        return _say(LinkState.DEAD, said, fetch)
    if status == 304:
        return _say(LinkState.ALIVE, said, fetch)
    if 300 <= status < 400:
        if fetch.body and (not text or len(visible(text)) > 20):
            state = LinkState.ALIVE if status == 300 else LinkState.UNVERIFIED
            return _say(state, f"{said} that leads nowhere, with a page of its own", fetch)
        return _say(LinkState.DEAD, f"bad redirect: {said} that leads nowhere", fetch)
    if status == 416:
        return _say(LinkState.UNVERIFIED, said, fetch)
    if 400 <= status < 600:
        works = text and is_maintenance(text)
        return _say(LinkState.FAILING, f"{said}, says that it is being worked on" if works else said, fetch)
    return _say(LinkState.UNVERIFIED, f"status {status:03d}, which HTTP does not know", fetch)


def _named(status: int) -> str:
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return f"status {status:03d}"


def _answered(fetch: Fetch, text: str, title: str, missing: MissingPage | None, home: str, official: bool) -> Verdict:
    """A good status: is it the page?"""
    said = _named(fetch.status or 0)
    if fetch.status in _HIDDEN_STATES:
        return _say(LinkState.UNVERIFIED, f"{said}: nothing to show", fetch)
    if not fetch.body and not text:
        return _empty(fetch, said)
    taken = hijacked(fetch, text, title, official=official)
    if taken:
        return _say(LinkState.SUSPICIOUS, taken, fetch)
    if text:
        sure, why = looks_missing(fetch, text, title, missing, home)
        if why:
            return _say(LinkState.DEAD if sure else LinkState.UNVERIFIED, why, fetch)
    if _FILE.search(urls.path(fetch.url)) and _MARKUP.match(fetch.body[:1024]):
        kind = urls.path(fetch.url).rpartition(".")[2].lower()
        return _say(LinkState.UNVERIFIED, f"{said}, a web page where a {printable(kind, 8)} file was promised", fetch)
    return _alive(fetch, said, text, title)


def _empty(fetch: Fetch, said: str) -> Verdict:
    """Nothing came; a HEAD's answer that tells of a body is another matter."""
    length = fetch.headers.get("content-length", "").strip()
    if not fetch.truncated and length.isascii() and length.isdecimal() and length.strip("0") and len(length) < 19:
        return _say(LinkState.ALIVE, said, fetch)
    return _say(LinkState.UNVERIFIED, f"{said} with an empty body", fetch)


def _alive(fetch: Fetch, said: str, text: str, title: str) -> Verdict:
    notes = [said]
    if fetch.truncated or fetch.failure is not None:
        notes.append("in part")
    if text and is_maintenance(text, title):
        notes.append("says that it is being worked on")
    before, after = urls.host(fetch.asked), urls.host(fetch.url)
    if before != after and after:
        notes.append(f"now at {printable(after, 60)}")
    return _say(LinkState.ALIVE, ", ".join(notes), fetch)
