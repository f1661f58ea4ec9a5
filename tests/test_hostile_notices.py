"""Hostile text through the mails about notices: every one of some thousand strings, in every place that may hold it."""

from __future__ import annotations

import email
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from email.message import EmailMessage
from email.policy import default
from functools import cache

import pytest

import harmless
import sample
from harmless import check_html, check_mail
from monitor import letters
from monitor.model import Fleet, Kind, Parent, Step, Trouble, TroubleKind, Unit, Violation
from monitor.notices import act
from monitor.report import operator_letter, shipped_form
from monitor.store import Queued
from monitor.text import printable
from test_hostile import LANGUAGES, STRINGS, chunks, language_of, mailed, packs, plain
from test_letters import FLEET, Clerk, column, issued, look

MANY = 25
"""Points of a mail: so many long texts fit into one."""
KINDS = (Kind.STALE_COLUMN, Kind.BLANK_COLUMN, Kind.DEAD_LINK, Kind.SUSPICIOUS_LINK, Kind.UNREACHABLE_SITE)


def violation(number: int, text: str, unit: Unit) -> Violation:
    there = (Parent(url=text, text=text),) * 2
    return column(
        number + 1, unit=unit, kind=KINDS[number % len(KINDS)], site_name=text, site_url=text, site_code=text,
        subject=text, url=f"{text}{number}", evidence=text, found_on=there, reach=5,
    )  # fmt: skip


def rows(texts: Sequence[str], language: str, *, by_hand: bool = True) -> list[Queued]:
    """The notice about these texts, the follow-ups that a person's words bring, and that of a reminder."""
    unit = Unit(id="water", name=texts[0], contacts=("one@a.example",), within="city")
    city = Unit(id="city", name=texts[-1], contacts=("city@a.example",))
    fleet = replace(FLEET, office=texts[-1], language=language, units=(unit, city))
    found = [violation(number, text, unit) for number, text in enumerate(texts)]
    clerk = issued(*found)
    made = told(clerk, fleet)
    for number, text in enumerate(texts[:2] if by_hand else (), 1):
        done = act(
            clerk.book, Step.WAIVED if number == 1 else Step.DISPUTED, "〔2026〕1号", clerk.settings, who=text, why=text,
            at=clerk.later(0, hours=1).now, day=clerk.now.date(), points=[number], until=date(2026, 9, 1),
        )  # fmt: skip
        clerk.keep(done)  # type: ignore[arg-type]
        made += told(clerk, fleet)
    return made + told(look(clerk.later(40), found), fleet)


def told(clerk: Clerk, fleet: Fleet) -> list[Queued]:
    return letters.of_notices(fleet, clerk.changes, clerk.notices, clerk.now.date(), clerk.now)


@cache
def skeletons(count: int, language: str, by_hand: bool) -> tuple[harmless.Skeleton, ...]:
    return tuple(
        check_html(part(checked(row, language), "html")) for row in rows(plain(count), language, by_hand=by_hand)
    )


def checked(row: Queued, language: str, skeleton: harmless.Skeleton | None = None) -> EmailMessage:
    return check_mail(
        row.outgoing.content,
        skeleton=skeleton,
        more=("Reply-To", "In-Reply-To", "References"),
        forms=(shipped_form("notice.docx", language),),
    )


def part(mail: EmailMessage, kind: str) -> str:
    body = mail.get_body((kind,))
    assert body is not None
    return str(body.get_content().replace("\r\n", "\n"))


def test_mails_about_notices_carry_them_as_text() -> None:
    for number, texts in enumerate(chunks(MANY, packs(160))):
        language = language_of(number)
        by_hand = number % 8 == 0
        made = rows(texts, language, by_hand=by_hand)
        assert {row.kind for row in made} == {"notice", "follow-up"}
        assert {row.outgoing.recipient for row in made} == {"one@a.example", "city@a.example"}
        told_of = [
            part(checked(row, language, skeleton), "plain")
            for row, skeleton in zip(made, skeletons(len(texts), language, by_hand), strict=True)
        ]
        assert not [text for text in texts if printable(text, 60) not in told_of[0]]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_operators_mail_carries_them_as_text(language: str) -> None:
    def made(texts: Sequence[str]) -> bytes:
        since = sample.run().finished_at
        troubles = [
            Trouble(kind=kind, id=text, since=since, said=text, address=text, about=(text, text))
            for text, kind in zip(texts, [*TroubleKind] * len(texts), strict=False)
        ]
        return mailed(operator_letter(texts[0], language, troubles, sample.TODAY))

    skeleton = check_html(part(check_mail(made(plain(30))), "html"))
    for texts in chunks(30, packs(100, STRINGS[::3])):
        check_mail(made(texts), skeleton=skeleton)


@pytest.mark.parametrize(
    ("letter", "language", "count"), [("&", "zh-CN", 2000), ("&", "en", 200), ("\U00020000", "zh-CN", 200)]
)
def test_two_thousand_points_of_the_longest_words_stay_below_what_clients_clip(
    letter: str, language: str, count: int
) -> None:
    text = "http://a.example/?" + letter * 300 if letter == "&" else letter * 300
    for row in rows([text] * count, language):
        mail = email.message_from_bytes(row.outgoing.content, policy=default)
        assert isinstance(mail, EmailMessage)
        page = part(mail, "html")
        assert len(page.encode()) < harmless.BYTES
        check_html(page)
        assert row.kind != "notice" or str(count) in page
