"""Papers read by others' programs: ledger, notice and circular hold the right values, and nothing that could do harm."""

import io
import logging
import re
import zipfile
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from xml.etree import ElementTree

import docx
import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.worksheet.worksheet import Worksheet

import sample
from monitor.model import Change, Kind, LedgerRow, PrintedNotice, Report
from monitor.report import circular_of, circular_paper, ledger_table, notice_paper, shipped_form, write
from monitor.report.ledger import cells, ledger_rows
from monitor.report.view import view
from monitor.report.words import words
from monitor.report.workbook import LINKS, Line, workbook

TEXTS = (
    "责任单位",
    "网站名称",
    "网站标识码",
    "首页网址",
    "栏目名称",
    "栏目网址",
    "问题描述",
    "证据",
    "整改要求",
    "复查结果",
)
NAUGHTY = (*sample.NASTY, "{{文号}}", "{% for x in y %}", "]]>", "&#x202e;", "‮אבג", "مرحبا", "_x0041_", "'quoted", "1e5", "00123", "2026-11-23", "TRUE", "http://x.example/", "external:c:\\a.xlsx", "internal:Sheet1!A1", "mailto:a@b.example", "javascript:alert(1)", "file:///etc/passwd", "<w:t>x</w:t>")  # fmt: skip


def rows_of(report: Report) -> tuple[LedgerRow, ...]:
    return tuple(ledger_rows(view(report)))


def book(rows: tuple[LedgerRow, ...]) -> bytes:
    chinese = words("zh-CN")
    lines = [Line(cells=dict(cells(row, chinese)), opens=row.opens) for row in rows]
    return workbook("整改台账", "说明", lines, chinese, datetime(2026, 11, 23, 5, 41, tzinfo=sample.ZONE))


def sheet(content: bytes) -> Worksheet:
    return openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]


def table(content: bytes) -> list[dict[str, object]]:
    lines = list(sheet(content).iter_rows(min_row=3, values_only=True))
    return [dict(zip(map(str, lines[0]), line, strict=True)) for line in lines[1:]]


def harmless(content: bytes) -> None:
    """Whole XML throughout; no formula, macro, field of data, or relationship to the outside but links to the web."""
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        assert packed.testzip() is None
        for name in packed.namelist():
            assert not re.search(r"vba|\.bin|activeX|embeddings|externalLink|connections", name)
            root = ElementTree.fromstring(packed.read(name))
            tags = {element.tag.rpartition("}")[2] for element in root.iter()}
            assert not tags & {"f", "oleObject", "ddeLink", "object", "altChunk", "script"}
            for field in root.iter("{http://schemas.openxmlformats.org/wordprocessingml/2006/main}fldSimple"):
                assert field.attrib.popitem()[1] == " PAGE "
            for relation in root.iter("{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"):
                if relation.get("TargetMode") == "External":
                    assert relation.attrib["Type"].endswith("/hyperlink")
                    assert re.match(r"https?://", relation.attrib["Target"])


def words_of(content: bytes) -> str:
    """Everything that a reader of a .docx sees."""
    made = docx.Document(io.BytesIO(content))
    inside = [cell.text for one in made.tables for row in one.rows for cell in row.cells]
    return "\n".join([paragraph.text for paragraph in made.paragraphs] + inside)


