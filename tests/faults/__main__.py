"""`python -m faults --serve | --list | --check [--json] [NAME …]`."""

from __future__ import annotations

import argparse
import asyncio
import json
import resource
import sys

from faults.case import Case
from faults.check import fits, look_at_all
from faults.house import House
from faults.table import CASES
from monitor.fetch import Aim


async def _serve() -> None:
    async with House(CASES) as house:
        table = [
            {"name": c.name, "group": c.group, "url": house.address(c), "truth": c.truth.value,
             "expected": sorted(c.expected)} for c in CASES
        ]  # fmt: skip
        listing = {"doors": house.doors, "ca_file": str(house.papers.ca_file), "cases": table}
        sys.stdout.write(json.dumps(listing, ensure_ascii=False) + "\n")
        sys.stdout.flush()
        await asyncio.Event().wait()


def _open_many() -> None:
    """Both ends of every connection are ours: raise the limit on open files as far as the system lets us."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 8192 if hard == resource.RLIM_INFINITY else min(8192, hard)
    if soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def _list(cases: tuple[Case, ...]) -> None:
    for c in cases:
        sys.stdout.write(f"{c.group:9} {c.name:32} {c.truth.value:42} {', '.join(sorted(c.expected))}\n")
    sys.stdout.write(f"{len(cases)} cases\n")


def _check(cases: tuple[Case, ...], aim: Aim, deadline: float, as_json: bool) -> int:
    found = asyncio.run(look_at_all(cases, deadline, aim))
    if as_json:
        sys.stdout.write(json.dumps(found.plain(), ensure_ascii=False) + "\n")
        return 0
    wrong = 0
    for c in cases:
        outcome = found.outcomes[c.name]
        why = fits(c, outcome)
        wrong += bool(why)
        if why or len(cases) < 20:
            sys.stdout.write(
                f"{c.group}/{c.name}: {why or f'{outcome.state} ({outcome.reason})'} [{outcome.seconds} s]\n"
            )
    sys.stdout.write(
        f"{len(cases)} cases, {wrong} wrong, {found.seconds} s, {found.megabytes} MB, "
        f"{found.forbidden_hits} forbidden hits\n"
    )
    return 1 if wrong else 0


def main() -> int:
    parser = argparse.ArgumentParser(prog="faults", description="A server that misbehaves by table.")
    parser.add_argument("--serve", action="store_true", help="keep it up; prints addresses as one JSON object")
    parser.add_argument("--list", action="store_true", help="print the table")
    parser.add_argument("--check", action="store_true", help="look at every case and compare")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--page", action="store_true", help="look as at a page, not as at a link")
    parser.add_argument("--deadline", type=float, default=3.0)
    parser.add_argument("names", nargs="*")
    options = parser.parse_args()
    cases = tuple(c for c in CASES if not options.names or c.name in options.names or c.group in options.names)
    _open_many()
    if options.serve:
        try:
            asyncio.run(_serve())
        except KeyboardInterrupt:
            return 0
    if options.list:
        _list(cases)
    if options.check:
        return _check(cases, Aim.PAGE if options.page else Aim.LINK, options.deadline, options.json)
    return 0


if __name__ == "__main__":
    sys.exit(main())
