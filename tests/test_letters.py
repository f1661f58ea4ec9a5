"""The mails of notices: what stands in them, how they hang together, how large they get; and that runs queue them."""

from __future__ import annotations

import asyncio
import email
import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta
from email.message import EmailMessage
from email.policy import default
from io import BytesIO
from pathlib import Path

import docx
import openpyxl
import pytest

import test_notices
from monitor import clerk, letters, posting, run
from monitor.model import (
    Change,
    Changes,
    CrawlSettings,
    Fleet,
    Kind,
    MailSettings,
    NoticeSettings,
    Parent,
    Sight,
    Span,
    Step,
    Unit,
    Violation,
)
from monitor.notices import Seen, follow
from monitor.report import check_style, read_style
from monitor.store import Queued
from test_clerk import at, crawl, days
from test_run import MAIL, city
from test_tell import Clerk

WATER = Unit(id="water", name="市水利局", contacts=("one@a.example", "two@a.example"), within="city")
CITY = Unit(id="city", name="市政府", contacts=("city@a.example",))
SETTINGS = MailSettings(
    host="127.0.0.1", port=1, security="none", user="", password_env="", sender="monitor@office.example",
    reply_to="clerk@office.example", recipients=("office@office.example",),
)  # fmt: skip
FLEET = Fleet(
    office="示例市人民政府办公室", language="zh-CN", timezone="Asia/Shanghai", at="02:30", crawl=CrawlSettings(),
    reports="", data="", mail=SETTINGS, units=(WATER, CITY), sites=(), notices=NoticeSettings(),
)  # fmt: skip


def column(number: int, **more: object) -> Violation:
    base = {
        "rank": number, "site_id": "slj", "site_name": "市水利局网站", "site_url": "http://slj.example/", "site_code": "",
        "unit": WATER, "kind": Kind.STALE_COLUMN, "subject": f"通知公告{number}", "url": f"http://slj.example/tzgg{number}/",
        "days_since_update": 214, "limit_days": 184, "days_over": 30, "newest": date(2025, 8, 1), "klass": None,
        "evidence": "the newest item “关于做好防汛工作的通知” is of 2025-08-01", "first_seen": date(2026, 2, 1),
        "change": Change.STILL,
    }  # fmt: skip
    return Violation(**(base | more))  # type: ignore[arg-type]


def link(number: int) -> Violation:
    places = tuple(Parent(url=f"http://slj.example/p{n}/", text="水资源公报") for n in range(7))
    return column(
        number, kind=Kind.DEAD_LINK, subject="水资源公报", url=f"http://slj.example/gone{number}.pdf", found_on=places,
        days_since_update=None, limit_days=None, days_over=None, newest=None, reach=9, evidence="404 Not Found",
    )  # fmt: skip


def issued(*violations: Violation) -> Clerk:
    clerk = Clerk(settings=test_notices.SETTINGS)
    for _ in range(2):
        look(clerk.later(), violations)
    return clerk


def look(clerk: object, bad: Iterable[Violation], good: Iterable[Violation] = ()) -> Clerk:
    assert isinstance(clerk, Clerk)
    sights = {case.key: Sight.UNSEEN for case in clerk.cases.values()} | {v.key: Sight.GOOD for v in good}
    violations = {v.key: v for v in bad}
    seen = Seen(violations=violations, sights=sights | dict.fromkeys(violations, Sight.BAD))
    clerk.keep(follow(clerk.book, seen, clerk.settings, run="r", at=clerk.now, day=clerk.now.date()))
    return clerk


def queued(clerk: Clerk, fleet: Fleet = FLEET) -> list[Queued]:
    return letters.of_notices(fleet, clerk.changes, clerk.notices, clerk.now.date(), clerk.now)


def mails(rows: Iterable[Queued]) -> dict[str, EmailMessage]:
    found: dict[str, EmailMessage] = {}
    for row in rows:
        mail = email.message_from_bytes(row.outgoing.content, policy=default)
        assert isinstance(mail, EmailMessage)
        assert mail["To"] == row.outgoing.recipient
        found[row.outgoing.recipient] = mail
    return found


def part(mail: EmailMessage, kind: str) -> str:
    body = mail.get_body((kind,))
    assert body is not None
    return str(body.get_content())


# --- the notice -----------------------------------------------------------------------------


