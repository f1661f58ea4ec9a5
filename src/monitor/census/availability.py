"""Whether a site's home page opens: a week of probes against the rule."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from fractions import Fraction

from monitor.model import Availability, Downtime, Probe, ProbeDay, Reachability


@dataclass(frozen=True, slots=True, kw_only=True)
class Yardstick:
    """The numbers of the rule; where they come from is the rule's own affair."""

    days: int
    """So many whole days are looked back upon."""
    per_day: int
    """Fewer looks on any of them, and nothing can be said."""
    seconds: float
    """A page that took this long or longer was not open."""
    share: Fraction
    """Of the looks; as many failures or more, and the site is not reachable. Write 5 % as Fraction(5, 100)."""
    warn: Fraction
    """The same for an early warning."""
    apart: timedelta
    """A look that began sooner after the one before does not count."""


def judge_week(
    site: str, probes: Iterable[Probe], downtimes: Sequence[Downtime], today: date, zone: tzinfo, rule: Yardstick
) -> Availability:
    """How a site stood in the whole days before `today`, by the calendar of `zone`; today itself is not over yet.

    Census 2015 (国办发〔2015〕15号), veto 1: 「监测1周,每天间隔性访问20次以上,超过(含)15秒网站仍打不开的次数比例
    累计超过(含)5%」. Limits are inclusive and compared in whole numbers. A day with too few looks makes the week
    unknown, never passed. Doubtful looks accuse nobody: where only they could tip the scales, that is unknown, too.
    """
    week = [today - timedelta(days=back) for back in range(rule.days, 0, -1)]
    looks: dict[date, list[tuple[str, Probe]]] = {day: [] for day in week}
    for sort, probe in _sorted_out(site, probes, downtimes, rule):
        day = probe.at.astimezone(zone).date()
        if day in looks:
            looks[day].append((sort, probe))
    days = tuple(_day(day, [sort for sort, _ in looks[day]], rule.per_day) for day in week)
    failed = [probe for day in week for sort, probe in looks[day] if sort == _FAILED]
    doubted = [probe for day in week for sort, probe in looks[day] if sort == _DOUBTED]
    count = sum(day.probes for day in days)
    standing, why = _standing(days, count, len(failed), len(doubted), rule)
    return Availability(
        site=site,
        standing=standing,
        why=why,
        days=days,
        probes=count,
        failures=len(failed),
        doubtful=len(doubted),
        left=max(0, _fewest(rule.share, count) - len(failed)),
        first_failure=failed[0] if failed else None,
        last_failure=failed[-1] if failed else None,
        causes=_causes(failed, rule.seconds),
        doubts=_causes(doubted, rule.seconds),
    )


_OPEN, _FAILED, _DOUBTED, _EXCUSED, _CROWDED = "open", "failed", "doubted", "excused", "crowded"


def _sorted_out(
    site: str, probes: Iterable[Probe], downtimes: Sequence[Downtime], rule: Yardstick
) -> Iterable[tuple[str, Probe]]:
    """Each look in the order of time, and what it counts as."""
    last: datetime | None = None
    for probe in sorted((one for one in probes if one.site == site), key=lambda one: one.at):
        if last is not None and probe.at - last < rule.apart:
            yield _CROWDED, probe
            continue
        last = probe.at
        if any(downtime.start <= probe.at < downtime.end for downtime in downtimes):
            yield _EXCUSED, probe
        elif probe.doubtful:
            yield _DOUBTED, probe
        else:
            yield (_FAILED if _fails(probe, rule.seconds) else _OPEN), probe


def _fails(probe: Probe, seconds: float) -> bool:
    return not probe.open or (probe.seconds is not None and probe.seconds >= seconds)


def _day(day: date, sorts: list[str], per_day: int) -> ProbeDay:
    found = Counter(sorts)
    counted = found[_OPEN] + found[_FAILED] + found[_DOUBTED]
    return ProbeDay(
        day=day,
        probes=counted,
        failures=found[_FAILED],
        doubtful=found[_DOUBTED],
        excused=found[_EXCUSED],
        crowded=found[_CROWDED],
        enough=counted + found[_EXCUSED] >= per_day,
    )


def _standing(
    days: tuple[ProbeDay, ...], probes: int, failures: int, doubtful: int, rule: Yardstick
) -> tuple[Reachability, str]:
    thin = [day for day in days if not day.enough]
    if thin:
        told = ", ".join(f"{day.day} ({day.probes + day.excused})" for day in thin)
        return Reachability.UNKNOWN, f"fewer than {rule.per_day} looks a day on {told}"
    if not probes:
        return Reachability.UNKNOWN, "every look lies in a registered downtime"
    if failures >= _fewest(rule.share, probes):
        return Reachability.BREACHED, ""
    at_worst = failures + doubtful
    if at_worst >= _fewest(rule.share, probes):
        return Reachability.UNKNOWN, f"{doubtful} of {probes} looks met what only a person can judge"
    return (Reachability.WARNED if at_worst >= _fewest(rule.warn, probes) else Reachability.PASSED), ""


def _fewest(share: Fraction, probes: int) -> int:
    """The smallest number of failures that is at least this share of the probes; one at least."""
    return max(1, -(-share.numerator * probes // share.denominator))


def _causes(probes: list[Probe], seconds: float) -> tuple[tuple[str, int], ...]:
    said = Counter(f"open only after {seconds:g} s or more" if probe.open else probe.reason for probe in probes)
    return tuple(sorted(said.items(), key=lambda one: (-one[1], one[0])))
