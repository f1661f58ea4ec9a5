"""What a chat group and a webhook are told: short, true, and harmless whatever a page calls itself."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import sample
from monitor.model import Case, Change, Docket, Kind, Report, Stage
from monitor.report import chat_json, chat_text, is_well
from monitor.report.chat import TEXT_BYTES

PLACE = "/srv/monitor/reports/2026-11-23/report.html"
UNSAFE = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")


def told(report: Report) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(chat_json(report))
    return found


def case(number: int, notice: str, due: date, stage: Stage = Stage.ISSUED) -> Case:
    at = datetime(2026, 11, 2, 6, 0, tzinfo=sample.ZONE)
    return Case(
        site="dept00", kind=Kind.STALE_COLUMN.value, url=f"http://dept00.example/{number}/", unit="unit-00", subject="通知公告",
        stage=stage, observed_at=at, changed_at=at, notice=notice, point=number, issued_on=at.date(), due=due,
    )  # fmt: skip


def with_notices(report: Report) -> Report:
    """Three notices: one overdue in two points, one that still has time, one that is settled."""
    past, later = sample.TODAY - timedelta(days=1), sample.TODAY + timedelta(days=3)
    cases = (case(1, "甲", past), case(2, "甲", past), case(3, "乙", later), case(4, "丙", past, Stage.CLOSED))
    return replace(report, docket=Docket(cases=cases))


def test_an_ordinary_morning_in_chinese() -> None:
    assert chat_text(with_notices(sample.city()), PLACE).splitlines() == [
        "云川市人民政府办公室 网站更新监测 11-23",
        "【结果可用】本次监测已按计划完成，12 个网站中检查了 11 个。",
        "新增问题 6 · 仍未整改 7 · 已经整改 2",
        "整改通知：2 件未办结，其中 1 件逾期",
        "1. 云川市水务局网站“政务公开 ＞ 通知公告”栏目，1029 天未更新（时限 6 个月，超期 845 天）。",
        "2. 云川市民政局网站“工作动态”栏目，412 天未更新（时限 14 天，超期 398 天）。",
        "3. 云川市交通运输局网站“信息公开 ＞ 规划计划”栏目，398 天未更新（时限 1 年，超期 33 天）。",
        f"报告：{PLACE}",
    ]


def test_an_ordinary_morning_in_english() -> None:
    text = chat_text(replace(sample.city(), run=sample.run(language="en")), PLACE)
    assert text.splitlines()[1:4] == [
        "[Result can be used] The run finished as planned: 11 of 12 sites were checked.",
        "6 new · 7 still open · 2 fixed",
        "1. 云川市水务局网站, column “政务公开 ＞ 通知公告”: 1029 days without update (limit 6 months, 845 days over).",
    ]


def test_a_day_without_a_finding_is_told_too() -> None:
    lines = chat_text(sample.well(), PLACE).splitlines()
    assert lines[2:] == [
        "没有发现问题。已检查的网站中，没有超期或空白的栏目，也没有失效链接。",
        f"报告：{PLACE}",
    ]


def test_a_run_that_saw_nothing_does_not_say_that_all_is_well() -> None:
    well = sample.well()
    blind = replace(
        well, run=sample.run(sites_checked=0), sites=tuple(replace(s, verdict="unreachable") for s in well.sites)
    )
    lines = chat_text(blind, PLACE).splitlines()
    assert lines[1].startswith("【部分网站未能检查】")
    assert lines[2] == "本次没有检查到任何网站，不能据此认为没有问题。"
    assert not is_well(blind)


def test_a_run_that_is_held_says_so_and_names_nobody() -> None:
    held = with_notices(sample.broken_off())
    text, document = chat_text(held, PLACE), told(held)
    assert text.splitlines()[1] == (
        "【已暂停对外发送】原因：比上次多出 412 个超期栏目，疑为监测程序故障。结论须经人工核实后方可对外通知。"
    )
    assert len(text.splitlines()) == 3
    for site in held.sites:
        assert site.name not in text
        assert site.id not in chat_json(held).decode()
    assert document["run"]["held"] == "比上次多出 412 个超期栏目，疑为监测程序故障"
    assert (document["counts"], document["notices"], document["worst"]) == (None, None, [])


@pytest.mark.parametrize("language", ["zh-CN", "en"])
@pytest.mark.parametrize("text", sample.NASTY)
def test_hostile_words_neither_steer_mention_link_nor_break_lines(text: str, language: str) -> None:
    for report in (sample.hostile(text), replace(sample.hostile(text), run=sample.run(language=language))):
        said = chat_text(report, PLACE)
        lines = said.splitlines()
        assert len(lines) <= 8
        assert not UNSAFE.search(said)
        assert not set("\n".join(lines[:-1])) & set("@<>*`~|")
        assert not re.search(r"://|\w\.[A-Za-z]", "\n".join(lines[:-1]))
        assert len(said.encode()) <= TEXT_BYTES
        assert not UNSAFE.search(chat_json(report).decode())
        told(report)


@given(st.text(max_size=400))
def test_any_name_stays_within_its_line_and_its_size(name: str) -> None:
    plain = sample.city()
    report = replace(plain, violations=tuple(replace(v, site_name=name, subject=name) for v in plain.violations))
    said = chat_text(report, PLACE)
    assert len(said.splitlines()) <= 7
    assert len(said.encode()) <= TEXT_BYTES
    assert not set("".join(said.splitlines()[3:-1])) & set("@<>[]*`~|")


def test_marks_of_chat_products_lose_their_power() -> None:
    names = ('<at user_id="all">所有人</at> @all', "[点此](http://evil.example/x) **急** `x`", "evil.example")
    plain = sample.city()
    (first,) = [v for v in plain.violations if v.rank == 1]
    said = chat_text(replace(plain, violations=tuple(replace(first, subject=name) for name in names)), PLACE)
    assert '“＜at user_id="all"＞所有人＜/at＞ ＠all”' in said
    assert "“［点此］(http：//evil．example/x) ＊＊急＊＊ ｀x｀”" in said
    assert "“evil．example”" in said


def test_a_long_text_loses_silences_before_anything_else() -> None:
    long = "局" * 400
    plain = sample.city()
    report = replace(
        plain, office=long, violations=tuple(replace(v, site_name=long, subject=long) for v in plain.violations)
    )
    said = chat_text(report, "/" + "夹" * 300)
    assert len(said.encode()) <= TEXT_BYTES
    assert said.splitlines()[-1].startswith("报告：/夹夹")
    assert "新增问题 6" in said


def test_the_document_has_the_same_keys_on_every_day() -> None:
    busy, quiet = told(with_notices(sample.city())), told(sample.well())
    assert set(busy) == set(quiet) == {"schema", "event", "office", "run", "counts", "notices", "worst"}
    assert set(busy["run"]) == set(quiet["run"])
    assert set(busy["counts"]) == set(quiet["counts"])
    assert busy["run"] == {
        "id": "2026-11-23-0500-7f3a", "today": "2026-11-23", "started_at": "2026-11-23T05:00:12+08:00",
        "finished_at": "2026-11-23T05:41:03+08:00", "complete": True, "held": "", "sites_checked": 11, "sites_total": 12,
    }  # fmt: skip
    assert busy["counts"] == {
        "violations": 13, "new": 6, "still": 7, "fixed": 2, "stale_column": 7, "blank_column": 1, "dead_link": 2,
        "unreachable_site": 1, "suspicious_link": 1, "certificate_fault": 1, "re_dated_item": 0,
    }  # fmt: skip
    assert (busy["notices"], quiet["notices"]) == ({"open": 2, "overdue": 1}, None)
    assert set(quiet["counts"].values()) == {0}


def test_the_document_lists_the_longest_silences_first() -> None:
    worst = told(sample.city())["worst"]
    ages = [one["days_since_update"] for one in worst]
    assert ages == sorted(ages, reverse=True) == [1029, 412, 398, 201, 31, 15, 14]
    assert worst[0] == {
        "site": "dept00", "site_name": "云川市水务局网站", "unit": "unit-00", "unit_name": "云川市水务局", "kind": "stale column",
        "subject": "政务公开 > 通知公告", "url": sample.city().violations[0].url, "newest": "2024-01-29",
        "days_since_update": 1029, "limit_days": 184, "days_over": 845, "first_seen": "2026-05-04", "notice": None,
    }  # fmt: skip
    assert len(told(sample.fleet(30, 4))["worst"]) == 10


def test_the_same_run_gives_the_same_bytes() -> None:
    assert chat_json(sample.city()) == chat_json(sample.city())
    assert chat_text(sample.city(), PLACE) == chat_text(sample.city(), PLACE)


def test_a_day_is_well_only_when_there_is_nothing_to_tell() -> None:
    well = sample.well()
    fixed = sample.city().fixed[:1]
    overdue = Docket(cases=(case(1, "甲", sample.TODAY - timedelta(days=1)),))
    waiting = Docket(cases=(case(1, "甲", sample.TODAY + timedelta(days=1)),))
    assert is_well(well)
    assert is_well(replace(well, docket=waiting))
    for report in (
        sample.city(),
        replace(well, fixed=fixed),
        replace(well, docket=overdue),
        replace(well, run=sample.run(sites_checked=11)),
        replace(well, run=sample.run(sites_checked=12, complete=False)),
        replace(well, run=sample.run(sites_checked=12, held="no canary answers")),
    ):
        assert not is_well(report)
    assert [v.change for v in sample.city().violations].count(Change.NEW) == 6
