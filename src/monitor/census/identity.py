"""What a site shows of itself, held against what it must show. Pure; what a crawler cannot tell is unknown."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable
from datetime import date

from monitor import urls
from monitor.model import SITE_TAGS, Identity, IdentityCheck, IdentityRules, Presence, Sign, Site, TagCount, TlsFault

_PRESENT, _MISSING, _UNKNOWN = Presence.PRESENT, Presence.MISSING, Presence.UNKNOWN
_CONTRADICTION = Presence.CONTRADICTION


def check_identity(
    identity: Identity,
    site: Site,
    rules: IdentityRules,
    *,
    today: date,
    certificate_ends: date | None = None,
    tls_fault: TlsFault | None = None,
    portal: str | None = None,
) -> tuple[IdentityCheck, ...]:
    """Every check of a site whose home page was read, in the order of the official list.

    `portal`: the host of the portal of the site's government; the site's own host where it is one itself, None where
    that is not known. Certificate and fault are those of the look at the home page.
    """
    return (
        check_domain(site, identity, rules),
        check_domain_form(site, identity, rules, portal),
        _foot("badge", identity.badge, identity, pictured=True),
        check_code(identity, site, rules),
        check_icp(identity, rules),
        _foot("police", identity.police, identity, pictured=True),
        check_organiser(identity),
        _foot("contact", identity.contact, identity),
        check_error_entry(identity, site),
        _foot("site map", identity.site_map, identity),
        check_search(identity),
        *check_site_tags(identity, site),
        check_page_tags("list tags", identity.lists),
        check_page_tags("article tags", identity.articles),
        check_certificate(site, certificate_ends, tls_fault, today, rules.certificate_days),
        check_load(identity, rules.load_seconds),
        check_ipv6(identity),
    )


def _check(name: str, state: Presence, evidence: str) -> IdentityCheck:
    return IdentityCheck(name=name, state=state, evidence=evidence)


def _foot(name: str, sign: Sign, identity: Identity, *, pictured: bool = False) -> IdentityCheck:
    """A mark of the foot of the page. `pictured`: it may stand there as an image."""
    if sign.evidence:
        told = sign.evidence if sign.sure else f"may be it, a person must look: {sign.evidence}"
        return _check(name, _PRESENT if sign.sure else _UNKNOWN, told)
    doubt = _doubt(identity)
    if not doubt and pictured and identity.wordless_images:
        doubt = f"{identity.wordless_images} images without words at the foot of the page may show it"
    return _check(name, _UNKNOWN, doubt) if doubt else _check(name, _MISSING, f"not found on {identity.url}")


def _doubt(identity: Identity) -> str:
    """Why what was not found may be there for all that; "" where nothing speaks for it."""
    if identity.in_part:
        return "the page was read in part only"
    if identity.script_footer:
        return f"a script may put it there: {identity.script_footer}"
    return ""


def check_code(identity: Identity, site: Site, rules: IdentityRules) -> IdentityCheck:
    """The site code: its form, and whether it is the one that sites.yaml has."""
    found = _foot("site code", identity.site_code, identity)
    code = identity.site_code.value
    if found.state is not _PRESENT or not code:
        return found
    if site.code and not _same(code, site.code):
        return _check("site code", _CONTRADICTION, f"the page says {code}, sites.yaml {site.code}")
    if not any(re.fullmatch(form, code, re.IGNORECASE) for form in rules.code_forms):
        return _check("site code", _UNKNOWN, f"{code} is of no known form")
    return found


def check_icp(identity: Identity, rules: IdentityRules) -> IdentityCheck:
    """The registration number of the ministry, and its form."""
    found = _foot("icp", identity.icp, identity)
    if found.state is _PRESENT and not re.fullmatch(rules.icp_form, identity.icp.value, re.IGNORECASE):
        return _check("icp", _UNKNOWN, f"of no known form: {identity.icp.evidence}")
    return found


def check_organiser(identity: Identity) -> IdentityCheck:
    """Who runs the site; a copyright line alone leaves it to a person."""
    found = _foot("organiser", identity.organiser, identity)
    if found.state is _MISSING and identity.owner.evidence:
        return _check("organiser", _UNKNOWN, f"only a copyright line: {identity.owner.evidence}")
    return found


def check_error_entry(identity: Identity, site: Site) -> IdentityCheck:
    """The entry of the error reports, and whether it hands over the site's own code."""
    found = _foot("error entry", identity.error_entry, identity, pictured=True)
    told = identity.error_entry.value
    own = site.code or (identity.site_code.value if identity.site_code.sure else "")
    if found.state is _PRESENT and told and own and not _same(told, own):
        return _check("error entry", _CONTRADICTION, f"reports go to the site code {told}; the site's own is {own}")
    return found


