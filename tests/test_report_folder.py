"""The files of a report: whole or not at all, latest/ swapped, tables that stay tables."""

import csv
import io
import json
import os
import subprocess
import sys
import threading
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import sample
from monitor.report import restore, write
from monitor.report.folder import UNITS, _replace_each
from monitor.report.names import page_name
from monitor.report.table import cell, table

HEADINGS = (
    "序号 责任单位 网站名称 网站标识码 首页网址 栏目名称 栏目类别与时限 栏目网址 最后更新日期 未更新天数 超期天数 问题类型 问题描述"
    " 依据(指标条款) 监测时间 证据 整改要求 整改期限 整改反馈 复查结果"
)


def rows(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def names(folder: Path) -> set[str]:
    return {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()}


def test_a_report_is_five_files_a_page_for_each_unit_and_a_ledger_where_it_has_a_finding(tmp_path: Path) -> None:
    day = write(sample.city(), tmp_path / "reports")
    assert day == tmp_path / "reports" / "2026-11-23"
    units = {f"units/unit-{n:02d}.html" for n in range(12)}
    units |= {f"units/{v.unit.id}.xlsx" for v in sample.city().violations}
    assert names(day) == {"report.html", "report.json", "violations.csv", "ledger.xlsx", "circular.docx"} | units
    latest = tmp_path / "reports" / "latest"
    assert names(latest) == names(day)
    assert all((latest / name).read_bytes() == (day / name).read_bytes() for name in names(day))
    assert restore(json.loads((latest / "report.json").read_text("utf-8"))) == sample.city()
    assert {p.name for p in (tmp_path / "reports").iterdir()} == {"2026-11-23", "latest"}
    assert not (latest / "report.html").is_symlink()


def test_a_second_report_of_the_day_replaces_the_first_and_its_leftovers(tmp_path: Path) -> None:
    day = write(sample.city(), tmp_path)
    (day / "letter.eml").write_text("someone else's")
    report = sample.city()
    write(replace(report, sites=report.sites[:3], violations=()), tmp_path)
    assert {n for n in names(day) if n.startswith("units/")} == {f"units/unit-0{n}.html" for n in range(3)}
    assert (day / "letter.eml").exists()
    assert names(tmp_path / "latest") == names(day) - {"letter.eml"}


def test_a_swap_that_was_killed_midway_is_taken_back_before_the_next(tmp_path: Path) -> None:
    write(sample.city(), tmp_path)
    latest, old = tmp_path / "latest", tmp_path / ".latest-old-4242"
    latest.rename(old)
    (tmp_path / "2026-11-24").write_text("in the way")
    later = replace(sample.city(), run=replace(sample.city().run, today=date(2026, 11, 24)))
    with pytest.raises(OSError, match="2026-11-24"):
        write(later, tmp_path)
    assert restore(json.loads((latest / "report.json").read_text("utf-8"))) == sample.city()


def test_latest_follows_and_earlier_days_stay(tmp_path: Path) -> None:
    first = write(sample.city(), tmp_path)
    before = {name: (first / name).read_bytes() for name in names(first)}
    second = write(replace(sample.well(), run=sample.run(today=date(2026, 11, 24))), tmp_path)
    assert second.name == "2026-11-24"
    assert {name: (first / name).read_bytes() for name in names(first)} == before
    assert json.loads((tmp_path / "latest" / "report.json").read_text("utf-8"))["run"]["today"] == "2026-11-24"


def test_the_same_report_gives_the_same_bytes(tmp_path: Path) -> None:
    one, two = (write(sample.city(), tmp_path / name) for name in ("a", "b"))
    assert all((one / name).read_bytes() == (two / name).read_bytes() for name in names(one))


def test_a_folder_that_is_a_file_is_an_oserror_and_stays(tmp_path: Path) -> None:
    (tmp_path / "reports").write_text("not a folder")
    with pytest.raises(OSError, match="reports"):
        write(sample.city(), tmp_path / "reports")
    assert (tmp_path / "reports").read_text() == "not a folder"


def test_a_write_stopped_half_way_leaves_what_was_known(tmp_path: Path) -> None:
    day = write(sample.city(), tmp_path)
    known = (day / "report.json").read_bytes()
    (day / "report.html").unlink()
    (day / "report.html").mkdir()
    (day / "report.html" / "stone").write_text("in the way")
    with pytest.raises(OSError, match=r"report\.html"):
        write(sample.city(), tmp_path)
    assert (day / "report.json").read_bytes() == known
    assert (tmp_path / "latest" / "report.html").is_file()
    assert not [p for p in tmp_path.rglob("*") if p.name.endswith(".part")]


@pytest.mark.skipif(os.name != "posix", reason="needs a limit on the size of files")
def test_a_disk_that_fills_up_is_an_oserror_and_leaves_what_was_known(tmp_path: Path) -> None:
    """A limit on file sizes, in a process of its own, fails a write in its middle as a full disk does."""
    day = write(sample.city(), tmp_path)
    known = {name: (tmp_path / name).read_bytes() for name in names(tmp_path)}
    program = (
        "import resource, sys, pathlib, sample; from monitor.report import write;"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096));"
        "write(sample.broken_off(), pathlib.Path(sys.argv[1]))"
    )
    there = {**os.environ, "PYTHONPATH": str(Path(__file__).parent), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run([sys.executable, "-c", program, str(tmp_path)], env=there, capture_output=True, text=True)
    assert "OSError: [Errno 27]" in done.stderr
    assert {name: (tmp_path / name).read_bytes() for name in names(tmp_path)} == known
    assert day.is_dir()


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="the superuser may write to any folder")
def test_a_read_only_folder_is_an_oserror(tmp_path: Path) -> None:
    tmp_path.chmod(0o555)
    with pytest.raises(PermissionError):
        write(sample.city(), tmp_path)


