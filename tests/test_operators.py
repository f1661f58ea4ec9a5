"""What the operators see to: refused mail goes to who is next, and each trouble is told once, by a real server."""

from __future__ import annotations

import email
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from monitor import letters, operators, posting, run
from monitor.mail import message
from monitor.model import (
    Case,
    ChatTarget,
    CrawlSettings,
    Fleet,
    Letter,
    MailSettings,
    Outcome,
    Outgoing,
    Posted,
    Stage,
    Trouble,
    TroubleKind,
    Unit,
    Violation,
)
from monitor.report import operator_letter
from monitor.store import Queued
from test_mail import Box, serving
from test_notices import A, C, violation
from test_tell import Clerk

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 23, 6, 0, tzinfo=ZONE)
CITY = Unit(id="city", name="云川市", contacts=("city@a.example",))
WATER = Unit(id="water", name="水务局", contacts=("one@a.example", "two@a.example"), within="city")
GONE = "550 5.1.1 no such user"


@pytest.fixture
def box() -> Box:
    return Box()


@pytest.fixture
def fleet(tmp_path: Path, box: Box) -> Iterator[Fleet]:
    with serving(box) as port:
        yield fleet_of(tmp_path, port)


def fleet_of(folder: Path, port: int) -> Fleet:
    settings = MailSettings(
        host="127.0.0.1", port=port, security="none", user="", password_env="X", sender="m@a.example", reply_to="",
        recipients=("office@a.example",), operators=("ops@a.example",),
    )  # fmt: skip
    return Fleet(
        office="市政府办", timezone=ZONE.key, reports=str(folder / "reports"), data=str(folder / "data"), at="02:30",
        language="zh-CN", crawl=CrawlSettings(), mail=settings, units=(CITY, WATER), sites=(),
    )  # fmt: skip


def queue(fleet: Fleet, *recipients: str, number: str = "〔2026〕1号", kind: str = "notice") -> None:
    made = Letter(subject=f"{number} 通知", text="请整改\n", html="<html><body><p>请整改</p></body></html>")
    rows = []
    for to in recipients:
        key = f"{kind}/{number}/{to}"
        content = message(
            made, sender="m@a.example", recipient=to, message_id=f"<{abs(hash(key))}@a.example>", date=NOW
        )
        out = Outgoing(id=key, sender="m@a.example", recipient=to, content=content)
        rows.append(Queued(outgoing=out, dedupe_key=key, kind=kind, unit="water", about=(number,)))
    with run.history(fleet) as store:
        store.queue(rows, NOW)


def send(fleet: Fleet, now: datetime = NOW) -> list[str]:
    return [outcome.state.value for outcome in posting.send_due(fleet, "", now=lambda: now)]


def to(box: Box) -> list[str]:
    return [recipients[0] for _, recipients, _ in box.taken]


def read(box: Box, recipient: str) -> list[tuple[str, str]]:
    """Subject and text of what a recipient got."""
    found = []
    for _, recipients, content in box.taken:
        if recipients == [recipient]:
            mail = email.message_from_bytes(content, policy=default)
            assert isinstance(mail, EmailMessage)
            body = mail.get_body(("plain",))
            assert body is not None
            found.append((mail["Subject"], body.get_content()))
    return found


def test_a_refused_notice_goes_to_the_tier_above_and_the_operators_hear_of_it(fleet: Fleet, box: Box) -> None:
    box.answers = {"one": GONE, "two": GONE}
    queue(fleet, "one@a.example", "two@a.example")
    assert send(fleet) == ["address refused", "address refused", "sent", "sent"]
    assert to(box) == ["city@a.example", "ops@a.example"]
    ((subject, text),) = read(box, "city@a.example")
    assert subject == "〔2026〕1号 通知（请转达）"
    assert text.startswith("本邮件原发水务局联系人（one@a.example），")
    assert text.rstrip().endswith("请整改")
    ((subject, text),) = read(box, "ops@a.example")
    assert subject == "11-23 监测系统运行提醒：拒收地址 2 个"
    assert "one@a.example：550 5.1.1 no such user" in text
    assert "two@a.example：550 5.1.1 no such user" in text
    assert send(fleet, NOW + timedelta(days=3)) == []


def test_the_other_contact_who_has_the_notice_gets_it_once(fleet: Fleet, box: Box) -> None:
    box.answers = {"one": GONE}
    queue(fleet, "one@a.example", "two@a.example")
    send(fleet)
    assert to(box) == ["two@a.example", "ops@a.example"]
    assert len(read(box, "two@a.example")) == 1


