"""How long the judge takes for a nation: so many columns on so many sites, by every rule of the census.

`python bench/judging.py 300000`   columns, twenty-one a site (14,000 sites)
"""

from __future__ import annotations

import sys
import time
from datetime import date, timedelta
from pathlib import Path

from monitor.census import judge_column, judge_site
from monitor.config import load_pack
from monitor.model import (
    Column,
    ColumnClass,
    ColumnLook,
    Dated,
    HomeLook,
    Reach,
    Reading,
    Site,
    SiteFacts,
    Unit,
)

_TODAY = date(2026, 11, 3)
_A_SITE = 21


def main() -> int:
    """Judge them, and print what it took."""
    wanted = int(sys.argv[1]) if len(sys.argv) > 1 else 300_000
    pack = load_pack("census-2019", Path())
    classes = list(ColumnClass)
    unit = Unit(id="u", name="某局")
    started = time.process_time()
    failed = 0
    for number in range(wanted // _A_SITE):
        home = f"http://s{number}.example.gov.cn/"
        site = Site(id=f"s{number}", name="某局", url=home, unit=unit, portal=number % 10 == 0)
        columns = []
        for n in range(_A_SITE):
            klass = classes[n % len(classes)]
            day = _TODAY - timedelta(days=(number * 7 + n * 31) % 700)
            newest = Dated(day=day, text=str(day), where="list row 1", rule="iso")
            column = Column(name=f"栏目{n}", url=f"{home}{n}/", klass=klass, limit=pack.limits[klass].limit)
            look = ColumnLook(column=column, reading=Reading.READ, newest=newest)
            columns.append(judge_column(site.id, look, _TODAY))
        facts = SiteFacts(
            site=site, today=_TODAY, reach=Reach.OPEN, reason="", whole=True, columns=tuple(columns), home_url=home,
            home=HomeLook(dated=(Dated(day=_TODAY, text="", where="home row 1", rule="iso"),)),
        )  # fmt: skip
        failed += judge_site(pack, facts).result == "fail"
    took = time.process_time() - started
    sites = wanted // _A_SITE
    print(
        f"{sites * _A_SITE:,} columns of {sites:,} sites by {len(pack.rules)} rules: {took:.1f} s CPU; {failed:,} fail"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
