"""The bench: portals are what their truth says, and the monitor says it too, through the bench's own command."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from peers import answers
from portals import disk, markup
from portals.plan import LINKS, Portal

SIDE_BY_SIDE = Path(__file__).parent.parent / "bench" / "side_by_side.py"


def files(folder: Path) -> dict[str, tuple[bytes, float]]:
    return {str(f.relative_to(folder)): (f.read_bytes(), f.stat().st_mtime) for f in folder.rglob("*") if f.is_file()}


def test_a_seed_gives_the_same_portal_and_another_one_another(tmp_path: Path) -> None:
    for name, seed in (("one", 7), ("two", 7), ("other", 8)):
        disk.write([Portal(pages=80, seed=seed)], tmp_path / name)
    one, two, other = (files(tmp_path / name / "127.0.0.1") for name in ("one", "two", "other"))
    assert one == two != other


def test_what_the_truth_calls_dead_is_not_there_and_all_else_is(tmp_path: Path) -> None:
    portal = Portal(pages=400)
    (truth,) = disk.write([portal], tmp_path)
    there = {path.removesuffix("index.html") for path in ("/" + name for name in files(tmp_path / portal.host))}
    assert there >= set(truth["pages"])
    assert len(truth["pages"]) in range(396, 405)
    assert not there & set(truth["dead"])
    assert len(truth["dead"]) == len(set(truth["dead"])) == 3
    assert {path.removeprefix("/go") for path in truth["redirects"]} <= there
    assert json.loads((tmp_path / "truth.json").read_text(encoding="utf-8")) == [truth]


def test_no_dead_address_is_that_of_a_page_however_large_the_portal() -> None:
    portal = Portal(pages=50_000)
    dead = [path for paths in portal.dead.values() for path in paths]
    assert len(set(dead)) == len(dead) == 250
    attachments = {article.attachment for article in portal.first_articles}
    assert set(dead).isdisjoint(attachments.union(portal.addresses))


def test_pages_have_their_size_and_links_and_a_column_is_gbk_only_by_its_meta(tmp_path: Path) -> None:
    portal = Portal(pages=400)
    gbk = [column for column in portal.columns if column.encoding == "gbk"]
    assert len(gbk) == 1
    for column in portal.columns:
        for body in (markup.list_page(portal, column, 0), markup.article(portal, column, 3)):
            assert abs(len(body) - markup.SIZE) < 300
            assert body.count(b"<a ") == LINKS
            assert column.name in body.decode(column.encoding)
            assert (b"charset=gb2312" in body) is (column in gbk)


def test_no_paragraph_of_an_article_stands_on_another_one() -> None:
    portal = Portal(pages=400)
    pages = [markup.article(portal, portal.columns[0], n).decode() for n in range(100)]
    paragraphs = [text for page in pages for text in re.findall(r"<p style=[^>]+><span[^>]+>([^<]+)", page)]
    assert len(paragraphs) == len(set(paragraphs)) == 1100


def test_the_second_day_changes_one_page_in_a_hundred_and_leaves_the_others_their_time(tmp_path: Path) -> None:
    disk.write([Portal(pages=1000)], tmp_path)
    before = files(tmp_path / "127.0.0.1")
    (truth,) = disk.write([Portal(pages=1000, edition=2)], tmp_path)
    after = files(tmp_path / "127.0.0.1")
    changed = [name for name in after if after[name] != before.get(name)]
    assert 8 <= len(changed) <= 12
    assert all(after[name][1] > before[name][1] for name in changed if name in before)
    assert sum(column["newest"] == "2026-11-24" for column in truth["columns"]) == 1
    disk.write([Portal(pages=1000)], tmp_path)
    again = files(tmp_path / "127.0.0.1")
    assert {name: again[name] for name in before} == before


@pytest.mark.skipif(os.name != "posix", reason="what a command took is told by wait4")
def test_the_monitor_finds_the_truth_of_a_small_portal(tmp_path: Path) -> None:
    words = ["cold", "--server", "own", "--pages", "120", "--rounds", "1", "--tools", "ours", "--work", str(tmp_path)]
    done = subprocess.run(
        [sys.executable, str(SIDE_BY_SIDE), *words], capture_output=True, encoding="utf-8", timeout=60
    )
    assert done.returncode == 0, done.stdout + done.stderr
    cells = [cell.strip() for cell in done.stdout.splitlines()[-1].split("|")]
    assert cells[1] == "ours"
    assert cells[5:7] == ["3 of 3", "0"]
    assert "newest day of 3 of 3 columns" in cells[9]


def test_what_other_tools_print_is_read(tmp_path: Path) -> None:
    (tmp_path / "1.log").write_text("Found 2 broken links.\n\nhttp://h/a\nhttp://h/b\n\nFINISHED\n")
    (tmp_path / "2.log").write_text("Found no broken links.\n\nFINISHED\n")
    assert answers.wget("", tmp_path) == {"http://h/a": False, "http://h/b": False}
    table = "# by LinkChecker\nurlname;parentname;valid\n/a.html;http://h/b/;False\n"
    assert answers.linkchecker(table, tmp_path) == {"http://h/a.html": False}


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="a process is looked at in /proc")
def test_many_hosts_are_crawled_in_one_process_that_is_looked_at() -> None:
    words = ["hosts", "--sites", "20", "--minutes", "0.1", "--every", "1", "--latency", "0.2"]
    done = subprocess.run(
        [sys.executable, str(SIDE_BY_SIDE), *words], capture_output=True, encoding="utf-8", timeout=90
    )
    assert done.returncode == 0, done.stdout + done.stderr
    said = done.stdout.splitlines()
    assert said[1].startswith("20 sites, 0 of them silent: 20 ok; ")
    alone, rows = said[-1], [line for line in said if line.startswith("| ")][1:]
    assert len(rows) >= 3
    for column in (2, 6, 7, 8):  # requests, MB, kB a host, descriptors
        assert max(int(row.split("|")[column]) for row in rows) > 0
    assert alone.startswith("one host alone: ")
