"""The outbox in a file and in a database: who may send what, what a death leaves, and what nobody need read any more."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from monitor.model import Outcome, Outgoing, Posted, Trouble, TroubleKind
from monitor.store import Queued, Store, opened

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
LEASE = timedelta(minutes=10)
CLERK, HEAD = "clerk@a.example", "head@a.example"


@pytest.fixture
def store(where: Path | str) -> Iterator[Store]:
    with opened(where) as made:
        yield made


def mail(
    name: str, to: str = CLERK, kind: str = "report", about: tuple[str, ...] = (), channel: str = "mail"
) -> Queued:
    out = Outgoing(id=f"{name}>{to}", channel=channel, sender="m@a.example", recipient=to, content=name.encode())
    return Queued(outgoing=out, dedupe_key=f"{name}/{to}", kind=kind, unit="water", about=about)


def notice(number: str, to: str = CLERK) -> Queued:
    return mail(f"notice {number}", to, "notice", (number,))


def follow_up(name: str, *about: str, to: str = CLERK) -> Queued:
    return mail(name, to, "follow-up", about)


def names(ids: tuple[str, ...]) -> list[str]:
    return [id_.partition(">")[0] for id_ in ids]


def claim(store: Store, who: str = "me", now: datetime = NOON, most: int = 99) -> list[str]:
    return names(store.mail_claim(who, now, LEASE, most))


def hand_over(store: Store, name: str, state: Posted, now: datetime = NOON, to: str = CLERK, who: str = "me") -> None:
    id_ = f"{name}>{to}"
    assert id_ in store.mail_claim(who, now, LEASE, 99)
    assert store.mail_begin(id_, who, now, LEASE) is not None
    store.mail_answered(Outcome(id=id_, recipient=to, state=state, reason="said so"), who, now)
    store.mail_release(who)


def state(store: Store, name: str, to: str = CLERK) -> str:
    every = store.mail_kept("queued", "sending", "sent", "refused", "given up", "superseded")
    return next(one.state for one in every if one.id == f"{name}>{to}")


def troubles(store: Store) -> list[tuple[TroubleKind, str]]:
    return [(one.kind, one.address) for one in store.troubles()]


# --- claims ---------------------------------------------------------------------------------


def test_a_mail_is_claimed_by_one_until_its_lease_is_over(store: Store) -> None:
    store.queue([mail("a")], NOON)
    assert claim(store, "me") == ["a"]
    assert claim(store, "you") == []
    assert claim(store, "you", NOON + LEASE) == ["a"]
    assert store.mail_begin(f"a>{CLERK}", "me", NOON + LEASE, LEASE) is None
    assert store.mail_begin(f"a>{CLERK}", "you", NOON + LEASE, LEASE) == mail("a").outgoing


def test_what_was_claimed_and_not_begun_is_given_back_without_a_mark(store: Store) -> None:
    store.queue([mail("a")], NOON)
    claim(store)
    store.mail_release("me")
    assert claim(store, "you") == ["a"]
    (kept,) = store.mail_kept("queued")
    assert (kept.tries, kept.uncertain) == (0, 0)


def test_senders_at_once_never_hold_the_same_mail(where: Path | str) -> None:
    with opened(where) as store:
        store.queue([mail(f"{number:03}") for number in range(120)], NOON)

    def send(who: str) -> list[str]:
        mine: list[str] = []
        with opened(where) as store:
            while some := store.mail_claim(who, NOON, LEASE, 7):
                for id_ in some:
                    assert store.mail_begin(id_, who, NOON, LEASE) is not None
                    store.mail_answered(Outcome(id=id_, recipient=CLERK, state=Posted.SENT, reason=""), who, NOON)
                    mine.append(id_)
        return mine

    with ThreadPoolExecutor(3) as pool:
        held = list(pool.map(send, ("one", "two", "three")))
    assert sorted(id_ for mine in held for id_ in mine) == [f"{number:03}>{CLERK}" for number in range(120)]


def test_mails_go_in_order_the_offices_own_first_then_notices_the_oldest_first(store: Store) -> None:
    store.queue([follow_up("reminder", "1号")], NOON - timedelta(hours=9))
    store.queue([notice("3号", HEAD)], NOON - timedelta(hours=1))
    store.queue([notice("2号", HEAD)], NOON - timedelta(hours=2))
    store.queue([mail("digest"), mail("word", kind="operator")], NOON)
    assert claim(store, most=2) == ["word", "digest"]
    assert claim(store, most=2) == ["notice 2号", "notice 3号"]
    assert claim(store) == ["reminder"]


def test_nobody_hears_how_a_notice_goes_on_before_the_notice(store: Store) -> None:
    store.queue([notice("1号"), follow_up("reminder", "1号", "2号"), follow_up("reminder", "1号", to=HEAD)], NOON)
    assert claim(store) == ["notice 1号", "reminder"]  # the head's, who gets no notice
    store.mail_release("me")
    hand_over(store, "notice 1号", Posted.RETRY)
    assert state(store, "reminder") == "queued"
    assert claim(store, now=NOON + timedelta(minutes=1), most=1) == ["reminder"]
    store.mail_release("me")
    hand_over(store, "notice 1号", Posted.SENT, NOON + timedelta(hours=1))
    assert claim(store, now=NOON + timedelta(hours=1)) == ["reminder", "reminder"]


def test_other_channels_are_claimed_by_their_own_senders(store: Store) -> None:
    store.queue([mail("a"), mail("b", channel="robot")], NOON)
    assert claim(store) == ["a"]
    assert names(store.mail_claim("me", NOON, LEASE, 9, "robot")) == ["b"]


# --- deaths ---------------------------------------------------------------------------------


def test_a_sender_that_dies_leaves_one_mail_in_doubt_and_the_others_as_they_were(store: Store) -> None:
    store.queue([mail("a"), mail("b")], NOON)
    claim(store, "dead")
    store.mail_begin(f"a>{CLERK}", "dead", NOON, LEASE)
    assert store.mail_next() == NOON + LEASE
    assert claim(store, "me", NOON + LEASE - timedelta(seconds=1)) == []
    assert claim(store, "me", NOON + LEASE) == ["b"]
    later = NOON + LEASE + timedelta(minutes=2)
    assert claim(store, "me", later) == ["a"]
    assert [(one.uncertain, one.tries) for one in store.mail_kept("queued")] == [(1, 1), (0, 0)]


def test_a_mail_on_which_two_senders_died_is_given_up_and_told(store: Store) -> None:
    store.queue([notice("1号")], NOON)
    now = NOON
    for who in ("one", "two"):
        assert claim(store, who, now) == ["notice 1号"]
        store.mail_begin(f"notice 1号>{CLERK}", who, now, LEASE)
        now += timedelta(hours=1)
        claim(store, "nobody", now)
        now += timedelta(hours=1)
    assert store.mail_counts() == {"given up": 1}
    (trouble,) = store.troubles()
    assert (trouble.kind, trouble.address, trouble.about) == (TroubleKind.GIVEN_UP, CLERK, ("1号",))


def test_an_answer_that_comes_after_the_lease_counts_only_when_the_mail_was_taken(store: Store) -> None:
    store.queue([mail("a"), mail("b")], NOON)
    claim(store, "slow")
    for name in ("a", "b"):
        store.mail_begin(f"{name}>{CLERK}", "slow", NOON, LEASE)
    claim(store, "quick", NOON + LEASE)
    for name, said in (("a", Posted.SENT), ("b", Posted.BAD_ADDRESS)):
        outcome = Outcome(id=f"{name}>{CLERK}", recipient=CLERK, state=said, reason="")
        store.mail_answered(outcome, "slow", NOON + LEASE)
    assert (state(store, "a"), state(store, "b")) == ("sent", "queued")
    assert store.bad_addresses() == ()


def test_what_an_earlier_version_had_under_way_is_taken_up(where: Path) -> None:
    with opened(where) as store:
        store.queue([mail("a")], NOON)
        store._db.rows("UPDATE outbox SET state = 'sending', changed_at = ''")
        assert store.mail_next() == datetime(1970, 1, 1, tzinfo=UTC)
        claim(store)
        assert claim(store, now=NOON + timedelta(minutes=2)) == ["a"]


# --- refused addresses ----------------------------------------------------------------------


def test_a_refused_address_gets_no_further_mail_until_the_operator_says_so(store: Store) -> None:
    store.queue([notice("1号"), notice("2号"), mail("digest", HEAD)], NOON)
    ids = store.mail_claim("me", NOON, LEASE, 9)
    assert store.mail_begin(ids[1], "me", NOON, LEASE) is not None
    outcome = Outcome(id=ids[1], recipient=CLERK, state=Posted.BAD_ADDRESS, reason="550 no such user")
    store.mail_answered(outcome, "me", NOON)
    assert store.mail_begin(ids[2], "me", NOON, LEASE) is None  # claimed with the other, before it was known
    store.mail_release("me")
    assert claim(store) == ["digest"]
    assert store.mail_counts() == {"queued": 1, "refused": 2}
    assert [(one.address, one.said) for one in store.bad_addresses()] == [(CLERK, "550 no such user")]
    assert troubles(store) == [(TroubleKind.ADDRESS, CLERK)]
    assert store.mail_again(CLERK)
    assert not store.mail_again(CLERK)
    assert (store.bad_addresses(), troubles(store)) == ((), [])
    store.queue([notice("3号")], NOON)
    store.mail_release("me")
    assert claim(store) == ["digest", "notice 3号"]


def test_a_refused_mail_says_nothing_of_its_address(store: Store) -> None:
    store.queue([notice("1号"), notice("2号")], NOON)
    hand_over(store, "notice 1号", Posted.REFUSED)
    assert troubles(store) == [(TroubleKind.REFUSED, CLERK)]
    assert (store.bad_addresses(), store.mail_stranded()) == ((), ())
    hand_over(store, "notice 2号", Posted.SENT)


def test_a_refused_mail_to_a_unit_is_passed_on_once(store: Store) -> None:
    store.queue([notice("1号"), mail("digest")], NOON)
    hand_over(store, "notice 1号", Posted.BAD_ADDRESS)
    (lost,) = store.mail_stranded()
    assert store.mail_next() == NOON
    assert (lost.meant_for, lost.content, lost.letter) == (CLERK, "notice 1号".encode(), "notice 1号")
    instead = Queued(
        outgoing=Outgoing(id="x", sender="m@a.example", recipient=HEAD, content=b"for the clerk"),
        dedupe_key=f"{lost.letter}/{HEAD}", kind=lost.kind, about=lost.about, origin=lost.origin,
    )  # fmt: skip
    assert store.mail_pass_on(lost.id, [instead], NOON)
    assert not store.mail_pass_on(lost.id, [instead], NOON)
    assert store.mail_stranded() == ()
    outcome = Outcome(id="x", recipient=HEAD, state=Posted.BAD_ADDRESS, reason="")
    assert "x" in store.mail_claim("me", NOON, LEASE, 9)
    store.mail_begin("x", "me", NOON, LEASE)
    store.mail_answered(outcome, "me", NOON)
    (again,) = store.mail_stranded()  # the head's address is refused, too: it is still the clerk's mail
    assert (again.id, again.meant_for, again.content) == ("x", CLERK, "notice 1号".encode())
    assert store.mail_pass_on("x", [], NOON)
    assert (TroubleKind.NOBODY, HEAD) in troubles(store)


def test_who_has_the_same_letter_already_gets_no_other(store: Store) -> None:
    store.queue([notice("1号"), notice("1号", HEAD)], NOON)
    hand_over(store, "notice 1号", Posted.BAD_ADDRESS)
    (lost,) = store.mail_stranded()
    instead = Queued(outgoing=notice("another", HEAD).outgoing, dedupe_key=f"{lost.letter}/{HEAD}", origin=lost.origin)
    assert store.mail_pass_on(lost.id, [instead], NOON)
    assert store.mail_counts() == {"refused": 1, "queued": 1}


def test_the_operators_own_mail_that_fails_is_no_news_for_them(store: Store) -> None:
    store.queue([mail("word", kind="operator")], NOON)
    hand_over(store, "word", Posted.RETRY, NOON + timedelta(hours=49))
    assert store.mail_counts() == {"given up": 1}
    assert troubles(store) == []


# --- superseded -----------------------------------------------------------------------------


def test_a_newer_follow_up_takes_the_place_of_older_ones_of_which_it_says_all(store: Store) -> None:
    older = [
        follow_up("one", "1号"),
        follow_up("more", "1号", "3号"),
        follow_up("under way", "2号"),
        follow_up("in doubt", "1号"),
        follow_up("heads", "1号", to=HEAD),
        mail("digest"),
        mail("of nothing", kind="follow-up"),
    ]
    store.queue(older[3:4], NOON)
    hand_over(store, "in doubt", Posted.UNCERTAIN)
    store.queue(older, NOON)
    assert "under way" in claim(store)
    store.mail_begin(f"under way>{CLERK}", "me", NOON, LEASE)
    store.queue([follow_up("new", "1号", "2号")], NOON)
    assert state(store, "one") == "superseded"
    assert store.mail_begin(f"one>{CLERK}", "me", NOON, LEASE) is None  # although it was claimed
    for name in ("more", "in doubt", "digest", "of nothing", "new"):
        assert state(store, name) == "queued", name
    assert state(store, "under way") == "sending"
    assert state(store, "heads", HEAD) == "queued"


def test_what_is_said_of_other_points_of_a_notice_takes_no_ones_place(store: Store) -> None:
    closed = replace(follow_up("first point closed", "1号"), points=(("1号", 1),))
    both = replace(follow_up("both reminded", "1号"), points=(("1号", 1), ("1号", 2)))
    store.queue([closed], NOON)
    store.queue([replace(follow_up("second point reminded", "1号"), points=(("1号", 2),))], NOON)
    assert state(store, "first point closed") == "queued"
    store.queue([both], NOON)
    assert (state(store, "first point closed"), state(store, "second point reminded")) == ("superseded", "superseded")


def test_an_old_mail_that_is_passed_on_takes_no_newer_ones_place(store: Store) -> None:
    store.queue([follow_up("reminder", "1号")], NOON)
    hand_over(store, "reminder", Posted.BAD_ADDRESS)
    store.queue([follow_up("closed", "1号", to=HEAD)], NOON)
    (lost,) = store.mail_stranded()
    assert store.mail_pass_on(lost.id, [replace(follow_up("for", "1号", to=HEAD), origin=lost.origin)], NOON)
    assert (state(store, "closed", HEAD), state(store, "for", HEAD)) == ("queued", "queued")


def test_the_same_follow_up_queued_again_takes_no_ones_place(store: Store) -> None:
    store.queue([follow_up("one", "1号")], NOON)
    store.queue([follow_up("two", "1号")], NOON)
    store.queue([follow_up("one", "1号")], NOON)
    assert (state(store, "one"), state(store, "two")) == ("superseded", "queued")


def test_a_notice_that_is_withdrawn_before_it_left_is_not_sent_and_neither_is_that_it_was(store: Store) -> None:
    store.queue([notice("1号"), notice("1号", HEAD), follow_up("reminder", "1号")], NOON)
    hand_over(store, "notice 1号", Posted.SENT, to=HEAD)
    told = [follow_up("withdrawn", "1号"), follow_up("withdrawn", "1号", to=HEAD)]
    store.queue(told, NOON, recalled=["1号"])
    assert (state(store, "notice 1号"), state(store, "reminder")) == ("superseded", "superseded")
    assert claim(store) == ["withdrawn"]
    assert state(store, "withdrawn", HEAD) == "queued"


def test_a_refused_notice_that_is_withdrawn_is_not_passed_on(store: Store) -> None:
    store.queue([notice("1号"), notice("2号")], NOON)
    hand_over(store, "notice 1号", Posted.BAD_ADDRESS)
    store.queue([], NOON, recalled=["1号"])
    assert store.mail_stranded() == ()
    assert state(store, "notice 1号") == "superseded"


def test_who_may_have_got_a_withdrawn_notice_hears_that_it_is(store: Store) -> None:
    store.queue([notice("1号")], NOON)
    hand_over(store, "notice 1号", Posted.UNCERTAIN)
    store.queue([follow_up("withdrawn", "1号")], NOON, recalled=["1号"])
    assert (state(store, "notice 1号"), state(store, "withdrawn")) == ("queued", "queued")


def test_a_mail_that_speaks_of_another_notice_too_stays_when_one_is_withdrawn(store: Store) -> None:
    store.queue([mail("both", kind="notice", about=("1号", "2号"))], NOON)
    store.queue([follow_up("withdrawn", "1号")], NOON, recalled=["1号"])
    assert (state(store, "both"), state(store, "withdrawn")) == ("queued", "queued")


# --- troubles -------------------------------------------------------------------------------

MIDNIGHT = NOON.replace(hour=0)


def trouble(id_: str, kind: TroubleKind = TroubleKind.RUN, since: datetime = NOON) -> Trouble:
    return Trouble(kind=kind, id=id_, since=since, said=f"{id_} it is")


def test_a_trouble_is_told_once_and_again_only_when_it_came_back(store: Store) -> None:
    store.troubles_stand(TroubleKind.RUN, [trouble("2027"), trouble("2028")])
    first = store.troubles_untold(MIDNIGHT)
    assert [one.id for one in first] == ["2027", "2028"]
    assert store.tell(first, [mail("word", kind="operator")], MIDNIGHT, NOON)
    assert not store.tell(first, [mail("word again", kind="operator")], MIDNIGHT, NOON)
    assert store.mail_counts() == {"queued": 1}
    tomorrow = MIDNIGHT + timedelta(days=1)
    store.troubles_stand(TroubleKind.RUN, [trouble("2027", since=tomorrow)])
    assert store.troubles_untold(tomorrow) == ()
    store.troubles_stand(TroubleKind.RUN, [trouble("2028", since=tomorrow)])
    assert [one.id for one in store.troubles_untold(tomorrow)] == ["2028"]


def test_of_a_kind_there_is_one_word_a_day(store: Store) -> None:
    store.troubles_stand(TroubleKind.RUN, [trouble("a")])
    store.tell(store.troubles_untold(MIDNIGHT), [], MIDNIGHT, NOON)
    store.troubles_stand(TroubleKind.RUN, [trouble("a"), trouble("b")])
    store.troubles_stand(TroubleKind.UNIT, [trouble("c", TroubleKind.UNIT)])
    assert [one.id for one in store.troubles_untold(MIDNIGHT)] == ["c"]
    assert [one.id for one in store.troubles_untold(MIDNIGHT + timedelta(days=1))] == ["b", "c"]
