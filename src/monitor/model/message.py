"""What is read of the letters (留言, 信件, 咨询) that a site shows in public."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from monitor.model.page import Dated


class MessageState(StrEnum):
    """How far a letter has come, as its row or page says."""

    ANSWERED = "answered"
    """It says so (已回复, 已办结), shows the day of the answer, or shows the answer itself."""
    UNANSWERED = "unanswered"
    """It says so: 未回复, 待回复, 暂无回复."""
    IN_HAND = "in hand"
    """It says that it was taken up (已受理, 办理中), and shows no answer."""
    VOID = "void"
    """It says that it is no valid letter: 不予受理, 无效, 重复."""
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One public letter."""

    title: str
    url: str
    """Where it is shown in full; "" when its row leads nowhere."""
    asked: Dated | None = None
    """The day that is named as that of the question."""
    answered: Dated | None = None
    """The day that is named as that of the answer."""
    shown: Dated | None = None
    """A day of which is not said whose it is; None where one of the others is told."""
    state: MessageState = MessageState.UNKNOWN
    said: str = ""
    """The words that tell the state, as they stand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageList:
    """The letters of one column, as far as they were read."""

    name: str
    """The column's name, by path where known."""
    url: str
    messages: tuple[Message, ...] = ()
    mixed: bool = False
    """Whether the column takes complaints, too (咨询投诉): which of its letters count, a person must say."""
    whole: bool = False
    """Whether every page of the list that leads on was read."""
