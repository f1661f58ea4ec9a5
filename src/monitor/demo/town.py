"""The whole city: every portal, pressed for one day."""

from __future__ import annotations

from datetime import date

from monitor.demo import bureaus, capital, departments, offices
from monitor.demo.plan import City
from monitor.demo.press import press

_BUILT = (
    departments.water,
    departments.industry,
    departments.finance,
    departments.farming,
    departments.culture,
    departments.education,
    offices.market,
    offices.civil,
    offices.statistics,
    offices.police,
    offices.health,
    bureaus.land,
    bureaus.housing,
    bureaus.justice,
    bureaus.labour,
)


def city(today: date) -> City:
    """The made-up city 示例市 as it stands on a day: pure, and the same on every call."""
    departments = (*(build(today) for build in _BUILT), *capital.asleep(today))
    drafts = (capital.portal(today, departments), *departments, *capital.outsiders(today))
    return City(name="示例市", today=today, portals=tuple(press(draft) for draft in drafts))
