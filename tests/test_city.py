"""The demo city by the normal path, from the command line, held against its truth."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from datetime import datetime, timedelta
from importlib.resources import files
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import jsonschema
import pytest

from monitor.demo import compare
from monitor.report import restore
from monitor.report.words import words

TODAY = "2026-11-23"


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, subprocess.CompletedProcess[str]]:
    folder = tmp_path_factory.mktemp("city")
    words = [sys.executable, "-m", "monitor", "demo", "--folder", str(folder), "--today", TODAY]
    done = subprocess.run(words, capture_output=True, encoding="utf-8", timeout=100, check=False)
    return folder, done


def report_of(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "reports/latest/report.json").read_text(encoding="utf-8"))
    return found


def test_every_planted_fault_is_found_and_nothing_else_accused(
    city: tuple[Path, subprocess.CompletedProcess[str]],
) -> None:
    folder, done = city
    assert done.returncode == 0, done.stderr
    truth = json.loads((folder / "truth.json").read_text(encoding="utf-8"))
    found = compare(truth, restore(report_of(folder)))
    assert found.planted > 60
    assert found.wrong == ()
    assert found.missed == ()


PORTAL = {
    "pass": ["W1-5", "W3", "W4-1", "W4-2", "W4-3", "K2", "K3"],
    "breach": ["K1", "K4", "K10", "K11", "K12", "K13", "K14", "K15"],
    "unknown": ["W2", "W5-2", "W6", "K6"],
    "for a person": ["W1-3", "W1", "W5-1", "K5", "K7", "K8", "K9", "K16", "K17", "J1"],
}
DEPARTMENT = {
    "pass": ["W1-5", "W3", "W4-1", "W4-2", "W4-3"],
    "unknown": ["W2", "W5-2", "W6"],
    "for a person": ["W1-3", "W1", "W5-1"],
}
LETTERS = {**DEPARTMENT, "pass": [*DEPARTMENT["pass"], "W5-2"], "unknown": ["W2", "W6"]}
SILENT = {"unknown": [rule for rules in DEPARTMENT.values() for rule in rules if rule != "W1"], "for a person": ["W1"]}


@pytest.mark.parametrize(
    ("site", "result", "score", "expected"),
    [
        ("www", "open", 81.8, PORTAL),
        ("slj", "open", None, DEPARTMENT),
        ("wjw", "open", None, LETTERS),
        ("sjj", "open", None, SILENT),
    ],
)
def test_the_sheets_of_the_city_are_the_expected_ones(
    city: tuple[Path, subprocess.CompletedProcess[str]],
    site: str,
    result: str,
    score: float | None,
    expected: dict[str, list[str]],
) -> None:
    folder, _ = city
    sheet = next(one for one in report_of(folder)["sheets"] if one["site"] == site)
    found: dict[str, list[str]] = {}
    for finding in sheet["findings"]:
        found.setdefault(finding["verdict"], []).append(finding["rule"])
    found.pop("not applicable", None)
    assert {verdict: sorted(rules) for verdict, rules in found.items()} == {
        verdict: sorted(rules) for verdict, rules in expected.items()
    }
    assert (sheet["result"], sheet["score"]) == (result, score)


def test_a_report_in_chinese_gives_its_reasons_in_chinese(city: tuple[Path, subprocess.CompletedProcess[str]]) -> None:
    folder, _ = city
    chinese = words("zh-CN")
    report = report_of(folder)
    undated = [found for found in (*report["violations"], *report["columns"]) if not found["newest"]]
    ours = [found["evidence"] for found in undated]  # beside a date stands the page's own writing of it
    ours += [link["reason"] for link in report["links"]] + [n for site in report["sites"] for n in site["not_judged"]]
    said = {re.sub("“[^”]*”|「[^」]*」|https?://\\S+", "", chinese.clause(clause)) for clause in ours}
    assert len(said) > 10
    assert [text for text in said if re.search("[a-z]{3}", text)] == []


def test_the_day_of_the_demo_is_the_day_in_its_city(tmp_path: Path) -> None:
    typed = [sys.executable, "-m", "monitor", "demo", "--folder", str(tmp_path)]
    demo = subprocess.Popen(typed, env={**os.environ, "TZ": "Etc/GMT+12"}, stderr=subprocess.DEVNULL)
    try:
        for _ in range(300):
            if (tmp_path / "monitor-data").exists():
                break
            time.sleep(0.1)
    finally:
        demo.kill()
        demo.wait()
    today = json.loads((tmp_path / "truth.json").read_text(encoding="utf-8"))["today"]
    in_the_city = datetime.now(ZoneInfo("Asia/Shanghai"))
    assert today in {str(moment.date()) for moment in (in_the_city, in_the_city - timedelta(minutes=1))}


def test_the_innocent_stay_unnamed(city: tuple[Path, subprocess.CompletedProcess[str]]) -> None:
    folder, _ = city
    truth = json.loads((folder / "truth.json").read_text(encoding="utf-8"))
    report = report_of(folder)
    accused = {violation["url"] for violation in report["violations"]}
    bad = {link["url"] for link in report["links"] if link["state"] in ("dead", "failing", "suspicious")}
    innocents = [innocent["url"] for site in truth["sites"] for innocent in site["innocent"]]
    assert len(innocents) > 20
    assert [url for url in innocents if url in accused | bad] == []


def test_the_report_keeps_its_promises(city: tuple[Path, subprocess.CompletedProcess[str]]) -> None:
    folder, done = city
    report = report_of(folder)
    schema = json.loads(files("monitor.data").joinpath("report.schema.json").read_text(encoding="utf-8"))
    jsonschema.validate(report, schema)
    assert report["run"]["complete"]
    assert report["run"]["sites_checked"] == report["run"]["sites_total"] >= 12
    ages = [v["days_since_update"] for v in report["violations"]]
    dated = [age for age in ages if age is not None]
    assert ages[: len(dated)] == sorted(dated, reverse=True)
    assert [v["rank"] for v in report["violations"]] == list(range(1, len(ages) + 1))
    day = folder / "reports" / TODAY
    for name in ("report.html", "report.json", "violations.csv"):
        assert (day / name).read_bytes() == (folder / "reports/latest" / name).read_bytes()
    assert str(day / "report.html") in done.stdout.replace("\n", "")


def test_a_dead_link_in_the_footer_is_told_once(city: tuple[Path, subprocess.CompletedProcess[str]]) -> None:
    folder, _ = city
    truth = json.loads((folder / "truth.json").read_text(encoding="utf-8"))
    link = next(k for site in truth["sites"] for k in site["links"] if len(k["pages"]) > 20)
    told = [v for v in report_of(folder)["violations"] if v["url"] == link["url"]]
    assert len(told) == 1
    assert told[0]["reach"] == len(link["pages"])


def test_a_second_demo_in_the_same_folder_says_of_each_fault_that_it_is_still_there(
    city: tuple[Path, subprocess.CompletedProcess[str]],
) -> None:
    folder, _ = city
    before = {(v["kind"], v["url"]) for v in report_of(folder)["violations"]}
    words = [sys.executable, "-m", "monitor", "demo", "--folder", str(folder), "--today", TODAY]
    subprocess.run(words, capture_output=True, timeout=100, check=True)
    report = report_of(folder)
    assert {(v["kind"], v["url"]) for v in report["violations"]} == before
    assert {v["change"] for v in report["violations"]} == {"still"}
    assert report["fixed"] == []


def test_on_the_next_day_the_same_city_is_a_day_older_and_has_published(
    city: tuple[Path, subprocess.CompletedProcess[str]],
) -> None:
    """Nothing is re-dated, and what was seen twice has its notice."""
    folder, _ = city
    before = {(v["kind"], v["url"]) for v in report_of(folder)["violations"]}
    words = [sys.executable, "-m", "monitor", "demo", "--folder", str(folder), "--today", "2026-11-24"]
    done = subprocess.run(words, capture_output=True, encoding="utf-8", timeout=100, check=True)
    assert "0 wrong accusations" in done.stdout
    truth = json.loads((folder / "truth.json").read_text(encoding="utf-8"))
    assert (truth["built"], truth["today"]) == (TODAY, "2026-11-24")
    report = report_of(folder)
    found = compare(truth, restore(report))
    assert (found.wrong, found.missed) == ((), ())
    new = {(v["kind"], v["url"]) for v in report["violations"]} - before
    assert {kind for kind, _ in new} == {"stale column"}  # those whose limit ran out overnight
    assert 0 < len(new) < 5
    assert all(v["notice"] for v in report["violations"] if (v["kind"], v["url"]) in before)
    assert report["fixed"] == []


def test_a_city_has_no_day_before_it_was_built(city: tuple[Path, subprocess.CompletedProcess[str]]) -> None:
    folder, _ = city
    words = [sys.executable, "-m", "monitor", "demo", "--folder", str(folder), "--today", "2026-11-22"]
    done = subprocess.run(words, capture_output=True, encoding="utf-8", timeout=100, check=False)
    assert done.returncode == 2
    said = f"{folder}: the city was built on {TODAY}, and has no earlier day; name another --folder"
    assert " ".join(done.stderr.split()) == said
