"""Lists read from data answers: whatever the API calls its members, and never a number taken for a day."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.model import Filling, Item, Page, Trust
from monitor.page import read_data

TODAY = date(2026, 3, 20)
URL = "http://slj.example.gov.cn/api/list"
PAGE = "http://slj.example.gov.cn/tzgg/index.html"
NAMES = ("关于做好防汛抗旱工作的通知", "关于开展河长制巡查的公告", "农村饮水安全工程公示", "水库除险加固进展情况")


def read(body: object, **more: Any) -> Page | None:
    raw = (
        body
        if isinstance(body, bytes)
        else (body if isinstance(body, str) else json.dumps(body, ensure_ascii=False)).encode()
    )
    return read_data(raw, URL, TODAY, page_url=PAGE, **more)


def newest(body: object) -> tuple[str, str] | None:
    found = read(body)
    return (str(found.newest.day), found.newest.where) if found and found.newest else None


def first(body: object) -> Item:
    found = read(body)
    assert found is not None
    return found.items[0]


def rows(**members: Any) -> list[dict[str, Any]]:
    """Rows of which the first has these members' first values, and so on; a title and a link are there."""
    count = max(len(values) for values in members.values())
    return [
        {"id": 100 + n, "title": NAMES[n], "url": f"/v/{n}.html", **{k: v[n] for k, v in members.items() if n < len(v)}}
        for n in range(count)
    ]


DAYS = ["2026-03-18", "2026-03-01", "2025-12-30"]
MILLISECONDS = [1773763200000, 1772294400000, 1767024000000]
"""Midnight in China on those days: the day before by UTC."""


