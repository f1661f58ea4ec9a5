"""robots.txt by RFC 9309: what an answer to it means for an address. Pure. Door for protego."""

from __future__ import annotations

import math
from dataclasses import dataclass

from protego import Protego

from monitor.fetch.policy import Permission
from monitor.model import Cause, Fetch

MAX_BYTES = 500 * 1024
MAX_HOPS = 5
_MOST_PATTERNS = 4000


@dataclass(frozen=True, slots=True)
class Rules:
    """What holds at one origin: rules, or one word for every address."""

    parsed: Protego | None
    blanket: bool
    """What holds when there are no rules."""
    reason: str
    text: str = ""
    good: bool = False
    delay: float | None = None
    sitemaps: tuple[str, ...] = ()

    def permission(self, url: str, product: str) -> Permission:
        """What the rules say of one address."""
        allowed, reason = self.blanket, self.reason
        if self.parsed is not None:
            allowed = bool(self.parsed.can_fetch(url, product))
            reason = "allowed by robots.txt" if allowed else "disallowed by robots.txt"
        return Permission(
            allowed=allowed,
            reason=reason,
            crawl_delay=self.delay,
            sitemaps=self.sitemaps,
            text=self.text,
            good=self.good,
        )


_SILENT = {
    *(Cause.NO_SUCH_HOST, Cause.DNS, Cause.REFUSED, Cause.UNREACHABLE, Cause.RESET, Cause.CLOSED, Cause.TIMEOUT),
    *(Cause.TLS, Cause.CERTIFICATE, Cause.BAD_ANSWER, Cause.PROXY, Cause.OURS, Cause.TOO_LARGE),
}


def rules_of(answer: Fetch, product: str, last_good: str | None = None) -> Rules:
    """What the answer to a request for robots.txt means.

    A host that answers 4xx has no rules. One that answers 5xx or not at all allows nothing (5.1 of the RFC's
    "unreachable"), unless `last_good`, the text read on an earlier day, is at hand.
    """
    if answer.failure is not None and answer.failure.cause not in _SILENT:
        return Rules(None, True, f"no robots.txt: {answer.failure.cause}")
    status = answer.status
    if answer.failure is not None or status is None or 500 <= status < 600:
        why = str(answer.failure.cause) if answer.failure is not None else f"status {status}"
        if last_good is not None:
            return parse(last_good, product, good=False)
        return Rules(None, False, f"robots.txt could not be read ({why}), so nothing may be fetched")
    if 200 <= status < 300:
        return parse(decode(answer.body[:MAX_BYTES]), product, good=True)
    return Rules(None, True, f"no robots.txt: status {status}")


def decode(body: bytes) -> str:
    """UTF-8 with or without a mark, else the encoding of Chinese sites."""
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if error.start >= len(body) - 3 and len(body) == MAX_BYTES:  # cut within a letter
            return body[: error.start].decode("utf-8-sig")
        return body.decode("gb18030", "replace")


def parse(text: str, product: str, *, good: bool) -> Rules:
    """The rules in a robots.txt."""
    plain = text.replace("\x00", "")
    if plain.count("*") + plain.count("$") > _MOST_PATTERNS:
        plain = _without_patterns(plain)
    parsed = Protego.parse(plain)
    delay = parsed.crawl_delay(product)
    known = delay is not None and math.isfinite(delay) and delay >= 0
    return Rules(
        parsed,
        True,
        "allowed by robots.txt",
        text=text,
        good=good,
        delay=float(delay) if known and delay is not None else None,
        sitemaps=tuple(parsed.sitemaps)[:100],
    )


def _without_patterns(text: str) -> str:
    """The same rules or stricter ones, with prefixes only: tens of thousands of patterns would stall each question."""
    lines: list[str] = []
    for line in text.splitlines():
        field, colon, value = line.partition(":")
        name = field.strip().lower()
        if name == "allow" and ("*" in value or "$" in value):
            continue
        if name == "disallow":
            value = value.partition("*")[0].rstrip("$ ") or " /"
        lines.append(field + colon + value)
    return "\n".join(lines)
