"""Text to days: every form, every look-alike, and nothing else."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor import dates
from monitor.dates import Role

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("发布时间：2026-11-03 09:12", "2026-11-03"),
        ("2026-11-0309:12", "2026-11-03"),
        ("2026/11/3", "2026-11-03"),
        ("2026．11．03", "2026-11-03"),
        ("2026年11月3日", "2026-11-03"),
        ("2026 年 11 月 3 日", "2026-11-03"),
        ("二〇二六年十一月三日", "2026-11-03"),
        ("二○一九年十二月二十八日", "2019-12-28"),
        ("民國115年11月3日", "2026-11-03"),
        ("中華民國一百一十五年十一月三日", "2026-11-03"),
        ("Nov 3rd, 2026", "2026-11-03"),
        ("3 November 2026", "2026-11-03"),
        ("03-Nov-2026", "2026-11-03"),
        ("3 ноября 2026 г.", "2026-11-03"),
        ("03.11.2026", "2026-11-03"),
        ("2020-11-05阅读次数", "2020-11-05"),
        ("2026-11-03T08:12:00+08:00", "2026-11-03"),
    ],
)
def test_full_dates(text: str, day: str) -> None:
    found = dates.find(text)
    assert found is not None
    assert found.day.isoformat() == day
    assert found.sure


@pytest.mark.parametrize(
    "text",
    ["2020-2021学年度", "1/76", "第20201124期", "2026-13-01", "2026-02-30", "0371-2026-11", "192.168.2020.1.1", "13800002020", "2026-11-03-04", ""],
)  # fmt: skip
def test_look_alikes(text: str) -> None:
    assert dates.find(text) is None


@pytest.mark.parametrize(("text", "month", "day"), [("[11-03]", 11, 3), ("11月3日", 11, 3), ("Nov 3", 11, 3), ("3 Nov", 11, 3), ("11/03 08:12", 11, 3), ("23 11月", 11, 23)])  # fmt: skip
def test_month_and_day(text: str, month: int, day: int) -> None:
    found = dates.month_day(text)
    assert found is not None
    assert (found.month, found.day) == (month, day)


@pytest.mark.parametrize("text", ["1/76", "13-03", "3-4班", "11-03通知", "", "8：30-11：30"])
def test_not_month_and_day(text: str) -> None:
    assert dates.month_day(text) is None


@pytest.mark.parametrize(
    ("text", "back"),
    [("今天", 0), ("昨天", 1), ("昨天 08:12", 1), ("3天前", 3), ("两周前", 14), ("5小时前", 0), ("刚刚", 0), ("2 days ago", 2), ("yesterday", 1), ("вчера", 1), ("3 дня назад", 3)],
)  # fmt: skip
def test_relative_words(text: str, back: int) -> None:
    found = dates.relative(text, TODAY)
    assert found is not None
    assert found.day == TODAY - timedelta(days=back)


@pytest.mark.parametrize("text", ["昨天召开会议", "今天是", "三天", "3天前召开", "days ago"])
def test_relative_words_in_sentences_are_none(text: str) -> None:
    assert dates.relative(text, TODAY) is None


@pytest.mark.parametrize(
    ("text", "day"),
    [("26-11-03", "2026-11-03"), ("115-11-03", "2026-11-03"), ("20261103", "2026-11-03"), ("20261103081200", "2026-11-03"), ("'26/11/3", "2026-11-03")],
)  # fmt: skip
def test_shortened_years(text: str, day: str) -> None:
    found = dates.short_year(text, TODAY)
    assert found is not None
    assert found.day.isoformat() == day


@pytest.mark.parametrize(
    "text", ["23 2026-11", "2026-11 23", "2026.11 / 23", "11-23 2026", "2026 11-23", "23 11月 2026"]
)
def test_split_cells(text: str) -> None:
    found = dates.pair_split(text)
    assert found is not None
    assert found.day == TODAY


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ("信息发布时间：", Role.PUBLISHED),
        ("发 布 日 期 ：", Role.PUBLISHED),
        ("上载日期: ", Role.PUBLISHED),
        ("Release time：", Role.PUBLISHED),
        ("Опубликовано: ", Role.PUBLISHED),
        ("更新时间：", Role.UPDATED),
        ("日期：", Role.DATE),
        ("成文日期：", Role.REFUSED),
        ("发文日期：", Role.REFUSED),
        ("今天是：", Role.REFUSED),
        ("报名时间：", Role.REFUSED),
        ("来源：办公室", None),
        ("", None),
    ],
)
def test_labels(text: str, role: Role | None) -> None:
    assert dates.role_before(text) is role


@pytest.mark.parametrize(
    ("url", "day", "whole"),
    [
        ("http://a.example/202611/t20261103_123.html", "2026-11-03", True),
        ("http://a.example/art/2026/11/3/art_1_2.html", "2026-11-03", True),
        ("http://a.example/2014/0801/24971.html", "2014-08-01", True),
        ("http://a.example/202611/x.html", "2026-11-01", False),
    ],
)
def test_addresses(url: str, day: str, whole: bool) -> None:
    found = dates.from_url(url)
    assert found is not None
    assert (found.day.isoformat(), found.whole) == (day, whole)


@pytest.mark.parametrize(
    "url", ["http://a.example/12345678.html", "http://a.example/?d=20261103", "http://20261103.example/x", ""]
)
def test_addresses_without_dates(url: str) -> None:
    assert dates.from_url(url) is None


@given(
    st.dates(min_value=date(1990, 1, 1), max_value=date(2060, 12, 31)),
    st.sampled_from(["{0}-{1:02}-{2:02}", "{0}年{1}月{2}日", "{0}/{1}/{2}", "{0}.{1:02}.{2:02}"]),
)
def test_what_is_written_is_read(day: date, form: str) -> None:
    found = dates.find("发布：" + form.format(day.year, day.month, day.day) + " 来源")
    assert found is not None
    assert found.day == day


@given(st.text(max_size=200))
def test_any_text_is_survived(text: str) -> None:
    list(dates.find_all(text))
    dates.month_day(text)
    dates.short_year(text, TODAY)
    dates.relative(text, TODAY)
    dates.pair_split(text)
    dates.role_before(text)
    dates.from_url(text)


@given(st.integers(1, 12), st.integers(1, 28), st.dates(min_value=date(2000, 1, 1), max_value=date(2050, 1, 1)))
def test_a_missing_year_is_never_in_the_future(month: int, day: int, limit: date) -> None:
    found = dates.MonthDay(month=month, day=day).latest(limit)
    assert found is not None
    assert found <= limit < date(found.year + 2, 1, 1)
