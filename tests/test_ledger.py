"""Every link of a site, once: where it stands, and what is told of hosts as one."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.crawl.ledger import Ledger
from monitor.links import folded
from monitor.model import Cause, Exclusion, Failure, Fetch, LinkState, Parent, Phase, Verdict

NOW = datetime(2026, 3, 20, tzinfo=UTC)


def parent(n: int = 0, text: str = "附件") -> Parent:
    return Parent(url=f"http://a.example/{n}", text=text)


def fetch(url: str, cause: Cause | None = None, status: int | None = 404) -> Fetch:
    failure = None if cause is None else Failure(cause=cause, phase=Phase.CONNECT)
    return Fetch(asked=url, url=url, status=None if cause else status, failure=failure, started_at=NOW)


def ledger(*urls: str, state: LinkState, reason: str = "said", cause: Cause | None = None) -> Ledger:
    kept = Ledger()
    for n, url in enumerate(urls):
        kept.stands(url, parent(n))
        kept.answered(url, fetch(url, cause), Verdict(state=state, reason=reason))
    return kept


def links(*names: str, host: str = "far.example") -> tuple[str, ...]:
    return tuple(f"http://{host}/{name}" for name in names)


def test_a_link_is_new_once_and_counts_each_page_once() -> None:
    kept = Ledger()
    assert kept.stands("http://b.example/", parent(1))
    assert not kept.stands("http://b.example/", parent(1))
    assert not kept.stands("http://b.example/", parent(2))
    kept.answered("http://b.example/", fetch("http://b.example/"), Verdict(state=LinkState.DEAD, reason="404"))
    (link,) = kept.not_alive()
    assert (link.reach, link.looks, link.looked_at, [p.url[-1] for p in link.found_on]) == (2, 1, NOW, ["1", "2"])


def test_a_link_that_was_not_looked_at_is_neither_alive_nor_reported() -> None:
    kept = Ledger()
    kept.stands(links("x")[0], parent())
    assert (kept.unchecked(), kept.checked(), kept.not_alive(), kept.lives(links("x")[0])) == (1, 0, (), False)


def test_the_last_look_counts() -> None:
    kept = ledger(*links("x"), state=LinkState.DEAD)
    assert kept.in_doubt() == list(links("x"))
    kept.answered(*links("x"), fetch(*links("x"), status=200), Verdict(state=LinkState.ALIVE, reason="200"))
    assert (kept.in_doubt(), kept.not_alive(), links("x")[0] in kept.alive()) == ([], (), True)


@pytest.mark.parametrize("state", [LinkState.UNVERIFIED, LinkState.SUSPICIOUS, LinkState.ALIVE])
def test_only_bad_news_that_accuse_want_a_second_look(state: LinkState) -> None:
    assert ledger(*links("x"), state=state).in_doubt() == []


def test_three_links_to_a_silent_host_are_told_as_one_with_all_their_pages() -> None:
    kept = ledger(*links("a", "b", "c"), state=LinkState.FAILING, cause=Cause.REFUSED)
    (link,) = folded(kept.not_alive())
    assert (link.url, link.state, link.reach, len(link.found_on)) == ("http://far.example/", LinkState.FAILING, 3, 3)
    assert "3 links lead there" in link.reason


def test_two_links_to_a_silent_host_are_told_each() -> None:
    assert len(folded(ledger(*links("a", "b"), state=LinkState.FAILING, cause=Cause.REFUSED).not_alive())) == 2


def test_pages_that_are_gone_are_told_each_for_their_host_answers() -> None:
    assert len(folded(ledger(*links("a", "b", "c"), state=LinkState.DEAD).not_alive())) == 3
    assert (
        len(folded(ledger(*links("a", "b", "c"), state=LinkState.FAILING).not_alive())) == 3
    )  # a 500 is the page's own


def test_hosts_are_told_apart_by_their_port() -> None:
    two = (*links("a", "b", host="far.example:81"), *links("a", "b", host="far.example:82"))
    assert len(folded(ledger(*two, state=LinkState.FAILING, cause=Cause.TIMEOUT).not_alive())) == 4


def test_a_walled_host_is_told_as_one_for_each_kind_of_wall() -> None:
    kept = ledger(*links("a", "b", "c"), state=LinkState.UNVERIFIED, reason="403 Forbidden")
    assert [(link.url, link.state) for link in folded(kept.not_alive())] == [
        ("http://far.example/", LinkState.UNVERIFIED)
    ]


def test_what_is_excluded_is_counted_by_address() -> None:
    kept = Ledger([Exclusion(prefix="http://old.example/", reason="迁移")])
    assert kept.excludes("http://old.example/x")
    assert not kept.excludes("http://new.example/")
    for _ in range(3):
        kept.leave_out("http://old.example/x")
    assert kept.left_out == 1
    assert not Ledger().excludes("http://old.example/x")


def test_a_host_of_which_anything_answers_is_not_called_silent() -> None:
    """Three slow pages of a living site are three findings: its home page must never be accused for them."""
    kept = ledger(*links("a", "b", "c"), state=LinkState.FAILING, cause=Cause.TIMEOUT)
    kept.stands(*links("alive"), parent())
    kept.answered(*links("alive"), fetch(*links("alive"), status=200), Verdict(state=LinkState.ALIVE, reason="200"))
    assert sorted(link.url for link in folded(kept.not_alive())) == sorted(links("a", "b", "c"))


def test_a_host_that_still_answers_404_is_not_called_silent() -> None:
    kept = ledger(*links("a", "b", "c"), state=LinkState.FAILING, cause=Cause.TIMEOUT)
    kept.stands(*links("gone"), parent())
    kept.answered(*links("gone"), fetch(*links("gone")), Verdict(state=LinkState.DEAD, reason="404"))
    assert len(folded(kept.not_alive())) == 4


def test_pages_that_robots_txt_forbids_are_one_line_and_do_not_speak_of_the_whole_host() -> None:
    kept = ledger(*links("a", "b", "c"), state=LinkState.UNVERIFIED, reason="disallowed by robots.txt")
    kept.stands(*links("alive"), parent())
    kept.answered(*links("alive"), fetch(*links("alive"), status=200), Verdict(state=LinkState.ALIVE, reason="200"))
    (link,) = folded(kept.not_alive())
    assert "whole host" not in link.reason
    assert "3 links" in link.reason


@given(
    st.lists(
        st.tuples(st.sampled_from(links("a", "b", "c")), st.sampled_from(("stands", "answers", "settled"))), max_size=20
    )
)
def test_every_target_is_counted_once_as_looked_at_or_not(steps: list[tuple[str, str]]) -> None:
    kept = Ledger()
    met: set[str] = set()
    judged: set[str] = set()
    dead = Verdict(state=LinkState.DEAD, reason="404")
    for url, step in steps:
        if step == "stands":
            kept.stands(url, parent())
        elif step == "answers":
            kept.answered(url, fetch(url), dead)
        else:
            kept.settle(url, dead)
        judged |= set() if step == "stands" else {url}
        met.add(url)
        assert (kept.checked(), kept.unchecked()) == (len(judged), len(met - judged))


def test_of_a_living_target_nothing_is_kept_but_that_it_lives() -> None:
    kept = Ledger()
    kept.stands("http://b.example/", parent(1))
    target = kept.target("http://b.example/")
    assert target is not None
    kept.answered(
        "http://b.example/", fetch("http://b.example/", status=200), Verdict(state=LinkState.ALIVE, reason="")
    )
    assert not kept.stands("http://b.example/", parent(2))
    assert not kept.stands_again(target, parent(3).url, parent(3))
    assert (kept.target("http://b.example/"), target.parents, kept.not_alive()) == (None, [], ())
    assert kept.lives("http://b.example/")