def test_a_notice_says_all_that_a_webmaster_must_know() -> None:
    mail = mails(queued(issued(column(1), link(2))))["two@a.example"]
    assert mail["Subject"] == "[〔2026〕1号] 市水利局 2 个问题，03-11 前整改"
    assert mail["Reply-To"] == "clerk@office.example"
    assert mail["List-Unsubscribe"] is None
    for kind in ("plain", "html"):
        text = part(mail, kind)
        for said in (
            *("〔2026〕1号", "2026年3月11日 星期三", "示例市人民政府办公室", "市水利局："),
            *("“通知公告1”栏目自 2025年8月1日以来未更新，截至监测时间点已 214 天", "http://slj.example/tzgg1/"),
            *("关于做好防汛工作的通知", "http://slj.example/gone2.pdf", "http://slj.example/p2/", "另有 6 个页面"),
            *("更正或删除失效链接", "栏目不更新", "间隔 6 小时以上", "请回复本邮件", "notice-2026-1.docx"),
        ):
            assert said in text, (kind, said)
    assert 'href="http://slj.example/tzgg1/"' in part(mail, "html")
    assert 'href="http://slj.example/p2/"' in part(mail, "html")
    assert 'href="http://slj.example/gone2.pdf"' not in part(mail, "html")


def test_the_formal_notice_and_its_ledger_are_attached() -> None:
    mail = mails(queued(issued(column(1), link(2))))["one@a.example"]
    paper, ledger = (one.get_payload(decode=True) for one in mail.iter_attachments())
    assert isinstance(paper, bytes)
    assert isinstance(ledger, bytes)
    words = "\n".join(p.text for p in docx.Document(BytesIO(paper)).paragraphs)
    assert "〔2026〕1号" in words
    assert "2026年3月11日" in words
    sheet = openpyxl.load_workbook(BytesIO(ledger)).active
    assert sheet is not None
    cells = [cell.value for row in sheet.iter_rows() for cell in row]
    assert {"http://slj.example/tzgg1/", "http://slj.example/gone2.pdf"} <= set(cells)


def test_the_limit_is_told_as_it_was_set() -> None:
    office = Clerk(settings=test_notices.SETTINGS)
    for _ in range(2):
        office.later()
        seen = Seen(
            violations={column(1).key: column(1)},
            limits={column(1).key: Span(months=6)},
            sights={column(1).key: Sight.BAD},
        )
        office.keep(follow(office.book, seen, office.settings, run="r", at=office.now, day=office.now.date()))
    assert "超过 6 个月时限 30 天" in part(mails(queued(office))["one@a.example"], "plain")


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_both_parts_name_the_same_points(language: str) -> None:
    mail = mails(queued(issued(*(column(n) for n in range(1, 80))), replace(FLEET, language=language)))["one@a.example"]
    named = {kind: set(re.findall(r"/tzgg(\d+)/", part(mail, kind))) for kind in ("plain", "html")}
    assert named["plain"] == named["html"] == {str(n) for n in range(1, 51)}
    assert re.search("79", part(mail, "plain"))


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_two_thousand_long_points_stay_below_ninety_kilobytes(language: str) -> None:
    ugly = "<&\"'>水" * 100
    found = [
        column(n, subject=ugly + str(n), evidence=ugly, url=f"http://slj.example/{n}/" + "&" * 900) for n in range(2000)
    ]
    clerk = issued(*found)
    mail = mails(queued(clerk, replace(FLEET, language=language)))["one@a.example"]
    assert len(part(mail, "html").encode()) < 90_000
    assert "2000" in part(mail, "html")
    look(clerk.later(5), found)
    mail = mails(queued(clerk, replace(FLEET, language=language)))["one@a.example"]
    assert len(part(mail, "html").encode()) < 90_000
    assert [one.get_filename() for one in mail.iter_attachments()] == ["ledger-2026-03-09.xlsx"]


def test_a_form_of_the_office_that_cannot_be_used_holds_no_notice_back(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "notice.docx").write_bytes(b"no form")
    rows = queued(issued(column(1)), replace(FLEET, forms=str(tmp_path)))
    assert len(rows) == 2
    assert "notice.docx" in caplog.text


def test_a_notice_in_the_offices_own_words_and_look(tmp_path: Path) -> None:
    (tmp_path / "notice.html").write_text(
        '{% extends "package/notice.html" %}{% block title %}{{ head.office }}公函{% endblock %}', encoding="utf-8"
    )
    (tmp_path / "words.yaml").write_text("letter.title_notice: 督办单\n", encoding="utf-8")
    style = read_style(tmp_path, "zh-CN")
    clerk = issued(column(1, subject="<b>公告</b>"))
    mail = mails(letters.of_notices(FLEET, clerk.changes, clerk.notices, clerk.now.date(), clerk.now, style))
    page = part(mail["one@a.example"], "html")
    assert "<title>示例市人民政府办公室公函</title>" in page
    assert "督办单</h1>" in page
    assert "&lt;b&gt;公告" in page
    assert check_style(tmp_path, "zh-CN", None) == ()