def check_search(identity: Identity) -> IdentityCheck:
    """The box to search the site by; one that a script may put there is unknown."""
    found = _foot("search", identity.search, identity)
    if found.state is _MISSING and identity.script_header:
        return _check("search", _UNKNOWN, f"a script may put it there: {identity.script_header}")
    return found


def check_site_tags(identity: Identity, site: Site) -> tuple[IdentityCheck, ...]:
    """SiteName, SiteDomain and SiteIDCode of the home page: there, and about this site."""
    return tuple(_site_tag(name, identity, site) for name in SITE_TAGS)


def _site_tag(name: str, identity: Identity, site: Site) -> IdentityCheck:
    value = identity.tags.get(name, "")
    if not value and identity.in_part:
        return _check(name, _UNKNOWN, "the page was read in part only")
    if not value:
        said = "without a value" if name in identity.empty_tags else "not found"
        return _check(name, _MISSING, f"{said} on {identity.url}")
    if name == "SiteName":
        return _name_tag(value, site)
    return _domain_tag(value, identity, site) if name == "SiteDomain" else _code_tag(value, identity, site)


def _name_tag(value: str, site: Site) -> IdentityCheck:
    said, known = ("".join(re.findall(r"\w", name)) for name in (value, site.name))
    if said and known and (said in known or known in said):
        return _check("SiteName", _PRESENT, value)
    return _check("SiteName", _UNKNOWN, f"the page says {value}, sites.yaml {site.name}")


def _domain_tag(value: str, identity: Identity, site: Site) -> IdentityCheck:
    written = value.strip().rstrip("/")
    address = urls.normalise(written if "://" in written else f"http://{written}/")
    if address is None or " " in written:
        return _check("SiteDomain", _UNKNOWN, f"no domain: {value}")
    own = {_domain(host) for host in (urls.host(site.url), urls.host(identity.url), *site.hosts)}
    if _domain(urls.host(address)) in own:
        return _check("SiteDomain", _PRESENT, value)
    return _check("SiteDomain", _CONTRADICTION, f"the page says {value}, its address is {urls.host(identity.url)}")


def _domain(host: str) -> str:
    return host.lower().partition(":")[0].rstrip(".").removeprefix("www.")


def _code_tag(value: str, identity: Identity, site: Site) -> IdentityCheck:
    shown = identity.site_code.value if identity.site_code.sure else ""
    if shown and not _same(value, shown):
        return _check("SiteIDCode", _CONTRADICTION, f"the tag says {value}, the foot of the page {shown}")
    if site.code and not _same(value, site.code):
        return _check("SiteIDCode", _CONTRADICTION, f"the tag says {value}, sites.yaml {site.code}")
    return _check("SiteIDCode", _PRESENT, value)


def _same(one: str, other: str) -> bool:
    return one.strip().lower() == other.strip().lower()


def check_page_tags(name: str, count: TagCount) -> IdentityCheck:
    """Whether the pages of one kind carry their tags; pages that were not due are not among them."""
    if not count.pages:
        return _check(name, _UNKNOWN, "no such page was looked at")
    if not count.lacking:
        return _check(name, _PRESENT, f"{count.pages} pages looked at")
    url, absent = count.examples[0] if count.examples else ("", ())
    example = f", for one {url}: {', '.join(absent)}" if url else ""
    return _check(name, _MISSING, f"{count.lacking} of {count.pages} pages lack some{example}")