def test_a_later_notice_to_a_bad_address_is_not_tried_and_goes_to_who_is_next(fleet: Fleet, box: Box) -> None:
    box.answers = {"one": GONE}
    queue(fleet, "one@a.example")
    send(fleet)
    box.answers = {}
    queue(fleet, "one@a.example", number="〔2026〕2号")
    assert send(fleet, NOW + timedelta(minutes=1)) == ["sent"]
    assert [subject for subject, _ in read(box, "two@a.example")] == [
        *("〔2026〕1号 通知（请转达）", "〔2026〕2号 通知（请转达）"),
    ]
    assert posting.mail_again(fleet, "one@a.example")
    queue(fleet, "one@a.example", number="〔2026〕3号")
    send(fleet, NOW + timedelta(minutes=2))
    assert [subject for subject, _ in read(box, "one@a.example")] == ["〔2026〕3号 通知"]


def test_where_no_unit_is_left_the_office_gets_it_and_after_it_nobody(fleet: Fleet, box: Box) -> None:
    box.answers = dict.fromkeys(("one", "two", "city"), GONE)
    queue(fleet, "one@a.example")
    send(fleet)
    assert [subject for subject, _ in read(box, "office@a.example")] == ["〔2026〕1号 通知（请转达）"]
    box.answers["office"] = GONE
    queue(fleet, "one@a.example", number="〔2026〕2号")
    send(fleet, NOW + timedelta(days=1))
    assert [subject for subject, _ in read(box, "ops@a.example")] == [
        "11-23 监测系统运行提醒：拒收地址 3 个",
        "11-24 监测系统运行提醒：拒收地址 1 个、无人可收 1 封",
    ]


def follow_up(fleet: Fleet, later: int, *shown: Violation) -> None:
    """Queue what a run says of these, so many days after their notices."""
    clerk = Clerk()
    for days in (1, 1, later):
        clerk.later(days).look(shown)
    with run.history(fleet) as store:
        store.queue(letters.of_notices(fleet, clerk.changes, clerk.notices, clerk.now.date(), NOW), NOW)


def test_what_follows_for_two_units_reaches_the_office_twice_when_both_addresses_are_refused(
    fleet: Fleet, box: Box
) -> None:
    water, schools = (
        replace(WATER, contacts=("one@a.example",), within=""),
        Unit(id="schools", name="教育局", contacts=("two@a.example",)),
    )
    fleet = replace(fleet, units=(water, schools))
    box.answers = {"one": GONE, "two": GONE}
    follow_up(fleet, 5, violation(A), violation(C))
    send(fleet)
    texts = [text for _, text in read(box, "office@a.example")]
    assert sorted(text.partition("，")[0] for text in texts) == [
        "本邮件原发教育局联系人（two@a.example）",
        "本邮件原发水务局联系人（one@a.example）",
    ]


def test_an_escalation_that_the_tier_above_does_not_get_goes_upwards_and_not_to_the_unit(
    fleet: Fleet, box: Box
) -> None:
    box.answers = {"city": GONE}
    follow_up(fleet, 30, violation(A))
    send(fleet)
    assert [len(read(box, to)) for to in ("one@a.example", "two@a.example", "office@a.example")] == [1, 1, 1]
    ((_, text),) = read(box, "office@a.example")
    assert text.startswith("本邮件原发云川市联系人（city@a.example），")


def test_a_sender_that_died_between_refusal_and_passing_on_is_made_up_for(fleet: Fleet, box: Box) -> None:
    box.answers = {"one": GONE}
    queue(fleet, "one@a.example")
    with run.history(fleet) as store:
        (id_,) = store.mail_claim("dead", NOW, timedelta(minutes=1), 9)
        assert store.mail_begin(id_, "dead", NOW, timedelta(minutes=1)) is not None
        outcome = Outcome(id=id_, recipient="one@a.example", state=Posted.BAD_ADDRESS, reason=GONE)
        store.mail_answered(outcome, "dead", NOW)
    assert posting.next_mail(fleet) is not None
    send(fleet)
    assert to(box) == ["two@a.example", "ops@a.example"]


def test_what_operators_whose_own_address_is_refused_did_not_hear_goes_to_the_office_and_makes_no_loop(
    fleet: Fleet, box: Box
) -> None:
    box.answers = {"one": GONE, "ops": GONE}
    queue(fleet, "one@a.example")
    for day in range(4):
        send(fleet, NOW + timedelta(days=day))
    (first, told), (then, of_them) = read(box, "office@a.example")
    assert (first, then) == ("11-23 监测系统运行提醒：拒收地址 1 个", "11-24 监测系统运行提醒：拒收地址 1 个")
    assert told.startswith("本邮件原应发往 ops@a.example，")
    assert "one@a.example" in told
    assert "ops@a.example" in of_them
    assert posting.mail_counts(fleet) == {"refused": 2, "sent": 3}
    with run.history(fleet) as store:
        assert store.troubles_untold(NOW + timedelta(days=9)) == ()