@pytest.mark.parametrize(
    ("values", "rule"),
    [
        (DAYS, "iso"),
        (["2026-03-18 09:12:30", "2026-03-01 00:00:00", "2025-12-30 23:59:59"], "iso"),
        (["2026-03-18T09:12:30", "2026-03-01T00:00:00", "2025-12-30T23:59:59"], "iso"),
        (["2026-03-17T16:00:00.000+0000", "2026-02-28T16:00:00.000+0000", "2025-12-29T16:00:00.000+0000"], "timestamp"),
        (["2026-03-17T16:00:00Z", "2026-02-28T16:00:00Z", "2025-12-29T16:00:00Z"], "timestamp"),
        (["2026年3月18日", "2026年3月1日", "2025年12月30日"], "chinese"),
        (["2026/3/18", "2026/3/1", "2025/12/30"], "iso"),
        (["20260318", "20260301", "20251230"], "compact"),
        (["20260318091230", "20260301000000", "20251230235959"], "compact"),
        (MILLISECONDS, "epoch"),
        ([m // 1000 for m in MILLISECONDS], "epoch"),
        ([str(m) for m in MILLISECONDS], "epoch"),
        ([f"/Date({m})/" for m in MILLISECONDS], "epoch"),
        ([[2026, 3, 18, 9, 12], [2026, 3, 1, 0, 0], [2025, 12, 30, 1, 1]], "parts"),
        ([{"date": 18, "month": 2, "year": 126, "time": m} for m in MILLISECONDS], "epoch"),
    ],
)
def test_a_day_however_it_is_written(values: list[Any], rule: str) -> None:
    found = read({"code": 200, "data": {"rows": rows(publishTime=values)}})
    assert found is not None
    assert found.newest is not None
    assert (str(found.newest.day), found.newest.rule) == ("2026-03-18", rule)
    assert found.newest.trust is Trust.SURE
    assert found.newest.where.startswith("data row 1, field publishTime")
    assert [str(i.published.day) for i in found.items if i.published] == DAYS


@pytest.mark.parametrize(
    "name",
    ["publishTime", "pubDate", "PUBDATE", "publish_date", "releaseTime", "fbsj", "FBRQ", "docRelTime", "showDate", "createTime",
     "CREATE_DATE", "addtime", "inputTime", "date", "time", "day", "newsTime", "issueDate", "发布时间", "crtime_date", "dateStr", "sendTime", "crtime", "gmtCreate", "updateTime"],
)  # fmt: skip
def test_the_names_of_a_day(name: str) -> None:
    assert newest(rows(**{name: MILLISECONDS})) == ("2026-03-18", f"data row 1, field {name}")


@pytest.mark.parametrize(
    "name",
    ["endTime", "expireDate", "deadline", "birthDate", "validDate", "startTime", "effectiveDate", "signDate", "meetingTime", "replyTime",
     "id", "sort", "docId", "phone", "orderNum", "version", "截止日期", "deleteTime"],
)  # fmt: skip
def test_what_is_no_day_of_publication(name: str) -> None:
    assert newest(rows(**{name: MILLISECONDS})) is None


def test_of_several_days_the_one_of_publication_counts() -> None:
    old, new = ["2020-01-01"] * 3, ["2026-03-19"] * 3
    assert newest(rows(updateTime=new, createTime=new, publishTime=old)) == (
        "2020-01-01",
        "data row 1, field publishTime",
    )
    assert newest(rows(updateTime=new, createTime=old)) == ("2020-01-01", "data row 1, field createTime")
    assert newest(rows(endTime=new, date=old, modifyTime=new)) == ("2020-01-01", "data row 1, field date")


def test_a_day_that_only_an_update_tells_is_less_sure() -> None:
    found = read(rows(updateTime=DAYS))
    assert found is not None
    assert found.newest is not None
    assert found.newest.trust is Trust.LIKELY


TABLE = rows(publishTime=DAYS)


@pytest.mark.parametrize(
    "body",
    [
        TABLE,
        {"data": TABLE},
        {"result": {"page": {"records": TABLE, "total": 3}}},
        {"data": json.dumps({"list": TABLE})},
        {"rows": {str(n): row for n, row in enumerate(TABLE)}},
        {"hits": {"hits": [{"_id": "1", "_source": row} for row in TABLE]}},
        {"banner": [{"img": "/a.png", "url": "/x"}], "list": TABLE, "links": [{"name": "国务院", "url": "http://www.example.org/"}]},
        "jQuery1720_1(" + json.dumps(TABLE) + ")",
        "callback(" + json.dumps({"d": TABLE}) + ");",
        "/**/cb(" + json.dumps(TABLE) + ");",
        "var newsList = " + json.dumps(TABLE) + ";\nshow();",
        "\ufeff" + json.dumps(TABLE),
        "  " + json.dumps(TABLE),
    ],
)  # fmt: skip
def test_the_rows_wherever_they_stand(body: object) -> None:
    found = read(body)
    assert found is not None
    assert found.filling is Filling.ROWS
    assert [item.title for item in found.items] == list(NAMES[:3])
    assert found.items[0].url == "http://slj.example.gov.cn/v/0.html"
    assert found.newest is not None
    assert str(found.newest.day) == "2026-03-18"


RSS = (
    '<?xml version="1.0"?><rss><channel><title>x</title><item><title><![CDATA[关于通知的一]]></title><link>http://a.example/1.html</link>'
    "<pubDate>Tue, 17 Mar 2026 20:00:00 GMT</pubDate></item><item><title>关于通知的二</title><link>http://a.example/2.html</link>"
    "<pubDate>Sun, 01 Mar 2026 00:00:00 +0800</pubDate></item></channel></rss>"
)
ATOM = (
    '<feed><entry><title>Water notice one</title><link href="http://a.example/1"/><published>2026-03-18T00:00:00+08:00</published></entry>'
    '<entry><title>Water notice two</title><link href="http://a.example/2"/><published>2026-03-01T00:00:00+08:00</published></entry></feed>'
)
RECORDS = (
    "<datastore><recordset><record><![CDATA[<li><a href='/art/2026/3/18/art_1_1.html'>关于做好防汛工作的通知</a><span>2026-03-18</span></li>]]></record>"
    "<record><![CDATA[<li><a href='/art/2026/3/1/art_1_2.html'>关于做好抗旱工作的通知</a><span>2026-03-01</span></li>]]></record></recordset></datastore>"
)
FRAGMENT = "<ul><li><a href='a.html'>关于做好防汛工作的通知</a><span>2026-03-18</span></li><li><a href='b.html'>关于做好抗旱工作的通知</a><span>2026-03-01</span></li></ul>"


@pytest.mark.parametrize("body", [RSS, ATOM, RECORDS, FRAGMENT])
def test_feeds_records_and_fragments(body: str) -> None:
    found = read(body)
    assert found is not None
    assert found.newest is not None
    assert str(found.newest.day) == "2026-03-18"
    assert len(found.items) == 2
    assert all(item.url for item in found.items)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"5",
        b'"x"',
        b"{}",
        b"[]",
        b"<html><body>login</body></html>",
        b"not json",
        b"[" * 100_000,
        b'{"a":' * 50_000,
        b"9" * 10_000,
        b"cb(",
        b"\xff\xfe\x00",
        b"<item>" * 20_000,
        {"code": 401, "msg": "未登录", "time": 1773763200000},
        {"rows": [{"title": NAMES[0]}, {"title": NAMES[1]}]},
        {"rows": [{"id": 1, "publishTime": "2026-03-18"}]},
        {"users": [{"id": 1, "loginTime": "2026-03-18", "name": "x"}]},
        [{"code": "101020100", "temp": 12, "date": "2026-03-19"}] * 3,
        {"data": [["关于通知", "2026-03-18"]]},
    ],
)
def test_what_holds_no_list_gives_none(body: object) -> None:
    assert read(body) is None


