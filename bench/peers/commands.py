"""How each tool is called for a portal: as fast as it can be told to be, without manners, with as many connections.

lychee does not follow links: it is given the address of every page, and its 20 requests a second and host are lifted.
LinkChecker asks three pages a second of a server that does not say `LinkChecker` in its head: ours does. As root it
becomes another user, so its folder must be readable for all. None of them tries again or asks for robots.txt where it
can be told not to.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from peers import answers

_SECONDS = 30

_SPIDER = """
import scrapy
from scrapy.linkextractors import LinkExtractor
from scrapy.spiders import CrawlSpider, Rule


class Portal(CrawlSpider):
    name = "portal"
    start_urls = open("starts.txt").read().split()
    allowed_domains = [url.split("/")[2].split(":")[0] for url in start_urls]
    rules = [Rule(LinkExtractor(deny_extensions=[]), callback="seen", follow=True)]
    custom_settings = {"ROBOTSTXT_OBEY": False, "HTTPERROR_ALLOW_ALL": True, "RETRY_ENABLED": False,
                       "DOWNLOAD_DELAY": 0, "CONCURRENT_REQUESTS": NUMBER, "CONCURRENT_REQUESTS_PER_DOMAIN": NUMBER,
                       "TELNETCONSOLE_ENABLED": False, "COOKIES_ENABLED": False, "LOG_LEVEL": "ERROR"}

    def seen(self, response):
        if response.status >= 400:
            yield {"url": response.url, "ok": False}
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Errand:
    """What a tool is to do."""

    starts: tuple[str, ...]
    """Home pages."""
    pages: tuple[str, ...]
    """Every page, for tools that do not follow links."""
    connections: int
    folder: Path
    """Empty, for whatever it writes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Peer:
    """A tool: its program, its command line, how to read what it said."""

    name: str
    command: Callable[[str, Errand], list[str]]
    read: Callable[[str, Path], answers.Verdicts]


def _lychee(program: str, errand: Errand) -> list[str]:
    (errand.folder / "pages.txt").write_text("\n".join(errand.pages))
    number = str(errand.connections)
    return [
        *(program, "--format", "json", "--no-progress", "--max-retries", "0", "--timeout", str(_SECONDS)),
        *("--max-concurrency", number, "--host-concurrency", number, "--host-request-interval", "0ms"),
        *("--files-from", "pages.txt"),
    ]


def _linkchecker(program: str, errand: Errand) -> list[str]:
    settings = f"[checking]\nthreads={errand.connections}\ntimeout={_SECONDS}\nmaxrequestspersecond=100000\n"
    (errand.folder / "settings").write_text(settings)
    return [program, "-f", "settings", "--no-robots", "--no-status", "--no-warnings", "-o", "csv", *errand.starts]


def _linkinator(program: str, errand: Errand) -> list[str]:
    number = ("--concurrency", str(errand.connections), "--timeout", str(_SECONDS * 1000))
    return [program, *errand.starts, "--recurse", "--format", "json", *number]


def _scrapy(program: str, errand: Errand) -> list[str]:
    (errand.folder / "starts.txt").write_text("\n".join(errand.starts))
    (errand.folder / "spider.py").write_text(_SPIDER.replace("NUMBER", str(errand.connections)))
    return [program, "runspider", "spider.py", "-o", "seen.jsonl"]


def _wget(program: str, errand: Errand) -> list[str]:
    """One connection a site, which is all it has; as many sites at a time as there are connections."""
    (errand.folder / "starts.txt").write_text("\n".join(errand.starts))
    options = f"--spider -r -l inf -nv -e robots=off --tries=1 --timeout={_SECONDS}"
    line = f'exec {program} {options} -P "$$" -o "$$.log" "$0" || true'
    return ["xargs", "-a", "starts.txt", "-P", str(errand.connections), "-n", "1", "sh", "-c", line]


PEERS = (
    Peer(name="lychee", command=_lychee, read=answers.lychee),
    Peer(name="wget", command=_wget, read=answers.wget),
    Peer(name="scrapy", command=_scrapy, read=answers.scrapy),
    Peer(name="linkchecker", command=_linkchecker, read=answers.linkchecker),
    Peer(name="linkinator", command=_linkinator, read=answers.linkinator),
)