def test_what_waits_for_a_mail_server_that_sites_yaml_no_longer_has_keeps_nobody_busy(fleet: Fleet) -> None:
    queue(fleet, "one@a.example", "two@a.example")
    with run.history(fleet) as store:
        first, _ = store.mail_claim("dead", NOW, timedelta(minutes=1), 9)
        assert store.mail_begin(first, "dead", NOW, timedelta(minutes=1)) is not None
        outcome = Outcome(id=first, recipient="one@a.example", state=Posted.BAD_ADDRESS, reason=GONE)
        store.mail_answered(outcome, "dead", NOW)
        store.mail_release("dead")
    asked: list[datetime] = []

    def now() -> datetime:
        asked.append(NOW)
        assert len(asked) < 50
        return NOW

    chat = replace(fleet, mail=None, chat=(ChatTarget(name="平台", kind="webhook", url="http://127.0.0.1:9/"),))
    assert posting.send_due(chat, "", now=now) == ()
    assert posting.next_mail(chat) is None
    assert posting.next_mail(fleet) == NOW


def test_a_mail_given_up_is_told(tmp_path: Path) -> None:
    fleet = fleet_of(tmp_path, 1)
    queue(fleet, "one@a.example")
    send(fleet, NOW + timedelta(hours=49))
    box = Box()
    with serving(box) as port:
        assert fleet.mail is not None
        fleet = replace(fleet, mail=replace(fleet.mail, port=port))
        send(fleet, NOW + timedelta(hours=51))
    ((subject, text),) = read(box, "ops@a.example")
    assert subject == "11-25 监测系统运行提醒：放弃发送 1 封"
    assert "one@a.example：127.0.0.1:1：拒绝连接" in text
    assert "〔2026〕1号" in text


def test_a_server_that_is_down_is_asked_once_and_not_for_every_mail(tmp_path: Path) -> None:
    fleet = fleet_of(tmp_path, 1)
    queue(fleet, *(f"a{number}@a.example" for number in range(110)))
    assert send(fleet) == ["retry"] * 50
    assert send(fleet, NOW + timedelta(seconds=1)) == ["retry"] * 50


def case(unit: str, number: str, stage: Stage = Stage.ISSUED) -> Case:
    return Case(
        site="a", kind="stale column", url=number, unit=unit, subject="x", stage=stage, observed_at=NOW,
        changed_at=NOW, notice=number,
    )  # fmt: skip


def test_what_the_run_could_not_do_is_told_once(fleet: Fleet, box: Box) -> None:
    alone = Unit(id="alone", name="无人局")
    fleet = replace(fleet, units=(*fleet.units, alone))
    problems = ["the working days of 2027 are not known"]
    cases = [case("water", "1号"), case("alone", "2号"), case("alone", "3号"), case("alone", "4号", Stage.CLOSED)]
    with run.history(fleet) as store:
        assert operators.run_ended(store, fleet, problems=problems, cases=cases, now=NOW)
        tomorrow = NOW + timedelta(days=1)
        assert not operators.run_ended(store, fleet, problems=problems, cases=cases, now=tomorrow)
    send(fleet)
    ((subject, text),) = read(box, "ops@a.example")
    assert subject == "11-23 监测系统运行提醒：未能完成 1 项、单位无联系人 1 个"
    assert "无人局" in text
    assert "2号 3号\n" in text.replace("\r\n", "\n")
    assert "水务局" not in text


def test_a_letter_bears_strangers_words_and_thousands_of_troubles() -> None:
    troubles = [
        Trouble(kind=kind, id=str(n), since=NOW.astimezone(UTC), said="<script>x</script>\r\nBcc: a " * 9, address=f"a{n}@b.example", about=tuple("〔2026〕1号" for _ in range(500)))
        for kind in TroubleKind for n in range(300)
    ]  # fmt: skip
    for language in ("zh-CN", "en"):
        made = operator_letter("市政府办" * 99, language, troubles, date(2026, 11, 23))
        assert "<script>x" not in made.html
        assert len(made.html.encode()) < 500_000
        assert "\n" not in made.subject
        assert "Bcc" not in made.text.replace("> Bcc", "")


def test_one_trouble_is_said_in_the_singular() -> None:
    one = [Trouble(kind=TroubleKind.ADDRESS, id="a", since=NOW, said="550", address="a@b.example")]
    assert operator_letter("x", "en", one, NOW.date()).subject == "11-23 The monitor needs you: 1 address refused"