def check_domain(site: Site, identity: Identity, rules: IdentityRules) -> IdentityCheck:
    """Whether the site has a name, and one under the domain of governments."""
    hosts = [urls.host(url).rstrip(".") for url in (site.url, identity.url)]
    names = [host for host in hosts if _address(host) is None]
    if not names:
        address = _address(hosts[0])
        if address is None or not address.is_global:
            return _check("domain", _UNKNOWN, f"listed by {hosts[0]}, an address of an inner network")
        return _check("domain", _CONTRADICTION, f"listed by its address {hosts[0]} only, without a name")
    good = next((host for host in names if _ends(host, rules.suffixes)), None)
    if good is not None:
        return _check("domain", _PRESENT, good)
    if any(_ends(host, rules.other_suffixes) or "." not in host for host in names):
        return _check("domain", _UNKNOWN, f"a person must look: {names[0]}")
    return _check("domain", _CONTRADICTION, f"{names[0]} does not end with {' or '.join(rules.suffixes)}")


def _ends(host: str, suffixes: Iterable[str]) -> bool:
    return any(host.endswith(suffix) and host != suffix.lstrip(".") for suffix in suffixes)


def _address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return None


def check_domain_form(site: Site, identity: Identity, rules: IdentityRules, portal: str | None) -> IdentityCheck:
    """A portal is called www.□□□.gov.cn, a department's site ○○○.□□□.gov.cn under its portal."""
    hosts = [host for host in (urls.host(site.url), urls.host(identity.url)) if _address(host) is None and "." in host]
    if portal is None or not hosts:
        return _check("domain form", _UNKNOWN, "no name to judge" if not hosts else "the site's portal is not known")
    above = _domain(portal)
    if _domain(hosts[0]) == above:
        good = next((host for host in hosts if re.fullmatch(rules.portal_form, host, re.IGNORECASE)), None)
        return _check("domain form", _PRESENT if good else _CONTRADICTION, good or f"{hosts[-1]} is no portal's name")
    under = next((host for host in hosts if host.endswith(f".{above}")), None)
    said = under or f"{hosts[-1]} is not under {above}, the portal's domain"
    return _check("domain form", _PRESENT if under else _CONTRADICTION, said)


def days_left(ends: date | None, today: date) -> int | None:
    """Days until a certificate ends, below 0 when it has; None when its end is not known."""
    return None if ends is None else (ends - today).days


def check_certificate(
    site: Site, ends: date | None, fault: TlsFault | None, today: date, warn_days: int
) -> IdentityCheck:
    """The certificate of the home page; one that ends soon is for a person."""
    left = days_left(ends, today)
    if left is not None and left < 0:
        return _check("certificate", _CONTRADICTION, f"ended on {ends}, {-left} days ago")
    if fault is not None:
        return _check("certificate", _CONTRADICTION, fault.value)
    if left is None:
        plain = site.url.startswith("http://")
        said = "served without a certificate at its listed address" if plain else "its end is not known"
        return _check("certificate", _UNKNOWN, said)
    return _check("certificate", _UNKNOWN if left <= warn_days else _PRESENT, f"ends on {ends}, in {left} days")


def check_load(identity: Identity, most: float) -> IdentityCheck:
    """The load time: the page alone can show that it is too slow, not that it is fast enough."""
    if identity.seconds is None:
        return _check("load time", _UNKNOWN, "not measured")
    took = f"{identity.seconds:.1f} s for the page alone, without images and scripts"
    return _check("load time", _CONTRADICTION if identity.seconds > most else _UNKNOWN, took)


def check_ipv6(identity: Identity) -> IdentityCheck:
    """Whether the name service gives the site's host an IPv6 address."""
    host = urls.host(identity.url)
    if identity.ipv6 is None:
        return _check("ipv6", _UNKNOWN, f"the name service that was asked did not tell for {host}")
    said = "an IPv6 address" if identity.ipv6 else "no IPv6 address"
    return _check("ipv6", _PRESENT if identity.ipv6 else _MISSING, f"the name service has {said} for {host}")
