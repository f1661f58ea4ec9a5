"""Redirects: where an answer points, and the cookies that a chain of hops sets."""

from __future__ import annotations

from urllib.parse import quote

from monitor import urls

REDIRECTS = frozenset({301, 302, 303, 307, 308})
_MOST_COOKIES = 40
_SAFE = "".join(chr(c) for c in range(0x21, 0x7F))


def target_of(base: str, values: list[bytes]) -> tuple[str | None, str, str]:
    """Where the Location headers lead from `base`: address or None, the text as it stood, what is odd or bad.

    Raw bytes are percent-encoded as they are, as browsers do: no charset is guessed. Of several, the first
    that can be followed counts.
    """
    seen = list(dict.fromkeys(v for v in values if v))
    if not seen:
        return None, "", "a redirect without Location"
    shown, odd = quote(seen[0], safe=_SAFE + " "), "several Locations" if len(seen) > 1 else ""
    bad = ""
    for value in seen:
        text = quote(value.translate(None, b"\x00\t\r\n"), safe=_SAFE + " ")
        resolved = urls.resolve(base, text.strip())
        if resolved is None:
            bad = bad or "malformed Location"
        elif not urls.is_web(resolved[0]):
            bad = bad or f"leads to {resolved[0].partition(':')[0]}:"
        else:
            return resolved[0], shown, odd
    return None, shown, bad


class Cookies:
    """The cookies set within one look; forgotten after it."""

    def __init__(self) -> None:
        self._set: dict[tuple[str, bytes], bytes] = {}

    def take(self, host: str, headers: list[bytes]) -> None:
        """Remember what `host` sets by its Set-Cookie headers."""
        for header in headers[:_MOST_COOKIES]:
            pair, _, rest = header.partition(b";")
            name, sign, value = pair.strip().partition(b"=")
            if not sign or not name or len(pair) > 4096 or len(self._set) >= _MOST_COOKIES:
                continue
            key = (_domain(rest, host), name.strip())
            if b"max-age=0" in rest.lower().replace(b" ", b""):
                self._set.pop(key, None)
            else:
                self._set[key] = value.strip().translate(None, b"\r\n\x00")

    def header(self, host: str) -> bytes:
        """The Cookie header's value for a request to `host`; b"" when there is none."""
        if not self._set:
            return b""
        fitting = [b"%b=%b" % (n, v) for (d, n), v in self._set.items() if _covers(d, host)]
        return b"; ".join(fitting)


def _domain(attributes: bytes, host: str) -> str:
    for attribute in attributes.split(b";"):
        name, _, value = attribute.strip().partition(b"=")
        if name.strip().lower() == b"domain":
            domain = "." + value.strip().decode("latin-1").lower().strip(".")
            if domain.count(".") > 1 and ("." + host).endswith(domain):
                return domain
    return host


def _covers(domain: str, host: str) -> bool:
    return host == domain or (domain.startswith(".") and ("." + host).endswith(domain))