def test_a_broken_template_holds_no_notice_back_and_is_told(tmp_path: Path) -> None:
    for name in ("notice.html", "follow_up.txt"):
        (tmp_path / name).write_text("{{ parts[7].passage.notice.number }}", encoding="utf-8")
    style = read_style(tmp_path, "zh-CN")
    clerk = issued(column(1))
    mail = mails(letters.of_notices(FLEET, clerk.changes, clerk.notices, clerk.now.date(), clerk.now, style))
    assert "整改期限" in part(mail["one@a.example"], "html")
    assert any("notice.html:1" in said for said in style.faults.values())
    told = check_style(tmp_path, "zh-CN", None)
    assert [said.partition(": ")[0].rpartition("/")[2] for said in told] == ["notice.html:1", "follow_up.txt:1"]


# --- what follows ---------------------------------------------------------------------------


def test_what_follows_hangs_on_the_notice_that_each_got() -> None:
    clerk = issued(column(1))
    notice = mails(queued(clerk))
    look(clerk.later(5), [column(1)])
    later = mails(queued(clerk))
    for to in ("one@a.example", "two@a.example"):
        assert later[to]["In-Reply-To"] == notice[to]["Message-ID"]
        assert later[to]["References"].split() == [notice[to]["References"], notice[to]["Message-ID"]]
        assert later[to]["Subject"] == "[〔2026〕1号] 整改期限将至：市水利局 1 项"
    ids = [mail["Message-ID"] for mail in (*notice.values(), *later.values())]
    assert len(set(ids)) == 4


def test_who_is_told_of_many_notices_reads_the_threads_of_all() -> None:
    clerk = issued(column(1))
    for number in range(2, 16):
        look(clerk.later(0, hours=12), [column(n) for n in range(1, number + 1)])
        look(clerk.later(0, hours=12), [column(n) for n in range(1, number + 1)])
    clerk.hand(Step.DISPUTED)
    rows = [row for row in queued(look(clerk.later(40), [column(n) for n in range(2, 16)])) if row.kind == "follow-up"]
    found = mails(rows)["one@a.example"]
    assert "〔2026〕2号 等 14 件" in found["Subject"]
    for kind in ("plain", "html"):
        said = part(found, kind)
        numbers = list(dict.fromkeys(re.findall(r"〔2026〕\d+号", said)))
        assert numbers == [f"〔2026〕{n}号" for n in range(2, 16)]
        assert said.count("你的地址登记为市水利局的网站联系人") == 1
    references = found["References"].split()
    assert len(references) == 20
    assert b"=?" not in row_header(rows[0], b"References")


def row_header(row: Queued, name: bytes) -> bytes:
    head = re.sub(rb"\r\n[ \t]+", b" ", row.outgoing.content.partition(b"\r\n\r\n")[0])
    return next(line for line in head.split(b"\r\n") if line.startswith(name + b":"))


def test_a_long_domain_breaks_no_reference() -> None:
    sender = "monitor@" + ".".join(["jiancha-jiandu-zhongxin"] * 6) + ".example"
    clerk = issued(column(1))
    fleet = replace(FLEET, mail=replace(SETTINGS, sender=sender))
    look(clerk.later(5), [column(1)])
    for row in queued(clerk, fleet):
        for name in (b"References", b"In-Reply-To", b"Message-ID"):
            assert b"=?" not in row_header(row, name)


@pytest.mark.parametrize(
    ("after", "subject", "said"),
    [
        (6, "整改期限将至", "还有 2 天"),
        (8, "整改期限今天届满", "今天到期"),
        (15, "逾期未整改", "逾期 7 天"),
        (30, "逾期较久，提请督办", "逾期 22 天"),
    ],
)
def test_each_reminder_says_why_it_comes_and_how_late_it_is(after: int, subject: str, said: str) -> None:
    clerk = issued(column(1))
    clerk.now = datetime.combine(date(2026, 3, 3) + timedelta(days=after), clerk.now.timetz())
    mail = mails(queued(look(clerk, [column(1)])))["one@a.example"]
    assert subject in mail["Subject"]
    for kind in ("plain", "html"):
        assert said in part(mail, kind)
        assert f"至今已 {214 + after} 天未更新" in part(mail, kind)


