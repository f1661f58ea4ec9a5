"""Letters that nobody answered, and how old the newest public answer is."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from monitor import days
from monitor.model import Dated, Message, MessageList, MessageState, Span, Trust


@dataclass(frozen=True, slots=True, kw_only=True)
class Unanswered:
    """The letters of the period, by what can be said of them."""

    overdue: tuple[Message, ...] = ()
    """They say that they are unanswered, and were asked longer ago than the limit."""
    in_hand: tuple[Message, ...] = ()
    """As old, and said to be taken up (已受理, 办理中): whether that is a response, a person must say."""
    mixed: tuple[Message, ...] = ()
    """As old and unanswered or in hand, in a column that takes complaints, too: for a person."""
    untold: int = 0
    """Letters that may be overdue: their state or their day cannot be told."""
    counted: int = 0
    """Letters that were told, all columns that count together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewestAnswer:
    """The newest public answer."""

    newest: Dated | None
    message: Message | None
    late: bool | None
    """Whether it is at least as old as the limit; None where a newer one may stand where it was not read."""


def unanswered(
    lists: Iterable[MessageList], today: date, *, within: Span, limit: Span, excepted: Collection[str] = ()
) -> Unanswered:
    """Census 2015, veto 5, and 2019, veto 5: letters of the past year that are unanswered for more than `limit`.

    `within`: the period, (today - within, today]. On the day on which the limit runs out a letter is not overdue.
    `excepted`: words; a column whose name holds one of them does not count. A letter is never overdue by a doubtful
    day or by silence about its state.
    """
    overdue: list[Message] = []
    in_hand: list[Message] = []
    mixed: list[Message] = []
    untold = counted = 0
    for one in _counting(lists, excepted):
        for message in one.messages:
            told = _is_overdue(message, today, within, limit)
            untold += told is None
            counted += told is not None
            if told and one.mixed:
                mixed.append(message)
            elif told:
                (overdue if message.state is MessageState.UNANSWERED else in_hand).append(message)
    return Unanswered(
        overdue=tuple(overdue), in_hand=tuple(in_hand), mixed=tuple(mixed), untold=untold, counted=counted
    )


def newest_answer(
    lists: Iterable[MessageList], today: date, *, within: Span, limit: Span, excepted: Collection[str] = ()
) -> NewestAnswer:
    """Census 2019, 留言公开: 「2个月内未更新留言答复」. Limits are inclusive.

    It is called late only where the lists were read as far back as `within`, and no letter may hold a newer answer.
    """
    counting = list(_counting(lists, excepted))
    best: tuple[Dated, Message] | None = None
    open_ends = not counting
    for one in counting:
        open_ends = open_ends or not (one.whole or _reaches(one, days.before(today, within)))
        for message in one.messages:
            answer = _answer(message)
            open_ends = open_ends or _may_hide_an_answer(message)
            if answer is not None and (best is None or answer.day > best[0].day):
                best = answer, message
    if best is not None and not days.is_over(best[0].day, limit, today):
        return NewestAnswer(newest=best[0], message=best[1], late=False)
    late = None if open_ends or best is None else True
    return NewestAnswer(newest=best[0] if best else None, message=best[1] if best else None, late=late)


def _counting(lists: Iterable[MessageList], excepted: Collection[str]) -> Iterable[MessageList]:
    return (one for one in lists if not any(word in one.name for word in excepted))


def _is_overdue(message: Message, today: date, within: Span, limit: Span) -> bool | None:
    """Whether a letter is overdue, answered or not; None where that cannot be told."""
    if message.state in (MessageState.ANSWERED, MessageState.VOID):
        return False
    asked = _credible(message.asked)
    no_later = asked or _credible(message.shown)  # a letter is shown on the day it was asked, or after it
    if no_later is not None and no_later.day <= days.before(today, within):
        return False
    if asked is not None and not _longer_ago(asked.day, limit, today):
        return False
    if message.state is MessageState.UNKNOWN or no_later is None:
        return None
    return True if _longer_ago(no_later.day, limit, today) else None


def _longer_ago(day: date, limit: Span, today: date) -> bool:
    """Whether the limit ran out before today: 「超过3个月」, the day on which it runs out apart."""
    return days.after(day, limit) < today


def _credible(dated: Dated | None) -> Dated | None:
    return dated if dated is not None and dated.trust is not Trust.DOUBTFUL else None


def _answer(message: Message) -> Dated | None:
    """The day of an answer; of a letter that is answered and shows one day only, that day: the answer is no older."""
    if message.state is not MessageState.ANSWERED:
        return None
    return _credible(message.answered) or _credible(message.shown)


def _may_hide_an_answer(message: Message) -> bool:
    """Whether a letter may have been answered on a day that it does not tell."""
    told = _credible(message.answered) is not None
    return message.state in (MessageState.ANSWERED, MessageState.UNKNOWN) and not told


def _reaches(one: MessageList, day: date) -> bool:
    """Whether the letters of a list go back to this day."""
    shown = (d for m in one.messages for d in (m.asked, m.answered, m.shown))
    return any(d is not None and d.trust is not Trust.DOUBTFUL and d.day <= day for d in shown)
