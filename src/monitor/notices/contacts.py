"""Whom a notice goes to: the unit's contacts, and whoever stands in for them. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from monitor.model import Unit


def contacts(unit: Unit, units: Mapping[str, Unit], bad: Collection[str] = ()) -> tuple[str, ...]:
    """The unit's contacts that mail reaches; where there is none, those of the unit that it lies within, and so on.

    `bad`: addresses that a server has refused for good. Empty when nobody is left: then the office must see to it.
    """
    for tier in unit.upwards(units):
        if reached := tuple(dict.fromkeys(address for address in tier.contacts if address not in bad)):
            return reached
    return ()


def superiors(unit: Unit, units: Mapping[str, Unit], bad: Collection[str] = ()) -> tuple[str, ...]:
    """The contacts of the next tier above a unit, to whom it escalates; empty when there is none but the office."""
    above = units.get(unit.within)
    return () if above is None else contacts(above, units, bad)
