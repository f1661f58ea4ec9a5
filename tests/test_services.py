"""Letters, interviews, guides and interpretations judged: on each limit, one below, one above, and what is unknown."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor import days, urls
from monitor.census import held, key_of, lacking, newest_answer, pair, unanswered
from monitor.model import (
    Column,
    ColumnClass,
    ColumnLook,
    Dated,
    Element,
    Guide,
    Item,
    ItemSeen,
    Message,
    MessageList,
    MessageState,
    Paper,
    Reading,
    Span,
    Trust,
)

TODAY = date(2026, 11, 29)
YEAR, MONTHS3, MONTHS2 = Span(years=1), Span(months=3), Span(months=2)
S = MessageState


def dated(day: date | None, trust: Trust = Trust.SURE) -> Dated | None:
    return None if day is None else Dated(day=day, text=str(day), where="letter 1", rule="iso", trust=trust)


def letter(asked: date | None = None, state: MessageState = S.UNANSWERED, answered: date | None = None,
           shown: date | None = None, trust: Trust = Trust.SURE) -> Message:  # fmt: skip
    return Message(
        title="来信", url="", asked=dated(asked, trust), answered=dated(answered), shown=dated(shown), state=state
    )


def letters(*messages: Message, name: str = "市长信箱", mixed: bool = False, whole: bool = True) -> MessageList:
    return MessageList(name=name, url="http://a.gov.cn/szxx/", messages=messages, mixed=mixed, whole=whole)


def overdue(asked: date, today: date) -> int:
    return len(unanswered([letters(letter(asked))], today, within=YEAR, limit=MONTHS3).overdue)


@pytest.mark.parametrize(
    ("asked", "today", "count"),
    [
        (date(2026, 8, 28), date(2026, 11, 29), 1),  # one day over
        (date(2026, 8, 29), date(2026, 11, 29), 0),  # exactly on the day is not "more than"
        (date(2026, 8, 30), date(2026, 11, 29), 0),
        (date(2025, 11, 29), date(2026, 11, 29), 0),  # a year ago to the day: outside of the period
        (date(2025, 11, 30), date(2026, 11, 29), 1),
        (date(2025, 11, 28), date(2026, 11, 29), 0),
        (date(2026, 2, 28), date(2026, 5, 28), 0),
        (date(2026, 2, 28), date(2026, 5, 29), 1),
        (date(2026, 2, 27), date(2026, 5, 31), 1),
        (date(2026, 2, 28), date(2026, 5, 31), 1),
        (date(2026, 11, 30), date(2027, 2, 28), 0),
        (date(2026, 11, 30), date(2027, 3, 1), 1),
        (date(2027, 11, 30), date(2028, 2, 29), 0),  # a leap day
        (date(2027, 11, 29), date(2028, 2, 29), 0),
        (date(2027, 11, 28), date(2028, 2, 29), 1),
        (date(2028, 2, 29), date(2028, 5, 29), 0),
        (date(2028, 2, 29), date(2028, 5, 30), 1),
    ],
)
def test_a_letter_is_overdue_on_the_day_after_the_limit(asked: date, today: date, count: int) -> None:
    assert overdue(asked, today) == count


OLD = date(2026, 6, 1)


@pytest.mark.parametrize(
    ("message", "told"),
    [
        (letter(OLD), (1, 0, 0, 1)),
        (letter(OLD, S.IN_HAND), (0, 1, 0, 1)),
        (letter(OLD, S.ANSWERED), (0, 0, 0, 1)),
        (letter(OLD, S.ANSWERED, TODAY), (0, 0, 0, 1)),
        (letter(OLD, S.VOID), (0, 0, 0, 1)),
        (letter(OLD, S.UNKNOWN), (0, 0, 1, 0)),
        (letter(None, S.UNKNOWN), (0, 0, 1, 0)),
        (letter(TODAY, S.UNKNOWN), (0, 0, 0, 1)),  # whatever its state, it is not overdue
        (letter(date(2024, 1, 1), S.UNKNOWN), (0, 0, 0, 1)),
        (letter(None), (0, 0, 1, 0)),
        (letter(OLD, trust=Trust.DOUBTFUL), (0, 0, 1, 0)),
        (letter(shown=OLD), (1, 0, 0, 1)),  # asked on that day or before it
        (letter(shown=TODAY), (0, 0, 1, 0)),  # asked perhaps long before it was shown
        (letter(shown=TODAY, state=S.UNKNOWN), (0, 0, 1, 0)),
    ],
)
def test_silence_and_doubt_never_accuse(message: Message, told: tuple[int, int, int, int]) -> None:
    found = unanswered([letters(message)], TODAY, within=YEAR, limit=MONTHS3)
    assert (len(found.overdue), len(found.in_hand), found.untold, found.counted) == told
    assert found.mixed == ()


def test_excepted_columns_do_not_count_and_mixed_ones_are_for_a_person() -> None:
    lists = [letters(letter(OLD), name="咨询投诉", mixed=True), letters(letter(OLD), name="互动 > 网上信访")]
    found = unanswered(lists, TODAY, within=YEAR, limit=MONTHS3, excepted=("信访",))
    assert (found.overdue, len(found.mixed), found.counted) == ((), 1, 1)


@given(st.dates(date(2024, 1, 1), date(2028, 12, 31)), st.integers(0, 800), st.sampled_from(list(S)))
def test_what_is_called_overdue_is_old_enough_and_within_the_period(
    today: date, back: int, state: MessageState
) -> None:
    asked = today - timedelta(days=back)
    found = unanswered([letters(letter(asked, state))], today, within=YEAR, limit=MONTHS3)
    if found.overdue or found.in_hand:
        assert state in (S.UNANSWERED, S.IN_HAND)
        assert back > 88
        assert back < 367
        assert days.after(asked, MONTHS3) < today
    assert found.counted + found.untold == 1


@pytest.mark.parametrize(
    ("lists", "late"),
    [
        ([letters(letter(OLD, S.ANSWERED, date(2026, 9, 30)))], False),
        ([letters(letter(OLD, S.ANSWERED, date(2026, 9, 29)))], True),  # inclusive: on the day it is late
        ([letters(letter(OLD, S.ANSWERED, date(2026, 9, 28)))], True),
        ([letters(letter(OLD, S.ANSWERED, date(2026, 9, 28)), whole=False)], None),
        ([letters(letter(OLD, S.ANSWERED, date(2026, 9, 28)), letter(date(2025, 11, 29)), whole=False)], True),
        ([letters(letter(OLD, S.ANSWERED, date(2026, 9, 28)), letter(OLD, S.UNKNOWN))], None),
        ([letters(letter(OLD, S.ANSWERED, date(2026, 9, 28)), letter(OLD, S.ANSWERED))], None),
        ([letters(letter(state=S.ANSWERED, shown=TODAY))], False),
        ([letters(letter(state=S.ANSWERED, shown=OLD))], None),  # the day of the question, perhaps
        ([letters(letter(OLD))], None),
        ([letters()], None),
        ([], None),
    ],
)
def test_the_newest_answer_is_late_only_where_no_newer_one_can_stand(
    lists: list[MessageList], late: bool | None
) -> None:
    assert newest_answer(lists, TODAY, within=YEAR, limit=MONTHS2).late is late


def look(*on: date | None, whole: bool = False, reading: Reading = Reading.READ) -> ColumnLook:
    column = Column(name="在线访谈", url="http://a.gov.cn/zxft/", klass=ColumnClass.E, limit=None)
    items = tuple(
        Item(title=f"访谈{n}", url=f"http://a.gov.cn/zxft/{n}.html", published=dated(d)) for n, d in enumerate(on)
    )
    return ColumnLook(column=column, reading=reading, items=items, whole=whole)


def seen(title: str, day: date, *, whole: bool = True) -> ItemSeen:
    return ItemSeen(key=title, title=title, url="", published=day, whole=whole, first_seen=day, last_seen=day)


NOV = date(2026, 11, 1)
BEFORE = date(2025, 11, 29)


@pytest.mark.parametrize(
    ("looks", "history", "count", "enough"),
    [
        (look(NOV, NOV, NOV), [], 3, True),
        (look(NOV, NOV, BEFORE), [], 2, False),  # a year ago to the day: outside
        (look(NOV, NOV, date(2025, 11, 30)), [], 3, True),
        (look(NOV, NOV), [], 2, None),  # the list may go on
        (look(NOV, NOV, whole=True), [], 2, False),
        (look(NOV, NOV, None, whole=True), [], 2, None),  # one of unknown day
        (look(NOV, BEFORE, NOV), [], 2, None),  # not sorted: others may follow
        (look(NOV, BEFORE), [seen("旧访谈", NOV)], 2, False),
        (look(NOV, NOV, BEFORE), [seen("旧访谈", date(2026, 1, 5))], 3, True),  # no longer shown, held all the same
        (look(NOV, NOV, BEFORE), [seen("旧访谈", NOV, whole=False)], 2, False),
        (look(NOV, NOV, BEFORE), [seen("旧访谈", BEFORE)], 2, False),
        (look(reading=Reading.BLANK), [], 0, False),
        (look(reading=Reading.SCRIPT), [], 0, None),
        (look(reading=Reading.DEAD), [], 0, None),
    ],
)
def test_interviews_are_counted_once_and_too_few_only_where_the_list_was_read_to_its_end(
    looks: ColumnLook, history: list[ItemSeen], count: int, enough: bool | None
) -> None:
    found = held([(looks, history)], TODAY, within=YEAR, at_least=3)
    assert (found.count, found.enough) == (count, enough)
    assert len(found.items) == count


def test_two_columns_that_show_the_same_interview_count_it_once() -> None:
    one = look(NOV, NOV, BEFORE)
    known = [seen(key_of(one.items[0]), NOV)]
    assert held([(one, known), (one, [])], TODAY, within=YEAR, at_least=3).count == 2
    assert held([], TODAY, within=YEAR, at_least=3).enough is None
    assert held([(one, []), (look(reading=Reading.SCRIPT), [])], TODAY, within=YEAR, at_least=3).enough is None


E = list(Element)


def guide(n: int, missing: int, unknown: int = 0) -> Guide:
    return Guide(
        title=f"事项{n}", url=f"http://a.gov.cn/{n}", shown=frozenset(E[missing + unknown :]),
        missing=frozenset(E[:missing]), unknown=frozenset(E[missing : missing + unknown]),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("missing", "unknown", "total", "fails"),
    [
        ([4] * 5, [0] * 5, None, True),
        ([4] * 4 + [3], [0] * 5, None, None),  # a sixth may be among those not read
        ([4] * 4 + [3], [0] * 5, 5, False),
        ([4] * 4 + [3], [0] * 4 + [1], 5, None),
        ([4] * 4, [0] * 4, 5, None),
        ([4] * 4, [0] * 4, 4, True),  # fewer than five, all of them
        ([4] * 4, [0] * 4, None, None),
        ([4, 4, 3], [0] * 3, 3, False),
        ([4, 4, 3], [0, 0, 7], 3, None),
        ([0], [10], 1, None),  # nothing recognised accuses nobody
        ([], [], 0, None),
        ([], [], None, None),
        ([0] * 9, [0] * 9, 9, False),
        ([5] * 6, [0] * 6, 600, True),
    ],
)
def test_guides_fail_where_enough_of_them_lack_enough(
    missing: list[int], unknown: list[int], total: int | None, fails: bool | None
) -> None:
    guides = [guide(n, m, u) for n, (m, u) in enumerate(zip(missing, unknown, strict=True))]
    found = lacking(guides, categories=4, items=5, total=total)
    assert found.fails is fails
    assert len(found.lacking) + len(found.untold) + found.sound == len(guides)


def test_a_guide_that_was_read_twice_counts_once() -> None:
    assert lacking([guide(1, 4)] * 9, categories=4, items=5).fails is None


POLICY = "云川市人民政府办公室关于印发《云川市城市供水管理办法》的通知"


@pytest.mark.parametrize(
    ("policy", "reading", "by"),
    [
        (POLICY, "《云川市城市供水管理办法》解读", "title"),
        (POLICY, "一图读懂《云川市城市供水管理办法》", "title"),
        (POLICY, "图解：云川市城市供水管理办法", "title"),
        (POLICY, "关于《云川市城市供水管理办法》的政策解读", "title"),
        (POLICY, "《城市供水管理办法》政策解读", "title"),
        ("关于印发云川市城市供水管理办法的通知（云政办发〔2026〕12号）", "关于云川市城市供水管理办法的解读", "title"),
        ("云川市城市供水管理办法（试行）", "市水务局负责人就《云川市城市供水管理办法》答记者问", "title"),
        (POLICY, "《云川市城市供水管理办法实施细则》解读", "alike"),
        (POLICY, "城市供水管理的若干办法解读", "alike"),
        ("关于修改《云川市城市供水管理办法》的决定", "《云川市城市供水管理办法》解读", "alike"),
        ("2026年河长制工作要点", "《2025年河长制工作要点》解读", ""),
        ("2026年河长制工作要点", "《河长制工作要点》解读", "alike"),
        (POLICY, "《云川市养犬管理条例》解读", ""),
        (POLICY, "政策解读", ""),
        (POLICY, "解读", ""),
        ("管理办法", "《管理办法》解读", "alike"),  # it names too little
    ],
)
def test_policies_and_interpretations_are_paired_by_title(policy: str, reading: str, by: str) -> None:
    found = pair(
        [Paper(title=policy, url="http://a.gov.cn/1.html")], [Paper(title=reading, url="http://a.gov.cn/2.html")]
    )
    assert [p.by for p in (*found.pairs, *found.uncertain)] == ([by] if by else [])
    assert (len(found.pairs), len(found.uncertain), len(found.unpaired)) == (by == "title", by == "alike", by == "")


def test_a_link_either_way_pairs_whatever_the_titles() -> None:
    one, two = "http://a.gov.cn/zc/1.html", "http://a.gov.cn/jd/2.html"
    keys = frozenset([urls.same_page(one)]), frozenset([urls.same_page(two)])
    plain = Paper(title="关于加强供水的意见", url=one), Paper(title="专家谈水", url=two)
    assert len(pair([plain[0]], [plain[1]]).unpaired) == 1
    from_policy = Paper(title="关于加强供水的意见", url=one, links=keys[1])
    assert [p.by for p in pair([from_policy], [plain[1]]).pairs] == ["link"]
    from_reading = Paper(title="专家谈水", url=two, links=keys[0])
    assert [p.by for p in pair([plain[0]], [from_reading]).pairs] == ["link"]


def test_the_rate_counts_each_policy_once_and_takes_interpretations_among_them_as_such() -> None:
    policies = [
        Paper(title=POLICY, url="http://a.gov.cn/1.html"),
        Paper(title=POLICY, url="http://a.gov.cn/other/1.html"),
        Paper(title="《云川市城市供水管理办法》解读", url="http://a.gov.cn/2.html"),
        Paper(title="关于加强森林防火工作的意见", url="http://a.gov.cn/3.html"),
    ]
    found = pair(policies, [])
    assert (found.total, found.least, found.most) == (2, 0.5, 0.5)
    assert [p.title for p in found.unpaired] == ["关于加强森林防火工作的意见"]
    assert pair([], []).least is None