def test_the_ledger_has_days_numbers_and_texts() -> None:
    rows = rows_of(sample.city())
    dated = replace(rows[0], deadline=date(2026, 11, 30), reply="已更新", recheck="已整改")
    content = book((dated, *rows[1:]))
    found = table(content)
    first = found[0]
    assert first["序号"] == 1
    assert (first["未更新天数"], first["超期天数"]) == (1029, 845)
    days = {name: first[name] for name in ("最后更新日期", "整改期限", "监测时间")}
    assert all(isinstance(day, datetime) for day in days.values())
    assert [str(day) for day in days.values()] == ["2024-01-29 00:00:00", "2026-11-30 00:00:00", "2026-11-23 05:41:03"]
    assert (first["整改反馈"], first["复查结果"]) == ("已更新", "已整改")
    assert first["网站标识码"] == "2302000000"
    assert first["栏目类别与时限"] == "通知公告、政策文件类，时限 6 个月"
    assert all(isinstance(line[name], str | None) for line in found for name in TEXTS)
    assert [line["序号"] for line in found] == list(range(1, len(rows) + 1))
    assert all(line["整改期限"] is None for line in found[1:])
    harmless(content)


def test_the_ledger_is_ready_to_be_worked_in_and_printed() -> None:
    made = sheet(book(rows_of(sample.city())))
    assert made.title == "整改台账"
    assert made.freeze_panes == "D4"
    assert made.auto_filter.ref == f"A3:V{made.max_row}"
    setup = made.page_setup
    assert (setup.orientation, int(setup.paperSize), setup.fitToHeight) == ("landscape", 9, 0)
    assert setup.fitToWidth in (None, 1)  # one page wide is what a sheet says by saying nothing
    assert made.sheet_properties.pageSetUpPr.fitToPage
    assert made.print_title_rows == "$3:$3"
    hidden = {str(made.cell(3, c.min).value) for c in made.column_dimensions.values() if c.hidden}
    assert hidden == {"网站标识码", "首页网址", "依据(指标条款)", "监测时间", "通知编号", "首次发现"}
    (choice,) = made.data_validations.dataValidation
    assert (choice.type, choice.formula1) == ("list", '"已整改,整改不到位,未整改"')
    tallest = made.row_dimensions[7].height
    assert tallest > made.row_dimensions[13].height > 0


def test_only_living_pages_held_against_nobody_are_links() -> None:
    report = sample.city()
    made = sheet(book(rows_of(report)))
    linked = {cell.hyperlink.target for row in made.iter_rows(min_row=4) for cell in row if cell.hyperlink}
    assert linked == {v.url for v in report.violations if v.kind in (Kind.STALE_COLUMN, Kind.BLANK_COLUMN)}


def test_a_ledger_of_very_many_lines_stays_within_what_a_spreadsheet_takes() -> None:
    row = rows_of(sample.city())[0]
    content = book((row,) * (LINKS + 5))
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        made = packed.read("xl/worksheets/sheet1.xml")
    assert made.count(b"<hyperlink ") == LINKS - 3
    assert made.count(b"<row ") == LINKS + 5 + 3


@pytest.mark.parametrize("many", [1, 2001])
def test_what_a_spreadsheet_would_decode_is_shown_as_it_is(many: int) -> None:
    row = replace(rows_of(sample.city())[0], reply="_x0041_ <b>&amp;")
    content = book((row,) * many)
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        assert any(b"_x005F_x0041_ &lt;b&gt;&amp;amp;" in packed.read(name) for name in packed.namelist())


@pytest.mark.parametrize("many", [1, 2001])
def test_what_a_spreadsheet_would_decode_is_parted_where_two_of_it_share_a_letter(many: int) -> None:
    row = replace(rows_of(sample.city())[0], reply="_x005F_x000D_")
    with zipfile.ZipFile(io.BytesIO(book((row,) * many))) as packed:
        whole = b"".join(packed.read(name) for name in packed.namelist())
    assert b"_x005F_x005F_ x000D_" in whole


def test_an_address_that_is_too_long_once_it_is_escaped_is_text() -> None:
    row = rows_of(sample.city())[0]
    for address in ("http://a.example/" + "[" * 1900, "http://a.example/#" + "{" * 1900):
        made = sheet(book((replace(row, opens=True, violation=replace(row.violation, url=address)),)))
        (cell,) = (cell for cell in made[4] if cell.value == address)
        assert cell.hyperlink is None