def test_titles_are_cleaned_and_links_resolved_where_the_page_stands() -> None:
    item = first(
        [
            {
                "title": "<em>防汛</em>&nbsp;抗旱\u202e工作通知",
                "docpuburl": "./202603/t1.html",
                "imgUrl": "/a.png",
                "date": "2026-03-18",
            }
        ]
        * 2
    )
    assert item.title == "防汛 抗旱 工作通知"
    assert item.url == "http://slj.example.gov.cn/tzgg/202603/t1.html"
    assert first([{"title": NAMES[0], "link": "javascript:void(0)", "date": "2026-03-18"}] * 2).url == ""


def test_a_day_in_the_future_is_no_evidence() -> None:
    assert newest(rows(publishTime=["2027-01-01", "2026-03-01"])) == ("2026-03-01", "data row 2, field publishTime")
    assert newest(rows(publishTime=["2027-01-01", "2027-03-01"])) is None


def test_pinned_rows_do_not_hide_the_order_and_unsorted_parts_are_doubted() -> None:
    pinned = rows(publishTime=["2020-01-01", "2026-03-18", "2026-03-01", "2026-02-01"])
    pinned[0]["isTop"] = 1
    found = read({"total": 99, "rows": pinned})
    assert found is not None
    assert found.newest is not None
    assert found.sorted_newest_first
    assert found.newest.trust is Trust.SURE
    unsorted = rows(publishTime=["2025-01-01", "2024-03-18", "2026-02-01"])
    part, whole = read({"total": 99, "rows": unsorted}), read({"total": 3, "rows": unsorted})
    assert part is not None
    assert whole is not None
    assert part.newest is not None
    assert whole.newest is not None
    assert (part.newest.trust, whole.newest.trust) == (Trust.DOUBTFUL, Trust.SURE)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=40) | st.sampled_from(["2026-03-18", "/a.html", NAMES[0]]),
    lambda kids: st.lists(kids, max_size=6) | st.dictionaries(st.sampled_from(["title", "url", "date", "publishTime", "rows", "a", "total"]), kids, max_size=6),
    max_leaves=40,
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(json_values)
def test_any_json_is_read_or_not_and_never_breaks_anything(value: object) -> None:
    found = read(json.dumps(value).encode("utf-8", "replace"))
    if found is not None:
        assert found.newest is not None
        assert found.newest.day <= TODAY


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=400) | st.text(alphabet="<>itemrcod/[]{}\"':,0123 &;!CDATA-", max_size=400).map(str.encode))
def test_any_bytes_are_read_or_not_and_never_break_anything(body: bytes) -> None:
    read(body)


@given(st.dates(date(1995, 1, 2), TODAY), st.integers(-11, 11), st.integers(0, 86_399), st.booleans())
def test_an_epoch_is_told_in_the_offices_own_day(day: date, hours: int, second: int, milli: bool) -> None:
    zone = timezone(timedelta(hours=hours))
    moment = datetime(day.year, day.month, day.day, tzinfo=zone) + timedelta(seconds=second)
    value = int(moment.timestamp()) * (1000 if milli else 1)
    if value < 10**8 * (1000 if milli else 1):
        return
    found = read(rows(publishTime=[value, value]), zone=zone)
    assert found is not None
    assert found.newest is not None
    assert found.newest.day == moment.astimezone(zone).date()
    assert datetime.fromtimestamp(moment.timestamp(), UTC) == moment
