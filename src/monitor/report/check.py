"""How anyone may check a finding about an address: one command, to be copied into a terminal."""

from __future__ import annotations

import shlex

from monitor.model import Kind, Violation
from monitor.text import printable
from monitor.urls import is_web

_LONGEST = 2000
_ABOUT_ADDRESSES = frozenset((Kind.DEAD_LINK, Kind.UNREACHABLE_SITE, Kind.TLS_FAULT))


def command(violation: Violation) -> str:
    """The curl line that shows what an address answers; "" where there is nothing to ask or it is better not opened."""
    url = violation.url
    if violation.kind not in _ABOUT_ADDRESSES or not is_web(url) or printable(url, _LONGEST) != url:
        return ""
    return f"curl -sSL -o /dev/null --max-time 30 -w '%{{http_code}} %{{url_effective}}\\n' {shlex.quote(url)}"