def test_days_before_a_spreadsheets_calendar_and_overlong_addresses_are_text() -> None:
    row = rows_of(sample.city())[0]
    address = "http://a.example/" + "a" * 2050
    old = replace(row, violation=replace(row.violation, newest=date(1, 1, 1), url=address, unit=replace(row.violation.unit, name="长" * 40_000)))  # fmt: skip
    line = table(book((old,)))[0]
    assert line["最后更新日期"] == "0001-01-01"
    assert line["栏目网址"] == address[:1999] + "…"
    assert len(str(line["责任单位"])) == 2000


@pytest.mark.parametrize("text", NAUGHTY)
def test_hostile_text_is_text_in_every_paper(text: str) -> None:
    rows = tuple(
        replace(row, reply=text, recheck=text, newest_url=text, opens=False) for row in rows_of(sample.hostile(text))
    )
    content = book(rows)
    harmless(content)
    made = sheet(content)
    for row in made.iter_rows(min_row=4):
        for cell in row:
            assert cell.data_type != "f"
            if isinstance(cell.value, str) and cell.value.startswith(tuple("=+-@'＝＋－＠")):
                assert cell.quotePrefix
    assert b"\n=" not in ledger_table(rows, words("zh-CN"))
    notice = PrintedNotice(number=text, office=text, unit=rows[0].violation.unit, day=sample.TODAY, findings=rows, basis=(text,), signature=text, contact=text)  # fmt: skip
    circular = circular_of(view(replace(sample.hostile(text), run=sample.run())))
    assert circular is not None
    for paper in (notice_paper(notice), circular_paper(replace(circular, number=text, signature=text, contact=text))):
        harmless(paper)
        said = words_of(paper)
        if text.startswith("{{"):
            assert text in said


@settings(deadline=None, max_examples=60)
@given(st.text(st.characters()), st.booleans())
def test_any_text_leaves_a_whole_workbook(text: str, opens: bool) -> None:
    row = rows_of(sample.city())[0]
    row = replace(row, reply=text, recheck=text, opens=opens, violation=replace(row.violation, subject=text))
    content = book((row,))
    harmless(content)
    line = table(content)[0]
    for name in ("栏目名称", "整改反馈", "复查结果"):
        value = line[name]
        assert value is None or (isinstance(value, str) and len(value) <= 2000)


def test_a_notice_says_what_when_on_what_ground_and_to_whom_to_answer() -> None:
    rows = tuple(row for row in rows_of(sample.city()) if row.violation.site_id == "dept00")
    notice = PrintedNotice(number="云政网监〔2026〕17号", office="云川市人民政府办公室", unit=sample.unit(0), day=sample.TODAY, deadline=date(2026, 11, 30), recheck=date(2026, 12, 1), findings=rows, contact="0451-1234567", times=2)  # fmt: skip
    said = words_of(notice_paper(notice))
    for part in (
        "云政网监〔2026〕17号", "云川市水务局：", "请于2026年11月30日前", "存在2项问题", "云川市水务局网站", "第 2 次通知",
        "我单位将于2026年12月1日起复查", "联系方式：0451-1234567。", "《政府网站与政务新媒体检查指标》", "2026年11月23日",
        "截至监测时间点已 1029 天，超过 6 个月时限 845 天", "http://dept00.example/list/11b/",
    ):  # fmt: skip
        assert part in said
    assert "{{" not in said
    draft = words_of(notice_paper(replace(notice, deadline=None, recheck=None, contact="", times=1)))
    assert "请于____年__月__日前" in draft
    assert "次通知" not in draft
    english = words_of(notice_paper(replace(notice, language="en")))
    assert "To 云川市水务局" in english
    assert "This is notice no. 2 of the same. They rest on: Inspection indicators" in english