def test_a_reader_of_latest_never_sees_halves(tmp_path: Path) -> None:
    """Two reports alternate while a reader looks: each look finds one of them, whole, or nothing for an instant."""
    reports = (sample.city(), replace(sample.well(), run=sample.run(id="other")))
    write(reports[0], tmp_path)
    stop, broken, looks = threading.Event(), [], [0]

    def read() -> None:
        while not stop.is_set():
            try:
                loaded = restore(json.loads((tmp_path / "latest" / "report.json").read_text("utf-8")))
            except FileNotFoundError:
                continue
            looks[0] += 1
            if loaded not in reports:
                broken.append(loaded)

    reader = threading.Thread(target=read)
    reader.start()
    for turn in range(8):
        write(reports[turn % 2], tmp_path)
    stop.set()
    reader.join()
    assert looks[0] > 0
    assert not broken


def test_leftovers_of_a_killed_run_are_cleared(tmp_path: Path) -> None:
    (tmp_path / ".latest-new-dead").mkdir(parents=True)
    (tmp_path / ".latest-new-dead" / "report.html").write_text("half")
    day = write(sample.city(), tmp_path)
    (day / ".report.json.99.part").write_text("half")
    write(sample.city(), tmp_path)
    assert not list(tmp_path.rglob(".*"))
    assert {p.name for p in tmp_path.iterdir()} == {"2026-11-23", "latest"}


def test_a_large_fleet_has_a_page_of_all_units(tmp_path: Path) -> None:
    day = write(sample.fleet(UNITS + 5, 1), tmp_path)
    assert len(list((day / "units").glob("unit-*.html"))) == UNITS + 5
    assert (day / "units" / "index.html").read_text("utf-8").count("<tr><td>") == UNITS + 5
    assert len(rows((day / "violations.csv").read_bytes())) == UNITS + 5


def test_the_table_has_the_columns_that_officials_know() -> None:
    content = table(sample.city())
    assert content.startswith(b"\xef\xbb\xbf")
    found = rows(content)
    assert list(found[0])[:20] == HEADINGS.split(" ")
    first = found[0]
    assert (first["序号"], first["未更新天数"], first["超期天数"]) == ("1", "1029", "845")
    assert first["栏目类别与时限"] == "通知公告、政策文件类，时限 6 个月"
    assert first["最后更新日期"] == "2024-01-29"
    assert first["监测时间"] == "2026-11-23 05:41+08:00"
    assert [int(r["序号"]) for r in found] == list(range(1, len(sample.city().violations) + 1))
    dead = next(r for r in found if r["问题类型"] == "失效链接")
    assert dead["未更新天数"] == ""
    assert "（链接文字“县区民政部门”）" in dead["证据"]


@pytest.mark.parametrize("text", sample.NASTY)
def test_no_cell_is_a_formula_and_no_row_breaks(text: str) -> None:
    report = sample.hostile(text)
    content = table(report).decode("utf-8-sig")
    assert content.count("\r\n") == len(report.violations) + 1
    assert content.count("\n") == content.count("\r\n")
    found = rows(content.encode("utf-8-sig"))
    assert len(found) == len(report.violations)
    for row in found:
        assert len(row) == 24
        for value in row.values():
            assert not value.startswith(tuple("=+-@|%\t\r＝＋－＠"))
            assert not [c for c in value if ord(c) < 32 or 0x7F <= ord(c) < 0xA0]


@given(st.text(st.characters()))
def test_a_cell_is_always_text(text: str) -> None:
    made = cell(text)
    assert not made.startswith(tuple("=+-@\t\r\n＝＋－＠"))
    assert made == made.strip()
    assert "\n" not in made


def test_a_semicolon_parts_no_cells_and_begins_none() -> None:
    """Some spreadsheets take it for a separator beside the comma, or instead of it."""
    report = sample.hostile('x;=1+1;"＝1;y')
    content = table(report).decode("utf-8-sig")
    assert rows(content.encode("utf-8-sig"))[0]["栏目名称"] == 'x；=1+1；"＝1;y'
    for line in content.splitlines():
        assert ";" not in "".join(line.split('"')[::2])


@given(st.text(max_size=100), st.text(max_size=100))
def test_page_names_are_safe_and_never_shared(one: str, other: str) -> None:
    name = page_name(one)
    assert name.removesuffix(".html").replace("-", "").replace("_", "").isalnum()
    assert name.isascii()
    assert name == name.lower()
    assert len(name) <= 69
    assert (name == page_name(other)) == (one == other)


@pytest.mark.parametrize("id_", ["con", "nul", "index", "..", "a/b", "A", "水务局", "", "u-0123456789abcdef", "a" * 65])
def test_names_that_a_file_system_or_we_reserve_are_digested(id_: str) -> None:
    assert page_name(id_).startswith("u-")
    assert page_name(id_) != f"{id_}.html"


def test_where_a_folder_cannot_be_swapped_its_files_are_replaced_one_by_one(tmp_path: Path) -> None:
    """What is left on a system that holds folders with open files: new pages in, old pages out."""
    day, latest = write(sample.city(), tmp_path), tmp_path / "latest"
    write(sample.well(), tmp_path / "other")
    fresh = tmp_path / "other" / "latest"
    (fresh / "units" / "unit-00.html").unlink()
    _replace_each(fresh, latest)
    gone = {n for n in names(day) if n.endswith(".xlsx") and n.startswith("units/")}
    assert names(latest) == names(day) - gone - {"units/unit-00.html", "circular.docx"}
    assert restore(json.loads((latest / "report.json").read_text("utf-8"))) == sample.well()
