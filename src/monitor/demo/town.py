"""The whole city: every portal, as it stands on a day, pressed."""

from __future__ import annotations

from datetime import date

from monitor.demo import bureaus, capital, departments, offices
from monitor.demo.living import stand
from monitor.demo.plan import City
from monitor.demo.press import press
from monitor.demo.story import STORY, Deed

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


def city(today: date, built: date | None = None, story: tuple[Deed, ...] = STORY) -> City:
    """The made-up city 示例市 as it stands on a day: pure, and the same on every call.

    `built`: the day on which it was built, `today` itself where None; from the day after it lives, by its `story`.
    """
    built = built or today
    assert built <= today, f"built on {built}, there is no {today} of it"
    departments = (*(build(built) for build in _BUILT), *capital.asleep(built))
    drafts = (capital.portal(built, departments), *departments, *capital.outsiders(built))
    if today > built:
        drafts = stand(drafts, built, today, story)
    return City(name="示例市", today=today, built=built, portals=tuple(press(draft) for draft in drafts))