def test_a_circular_counts_and_names() -> None:
    report = sample.city()
    shown = view(report)
    circular = circular_of(shown)
    assert circular is not None
    named = {(row.violation.kind, row.violation.subject) for row in circular.rows}
    assert (Kind.DEAD_LINK, "县区民政部门") in named
    assert (Kind.DEAD_LINK, "招生计划附件下载") not in named, (
        "seen today for the first time: nobody had time to mend it"
    )
    said = words_of(circular_paper(circular))
    for part in (
        "（草稿，待审定）", "应监测网站12个，实际检查11个，占91.7%", "已整改2项", "本次通报存在的问题9项", "另有 1 个网站未能检查",
        "（一）栏目不更新。共 7 项，涉及 6 个网站：云川市水务局网站“政务公开 > 通知公告”栏目（1029 天未更新）；", "（二）失效链接",
        "于____年__月__日前",
    ):  # fmt: skip
        assert part in said
    assert "{{" not in said
    assert "9 on " not in said
    english = words_of(circular_paper(replace(circular, language="en", number="No. 3")))
    assert "11 of 12 sites were checked (91.7%)" in english
    assert "No. 3" in english
    big = circular_of(view(sample.fleet(60, 10)))
    assert big is not None
    assert "共 600 项，下表列出前 500 项，全部见整改台账。" in words_of(circular_paper(big))


def test_nothing_open_and_a_held_run_give_no_circular() -> None:
    assert circular_of(view(sample.well())) is None
    assert circular_of(view(sample.broken_off())) is None
    new = tuple(v for v in sample.city().violations if v.kind is Kind.DEAD_LINK and v.change is Change.NEW)
    assert circular_of(view(replace(sample.city(), violations=new))) is None


def test_the_day_holds_a_ledger_for_all_and_for_each_unit_and_links_to_them(tmp_path: Path) -> None:
    day = write(sample.city(), tmp_path)
    whole = table((day / "ledger.xlsx").read_bytes())
    assert [line["序号"] for line in whole] == list(range(1, len(sample.city().violations) + 1))
    assert [line["未更新天数"] for line in whole] == [v.days_since_update for v in sample.city().violations]
    own = table((day / "units" / "unit-00.xlsx").read_bytes())
    assert [(line["序号"], line["责任单位"]) for line in own] == [(1, "云川市水务局"), (2, "云川市水务局")]
    page = (day / "report.html").read_text("utf-8")
    for name in ("ledger.xlsx", "circular.docx", "violations.csv"):
        assert f'href="{name}"' in page
    assert 'href="unit-00.xlsx"' in (day / "units" / "unit-00.html").read_text("utf-8")
    assert ".xlsx" not in (day / "units" / "unit-02.html").read_text("utf-8")
    write(replace(sample.well(), run=sample.run()), tmp_path)
    assert not (day / "circular.docx").exists()
    assert "circular.docx" not in (day / "report.html").read_text("utf-8")
    assert table((day / "ledger.xlsx").read_bytes()) == []


def test_the_offices_own_form_is_taken_and_a_broken_one_is_told(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    forms = tmp_path / "forms"
    forms.mkdir()
    own = docx.Document(io.BytesIO(shipped_form("circular.docx", "zh-CN")))
    own.paragraphs[0].add_run("（信笺）")
    own.save(str(forms / "circular.docx"))
    with caplog.at_level(logging.WARNING):
        day = write(sample.city(), tmp_path / "reports", forms)
    assert not caplog.messages
    assert "云川市人民政府办公室（信笺）" in words_of((day / "circular.docx").read_bytes())
    own.add_paragraph("{{发文单为}}")
    own.save(str(forms / "circular.docx"))
    write(sample.city(), tmp_path / "reports", forms)
    (told,) = caplog.messages
    assert told.startswith(
        f"{forms / 'circular.docx'} asks for {{{{发文单为}}}}, which nothing fills; did you mean {{{{发文单位}}}}?"
    )
    assert "信笺" not in words_of((day / "circular.docx").read_bytes())
