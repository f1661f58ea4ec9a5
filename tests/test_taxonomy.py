import tomllib
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.model import ColumnClass, Span
from monitor.taxonomy import class_limit, kind_of, sort_of

TABLE = tomllib.loads(files("monitor.data").joinpath("columns.toml").read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("path", "klass", "limit"),
    [
        ("政务要闻", "A", Span(days=14)),
        ("首页 > 政务公开 > 通知公告", "B", Span(months=6)),
        ("工　作　动　态", "A", Span(days=14)),
        ("采购公告", "B", Span(months=6)),
        ("修改失效文件", "C", Span(years=1)),  # more specific than 文件
        ("政策解读", "B", Span(months=6)),
        ("统计年报", "D", Span(years=1)),
        ("政府信息公开年度报告", "D", Span(years=1)),
        ("财政信息 > 通知", "D", Span(years=1)),  # the parent says more than the short word
        ("新闻中心 > 公告", "B", Span(months=6)),  # a short word never harms the column
        ("新闻动态 > 网信工作", "C", Span(years=1)),  # a parent's name alone shortens no limit
        ("党务文件", "C", Span(years=1)),
        ("领导班子成员及分管工作", "F", None),
        ("市长信箱", "E", None),
        ("地表水", "D", Span(months=4)),
        ("Latest News", "L", Span(days=30)),
        ("Новости", "L", Span(days=30)),
        ("News for the press", "C", Span(years=1)),  # Latin names match whole, not in part
        ("随便什么", "C", Span(years=1)),
        ("", "C", Span(years=1)),
    ],
)
def test_the_most_specific_name_decides(path: str, klass: str, limit: Span | None) -> None:
    sort = sort_of(path)
    assert (sort.klass, sort.limit) == (klass, limit)


def test_every_name_of_the_table_finds_its_own_row() -> None:
    for row in TABLE["row"]:
        for name in row["names"]:
            assert sort_of(name).klass == row["class"], name


def test_every_class_is_described() -> None:
    assert set(TABLE["class"]) == {klass.value for klass in ColumnClass}
    assert class_limit(ColumnClass.A) == Span(days=14)
    assert class_limit(ColumnClass.F) is None


@given(st.text(max_size=40))
def test_any_name_has_a_class_and_a_reason(name: str) -> None:
    assert sort_of(name).basis


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("市长信箱", "consultation"),
        ("互动交流 > 局长信箱", "consultation"),
        ("互动交流 > 来信选登", "consultation"),
        ("网络问政", "consultation"),
        ("市长信箱 > 已办结", "consultation"),  # by its parent
        ("问答精选", "consultation"),
        ("咨询投诉", "mixed"),
        ("投诉建议", "mixed"),
        ("举报投诉", None),
        ("网上信访", None),
        ("纪检举报", None),
        ("信件统计", None),
        ("我要写信", None),
        ("市长信箱 > 写信须知", None),
        ("依申请公开", None),
        ("在线访谈", "interview"),
        ("民意征集", "survey"),
        ("网上调查", "survey"),
        ("互动交流", None),
        ("办事指南", "guide"),
        ("办事指南 > 个人办事", "guide"),
        ("规范性文件", "policy"),
        ("规范性文件 > 政策解读", "interpretation"),
        ("政策解读 > 图解", "interpretation"),
        ("政策法规", None),  # laws of others need no interpretation by this office
        ("工作动态", None),
        ("", None),
    ],
)
def test_what_a_column_holds_is_told_by_its_name(path: str, kind: str | None) -> None:
    assert kind_of(path) == kind