def test_a_reminder_counts_from_what_the_column_shows_now() -> None:
    clerk = issued(column(1))
    look(clerk.later(6), [column(1, newest=date(2025, 8, 11))])  # an old item was put in since
    mail = mails(queued(clerk))["one@a.example"]
    for kind in ("plain", "html"):
        assert f"至今已 {214 - 10 + 6 + 1} 天未更新" in part(mail, kind)


def test_those_above_read_only_what_is_long_overdue_and_why_they_get_it() -> None:
    clerk = issued(column(1), column(2))
    clerk.hand(Step.DISPUTED, 2)
    look(clerk.later(30), [column(1), column(2)])
    mail = mails(queued(clerk))["city@a.example"]
    for kind in ("plain", "html"):
        assert "市水利局下列 1 项逾期未整改，请予督办" in part(mail, kind)
        assert "通知公告2" not in part(mail, kind)
        assert "按规定提请督办" in part(mail, kind)


def test_where_nobody_is_above_the_office_is_asked_to_see_to_it() -> None:
    clerk = issued(column(1))
    alone = replace(FLEET, units=(replace(WATER, within=""),))
    look(clerk.later(30), [column(1)])
    mail = mails(queued(clerk, alone))["office@office.example"]
    assert mail["Subject"] == "[〔2026〕1号] 逾期较久，提请督办：市水利局 1 项"
    for kind in ("plain", "html"):
        assert "逾期整改督办提请" in part(mail, kind)
        assert "请督促上列单位" in part(mail, kind)
        assert "怎样反馈" not in part(mail, kind)


def test_the_gravest_of_many_things_names_the_mail() -> None:
    clerk = issued(column(1), column(2))
    look(clerk.later(1), [column(1)], good=[column(2)])
    look(clerk.later(30), [column(1)], good=[column(2)])
    assert mails(queued(clerk))["one@a.example"]["Subject"] == "[〔2026〕1号] 逾期较久，提请督办等：市水利局 2 项"


def test_what_is_closed_is_told_with_whether_it_was_in_time() -> None:
    for wait, said in ((1, "按期整改"), (9, "逾期整改")):
        clerk = issued(column(1))
        look(clerk.later(wait), [], good=[column(1)])
        look(clerk.later(), [], good=[column(1)])
        mail = mails(queued(clerk))["one@a.example"]
        assert mail["Subject"] == "[〔2026〕1号] 已整改，予以销号：市水利局 1 项"
        assert said in part(mail, "plain")
        assert "怎样反馈" not in part(mail, "plain")


@pytest.mark.parametrize(
    ("step", "until", "said"),
    [
        (Step.DISPUTED, None, "申诉已登记：as the letter says（王五）"),
        (Step.WAIVED, date(2026, 6, 1), "同意豁免至2026年6月1日：as the letter says（王五）"),
        (Step.WITHDRAWN, None, "已撤销：as the letter says（王五）"),
        (Step.CLOSED, None, "人工核实后销号：as the letter says（王五）"),
    ],
)
def test_what_a_person_decided_is_told_with_name_and_reason(step: Step, until: date | None, said: str) -> None:
    clerk = issued(column(1))
    clerk.later().hand(step, until=until)
    mail = mails(queued(clerk))["one@a.example"]
    for kind in ("plain", "html"):
        assert said in part(mail, kind)


def test_every_step_that_is_told_has_its_words_in_both_languages() -> None:
    """A life with all of it: no phrase is missing, no place in one stays empty."""
    for language in ("zh-CN", "en"):
        fleet = replace(FLEET, language=language)
        clerk = issued(column(1), link(2))
        told: set[str] = set()

        def tell(clerk: Clerk = clerk, fleet: Fleet = fleet, told: set[str] = told) -> None:
            for mail in mails(queued(clerk, fleet)).values():
                told |= {event.step.value for event in clerk.changes.events}
                assert "{" not in part(mail, "plain") + mail["Subject"]

        for step, until in (
            (Step.DISPUTED, None),
            (Step.UPHELD, None),
            (Step.WAIVED, clerk.now.date() + timedelta(10)),
        ):
            clerk.later().hand(step, until=until)
            tell()
        for _ in range(16):
            look(clerk.later(), [column(1), link(2)])
            tell()
        clerk.hand(Step.CLAIMED)
        look(clerk.later(), [column(1), link(2)])
        tell()
        clerk.later().keep(
            follow(
                clerk.book, Seen(sights=dict.fromkeys(clerk.cases, Sight.BLIND)), clerk.settings,
                run="r", at=clerk.now, day=clerk.now.date(),
            )
        )  # fmt: skip
        tell()
        for _ in range(30):
            look(clerk.later(), [column(1), link(2)])
            tell()
        for bad, good in (([], [column(1), link(2)]), ([], [column(1), link(2)])):
            look(clerk.later(), bad, good)
            tell()
        for _ in range(2):
            look(clerk.later(), [column(1), link(2)])
            tell()
        assert told >= {
            "disputed", "upheld", "waived", "waiver ends soon", "waiver ended", "reminded", "claim refuted", "resumed",
            "escalated", "closed", "reopened",
        }  # fmt: skip


