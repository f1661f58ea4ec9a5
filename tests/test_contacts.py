"""Whom a unit's notices go to, and who stands in when mail does not reach them."""

from __future__ import annotations

from monitor.model import Unit
from monitor.notices import contacts, superiors

CITY = Unit(id="city", name="市", contacts=("city@a.example",))
COUNTY = Unit(id="county", name="县", contacts=(), within="city")
WATER = Unit(id="water", name="水务局", contacts=("one@a.example", "two@a.example"), within="county")
UNITS = {unit.id: unit for unit in (CITY, COUNTY, WATER)}


def test_all_contacts_of_a_unit_hear_of_it() -> None:
    assert contacts(WATER, UNITS) == ("one@a.example", "two@a.example")


def test_the_others_are_told_where_one_is_refused() -> None:
    assert contacts(WATER, UNITS, {"one@a.example"}) == ("two@a.example",)


def test_where_nobody_is_reached_the_next_tier_that_has_somebody_is() -> None:
    assert contacts(WATER, UNITS, {"one@a.example", "two@a.example"}) == ("city@a.example",)
    assert contacts(WATER, UNITS, {*WATER.contacts, *CITY.contacts}) == ()


def test_it_escalates_to_the_tier_above_that_has_somebody() -> None:
    assert superiors(WATER, UNITS) == ("city@a.example",)
    assert superiors(CITY, UNITS) == ()


def test_units_that_lie_within_each_other_end() -> None:
    one, other = Unit(id="a", name="a", within="b"), Unit(id="b", name="b", within="a")
    assert contacts(one, {"a": one, "b": other}) == ()
