"""Tables and properties of the link verdicts: one, exactly on the border, and beside."""

from __future__ import annotations

import pytest

from monitor import links
from monitor.model import Fetch, LinkState

PAGE = "http://www.example.gov.cn/zwgk/202011/t1.html"


def look(status: int | None = 200, *, url: str = PAGE, final: str = "", body: bytes = b"x", **more: object) -> Fetch:
    return Fetch(asked=url, url=final or url, status=status, body=body, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("status", "state"),
    [
        (200, LinkState.ALIVE),
        (203, LinkState.ALIVE),
        (204, LinkState.UNVERIFIED),
        (206, LinkState.ALIVE),
        (304, LinkState.ALIVE),
        (400, LinkState.FAILING),
        (401, LinkState.UNVERIFIED),
        (403, LinkState.UNVERIFIED),
        (404, LinkState.DEAD),
        (407, LinkState.UNVERIFIED),
        (409, LinkState.FAILING),
        (410, LinkState.DEAD),
        (412, LinkState.UNVERIFIED),
        (429, LinkState.UNVERIFIED),
        (500, LinkState.FAILING),
        (503, LinkState.FAILING),
        (521, LinkState.UNVERIFIED),
        (599, LinkState.FAILING),
        (600, LinkState.UNVERIFIED),
        (0, LinkState.UNVERIFIED),
        (999, LinkState.UNVERIFIED),
    ],
)
def test_state_of_each_status(status: int, state: LinkState) -> None:
    assert links.verdict(look(status)).state is state