def test_a_unit_that_no_longer_answers_for_a_site_is_told_so() -> None:
    clerk = issued(column(1))
    seen = Seen(sights=dict.fromkeys(clerk.cases, Sight.BLIND), units={})
    later = clerk.later()
    clerk.keep(follow(clerk.book, seen, clerk.settings, run="r", at=later.now, day=later.now.date()))
    mail = mails(queued(clerk))["one@a.example"]
    assert mail["Subject"] == "[〔2026〕1号] 不再由本单位办理：市水利局 1 项"
    assert "本项不再由你单位办理" in part(mail, "plain")


# --- keys -----------------------------------------------------------------------------------


def test_the_same_changes_make_the_same_rows_and_later_ones_others() -> None:
    clerk = issued(column(1))
    first = queued(clerk)
    assert queued(clerk) == first
    look(clerk.later(5), [column(1)])
    second = queued(clerk)
    look(clerk.later(3), [column(1)])
    third = queued(clerk)
    keys = [row.dedupe_key for row in (*first, *second, *third)]
    ids = [row.outgoing.id for row in (*first, *second, *third)]
    assert len(set(keys)) == len(set(ids)) == 6


def test_rows_say_what_they_are_about() -> None:
    clerk = issued(column(1))
    assert {(row.kind, row.unit, row.about) for row in queued(clerk)} == {("notice", "water", ("〔2026〕1号",))}
    look(clerk.later(5), [column(1)])
    assert {(row.kind, row.unit, row.about) for row in queued(clerk)} == {("follow-up", "water", ("〔2026〕1号",))}


def test_without_mail_there_are_no_rows() -> None:
    assert queued(issued(column(1)), replace(FLEET, mail=None)) == []


# --- over whole runs ------------------------------------------------------------------------


def test_the_second_run_queues_the_notice_beside_the_offices_mail(tmp_path: Path) -> None:
    async def go() -> None:
        async with city(tmp_path) as there:
            for day in days(2):
                await crawl(there, day)
            rows = posting.waiting_mail(there.fleet, now=at(days(9)[-1]))
            told = sorted((row.recipient, str(mails_of(row.content)["Subject"])) for row in rows)
            assert [to for to, _ in told] == [
                *["one@example.gov.cn"] * 2,
                *["two@example.gov.cn"] * 2,
                "u@example.gov.cn",
            ]
            assert told[-1][1] == "[〔2026〕1号] 市水利局 2 个问题，03-27 前整改"

    asyncio.run(go())


def mails_of(content: bytes) -> EmailMessage:
    mail = email.message_from_bytes(content, policy=default)
    assert isinstance(mail, EmailMessage)
    return mail


def test_a_word_at_the_desk_is_queued_with_it(tmp_path: Path) -> None:
    async def go() -> None:
        async with city(tmp_path, mail=MAIL) as there:
            for day in days(2):
                await crawl(there, day)
            now = at(days(3)[-1])()
            told: dict[Step, list[tuple[str, str]]] = {}
            with run.history(there.fleet) as store:
                for step in (Step.DISPUTED, Step.WITHDRAWN):
                    clerk.done(
                        store, NoticeSettings(), step, "1", who="王五", why="误报", at=now,
                        tell=lambda changes: letters.of_notices(there.fleet, changes, store.notices(), now.date(), now),
                    )  # fmt: skip
                    waiting = [
                        row for row in store.mail_kept("queued", "superseded") if row.recipient == "u@example.gov.cn"
                    ]
                    told[step] = sorted((row.kind, row.state) for row in waiting)
            assert told == {
                Step.DISPUTED: [("follow-up", "queued"), ("notice", "queued")],
                # nobody has got the notice yet, and so nobody need hear that it is withdrawn
                Step.WITHDRAWN: [("follow-up", "superseded"), ("notice", "superseded")],
            }

    asyncio.run(go())


def test_changes_that_say_nothing_queue_nothing() -> None:
    assert letters.of_notices(FLEET, Changes(version=0), (), date(2026, 3, 2), datetime(2026, 3, 2, tzinfo=None)) == []  # noqa: DTZ001
