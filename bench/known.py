"""What a site of very many known addresses takes: memory for each, and CPU for each page, from the first to the last.

`python bench/known.py 1000000`   pages that each lead to fifty new ones, until so many addresses are known

The site is made up as it is asked for, in the crawl's own process: only the fetcher is swapped.
"""

from __future__ import annotations

import asyncio
import resource
import sys
import time
from datetime import UTC, date, datetime
from pathlib import Path

from monitor.crawl import Progress, crawl_site
from monitor.fetch import Aim, Permission
from monitor.model import Budget, Fetch, Site, Unit

_TODAY = date(2026, 11, 3)
_NEW = 50
"""Addresses that each page is the first to lead to."""
_STEPS = 10
_TEXT = "<p>为深入贯彻落实上级有关决策部署，进一步提高工作质量和水平，现将有关事项通知如下。</p>" * 12


class MadeUp:
    """A site without end: page n leads to the fifty pages that come next in its order."""

    async def look(self, url: str, *, aim: Aim = Aim.PAGE, validators: tuple[str, str] = ("", "")) -> Fetch:
        """The page as a look at it would bring it."""
        del aim, validators
        name = url.rpartition("/")[2]
        number = int(name[7:-5]) if name.startswith("t202611_") else int(name[1:-5]) if name[:1] == "p" else 0
        if name and number == 0:
            return Fetch(asked=url, url=url, status=404, body=b"<title>404</title>404", started_at=datetime.now(UTC))
        links = "".join(
            f'<li><a href="/art/p{n}.html">关于做好第{n}号工作的通知</a></li>'
            for n in range(number * _NEW + 1, (number + 1) * _NEW + 1)
        )
        title = f"第{number}号"
        body = f"<title>{title}</title><body><h1>{title}</h1>{_TEXT}<ul>{links}</ul></body></html>"
        kind = {"content-type": "text/html; charset=utf-8"}
        return Fetch(asked=url, url=url, status=200, headers=kind, body=body.encode(), started_at=datetime.now(UTC))

    async def permits(self, url: str) -> Permission:
        """Everything is permitted."""
        del url
        return Permission(allowed=True, reason="")

    def has_ipv6(self, url: str) -> bool | None:
        """Not known."""
        del url


def _resident() -> float:
    """Megabytes that this process holds now."""
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return pages * resource.getpagesize() / 2**20


def main() -> int:
    """Crawl until so many addresses are known, and print what it took as it went."""
    known = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    pages = known // _NEW
    marks: list[tuple[int, int, float, float]] = []

    def watch(said: Progress) -> None:
        if said.pages >= (len(marks) + 1) * pages // _STEPS:
            marks.append((said.pages, said.pages + said.waiting, _resident(), time.process_time()))

    site = Site(
        id="s", name="某市", url="http://made-up.example/", unit=Unit(id="u", name="某市"),
        budget=Budget(pages=pages, depth=100, seconds=36_000.0),
    )  # fmt: skip
    start, begun = _resident(), time.process_time()
    asyncio.run(crawl_site(site, MadeUp(), today=_TODAY, now=lambda: datetime.now(UTC), gap=0.0, watch=watch))
    print(f"{'pages read':>12}{'known':>12}{'MB':>8}{'MB per 100,000':>16}{'ms CPU a page':>15}")
    before = (0, begun)
    for read, met, resident, cpu in marks:
        each = (cpu - before[1]) / (read - before[0]) * 1000
        print(f"{read:>12,}{met:>12,}{resident:>8.0f}{(resident - start) / met * 100_000:>16.2f}{each:>15.2f}")
        before = read, cpu
    return 0


if __name__ == "__main__":
    sys.exit(main())
