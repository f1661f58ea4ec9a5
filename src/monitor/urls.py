"""Addresses as browsers see them: resolved, normalised, and placed in or out of a site. Door for ada_url."""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import quote, urlsplit

import ada_url

_SESSION = re.compile(r";jsessionid=[^/?#;]*", re.IGNORECASE)
_IDLE_PARAMETER = re.compile(
    r"(?:utm_[a-z]+|spm|from_source|jsessionid|phpsessid|aspsessionid\w*|sid|sessionid)=[^&]*", re.IGNORECASE
)
_DEFAULT_PAGE = re.compile(r"/(?:index|default)\.(?:html?|shtml|php|jsp|aspx?)$", re.IGNORECASE)

_PLAIN_PATH = re.compile(r"(?:/\w[\w-]*){1,20}(?:\.\w{1,5}|/)?", re.ASCII)
"""A path from the top of the host in letters that no parser changes: most links of most portals."""
_PLAIN_START = re.compile(r"https?://[\w.-]+(?::\d+)?", re.ASCII)


def resolve(base: str, href: str, charset: str = "utf-8") -> tuple[str, str] | None:
    """The absolute address that a browser would open for `href` on the page `base`, and its fragment.

    `charset` is the page's encoding: browsers send the letters of a query in it. None when the
    address is malformed. The scheme may be any; callers choose with `is_web`.
    """
    if _PLAIN_PATH.fullmatch(href) and (slash := base.find("/", 8)) > 0 and (root := _root(base[:slash])):
        return root + href, ""
    try:
        whole: str = ada_url.join_url(base, _encode_query(href, charset))
    except (ValueError, UnicodeError):
        return None
    address, _, fragment = whole.partition("#")
    return without_user(address) if "@" in address else address, fragment


@lru_cache(maxsize=1024)
def _root(start: str) -> str:
    """The normal form of what stands before a web address's path; "" where that is not plain."""
    whole = normalise(f"{start}/") if _PLAIN_START.fullmatch(start) else None
    return whole[:-1] if whole and whole.count("/") == 3 else ""


def without_user(address: str) -> str:
    """A normalised address without "user:password@": credentials in links are neither sent nor shown."""
    head, mark, rest = address.partition("://")
    authority_, slash, path_ = rest.partition("/")
    return f"{head}{mark}{authority_.rpartition('@')[2]}{slash}{path_}" if "@" in authority_ else address


def _encode_query(href: str, charset: str) -> str:
    """The query in the page's own charset, percent-encoded, as browsers do; UTF-8 is left to ada."""
    if charset in ("utf-8", "") or "?" not in href or href.isascii():
        return href
    head, mark, rest = href.partition("?")
    query, hash_, fragment = rest.partition("#")
    encoded = "".join(c if c.isascii() else _percent(c, charset) for c in query)
    return head + mark + encoded + hash_ + fragment


def _percent(letter: str, charset: str) -> str:
    try:
        return quote(letter.encode(charset), safe="")
    except (UnicodeEncodeError, LookupError):
        return quote(f"&#{ord(letter)};", safe="")  # what browsers send for letters the charset lacks


def normalise(text: str) -> str | None:
    """An absolute http(s) address in its normal form, without fragment; None when it is not one."""
    try:
        whole: str = ada_url.normalize_url(text.strip())
    except (ValueError, UnicodeError):
        return None
    return without_user(whole.partition("#")[0]) if is_web(whole) else None


def is_web(address: str) -> bool:
    """Whether the address is http or https."""
    return address.startswith(("http://", "https://"))


@lru_cache(maxsize=1 << 12)
def authority(address: str) -> str:
    """host or host:port of a normalised address, lower case; "" when it has none."""
    return urlsplit(address).netloc.rpartition("@")[2].lower() if _splits(address) else ""


def host(address: str) -> str:
    """The bare host of a normalised address, without port; "" when it has none."""
    return (urlsplit(address).hostname or "") if _splits(address) else ""


def port(address: str) -> int:
    """The port of a normalised address, the scheme's own when none is written."""
    parts = urlsplit(address)
    return parts.port or (443 if parts.scheme == "https" else 80)


def _splits(address: str) -> bool:
    try:
        urlsplit(address)
    except ValueError:
        return False
    return True


def path(address: str) -> str:
    """The path of a normalised address, without query."""
    return urlsplit(address).path if _splits(address) else ""


def in_scope(address: str, authorities: frozenset[str]) -> bool:
    """Whether the address belongs to a site, given the site's hosts (host or host:port).

    "www." in front makes no difference; http and https of one host are one site.
    """
    return bare(authority(address)) in authorities


def bare(authority_: str) -> str:
    """A host's name with neither "www." nor a default port: what a site is told apart by."""
    return authority_.lower().removeprefix("www.").removesuffix(":80").removesuffix(":443")


def scope_of(*addresses: str) -> frozenset[str]:
    """The set of hosts that `in_scope` asks for, from addresses or bare hosts."""
    return frozenset(bare(authority(a) if "://" in a else a) for a in addresses if a)


@lru_cache(maxsize=1 << 13)
def same_page(address: str) -> str:
    """A key under which the many names of one page meet: scheme, www., session ids, trackers, index.html apart.

    For telling pages apart only; never fetched.
    """
    parts = urlsplit(_SESSION.sub("", address))
    query = "&".join(p for p in parts.query.split("&") if p and not _IDLE_PARAMETER.fullmatch(p))
    trimmed = _DEFAULT_PAGE.sub("/", parts.path) or "/"
    return f"{bare(parts.netloc)}{trimmed}{'?' + query if query else ''}"
