"""The report as JSON: promised keys, a schema, and a round trip without loss."""

import json
import shlex
from dataclasses import replace
from importlib.resources import files

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator, FormatChecker

import sample
from monitor import model
from monitor.model import Kind
from monitor.report import document, restore
from monitor.report.check import command
from monitor.report.document import lines
from monitor.report.view import unit_views, view

PROMISED = {
    "run": "id started_at finished_at today complete sites_checked sites_total",
    "violations": "rank site unit kind subject url days_since_update limit_days days_over newest evidence first_seen notice",
    "columns": "site name url class limit_days newest age_days verdict evidence",
    "links": "url state reason status final_url found_on first_seen",
    "sites": "id name unit url verdict pages links seconds not_judged",
}
SAMPLES = (sample.city(), sample.well(), sample.broken_off(), *(sample.hostile(text) for text in sample.NASTY))


def schema() -> Draft202012Validator:
    found = json.loads(files("monitor").joinpath("data", "report.schema.json").read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(found)
    return Draft202012Validator(found, format_checker=FormatChecker())


def few(kind: type, **more: st.SearchStrategy[object]) -> st.SearchStrategy[tuple[object, ...]]:
    return st.lists(st.builds(kind, **more), max_size=2).map(tuple)


any_text = st.text(st.characters(), max_size=12)  # lone surrogates too, as broken pages bring them
moments = st.datetimes(timezones=st.sampled_from([None, sample.ZONE]))
reports = st.builds(
    model.Report,
    run=st.builds(model.RunInfo, started_at=moments, finished_at=moments),
    office=any_text,
    violations=few(model.Violation, subject=any_text, evidence=any_text),
    fixed=few(model.Fixed),
    columns=few(model.ColumnFinding, name=any_text),
    links=few(model.LinkFinding),
    sites=few(model.SiteFinding, seconds=st.floats(0, 1e6)),
)


@settings(max_examples=60, deadline=None)
@given(reports)
def test_every_report_survives_the_round_trip_as_text(report: model.Report) -> None:
    assert restore(json.loads("".join(lines(report)))) == report


@pytest.mark.parametrize("report", SAMPLES)
def test_samples_hold_to_the_schema_and_come_back_equal(report: model.Report) -> None:
    written = "".join(lines(report))
    written.encode()
    assert not [c for c in written if c != "\n" and (ord(c) < 32 or 0x7F <= ord(c) < 0xA0 or 0x202A <= ord(c) < 0x202F)]
    loaded = json.loads(written)
    assert loaded == json.loads(json.dumps(document(report)))
    assert restore(loaded) == report
    schema().validate(loaded)


def test_the_promised_keys_are_there() -> None:
    whole = json.loads("".join(lines(sample.city())))
    assert whole["schema"] == 1
    for part, names in PROMISED.items():
        entry = whole[part] if part == "run" else whole[part][0]
        assert not set(names.split()) - set(entry)
    assert set(whole["links"][0]["found_on"][0]) >= {"url", "text"}


@pytest.mark.parametrize(
    ("part", "key", "wrong"),
    [("violations", "rank", "1"), ("columns", "verdict", "fine"), ("links", "state", "alive"), ("sites", "id", None)],
)
def test_the_schema_refuses_what_it_must(part: str, key: str, wrong: object) -> None:
    whole = json.loads("".join(lines(sample.city())))
    whole[part][0][key] = wrong
    assert not schema().is_valid(whole)


def test_another_schema_is_not_read_as_ours() -> None:
    with pytest.raises(ValueError, match="schema 2"):
        restore({"schema": 2})


def test_a_finding_a_line_so_that_days_can_be_compared() -> None:
    report = sample.city()
    rows = "".join(lines(report)).splitlines()
    findings = (report.violations, report.fixed, report.columns, report.links, report.sites)
    assert sum(row.startswith(" {") for row in rows) == sum(map(len, findings))


def test_a_units_view_is_the_same_by_either_way() -> None:
    report = sample.city()
    together = list(unit_views(report))
    assert [v.unit for v in together] == [sample.unit(n) for n in range(12)]
    for one in together:
        assert one == view(report, one.unit)


def test_the_parts_of_the_units_make_up_the_whole() -> None:
    report = sample.city()
    parts = [v.report for v in unit_views(report)]
    assert sorted(v.rank for p in parts for v in p.violations) == [v.rank for v in report.violations]
    assert sum(p.run.sites_total for p in parts) == report.run.sites_total
    assert sum(p.run.sites_checked for p in parts) == report.run.sites_checked


def test_counts_add_up_and_shares_never_hide_a_few() -> None:
    counts = view(sample.city()).counts
    assert (counts.fresh, counts.due_soon, counts.stale, counts.unknown) == (22, 2, 8, 4)
    assert counts.total == len(sample.city().columns)
    many = type(counts)(fresh=9999, due_soon=0, stale=1, unknown=0, exempt=3)
    assert (many.share(1), many.share(9999), many.share(0)) == ("<1%", ">99%", "0%")
    assert type(counts)(fresh=0, due_soon=0, stale=0, unknown=0, exempt=0).share(0) == "0%"


def test_nothing_seen_is_never_called_good() -> None:
    blind = replace(sample.well(), run=sample.run(sites_checked=0))
    assert view(blind).trust == "partial"
    assert view(sample.broken_off()).trust == "held"
    assert view(sample.well()).trust == "good"


def test_a_fifth_unseen_is_too_many_to_trust() -> None:
    assert view(replace(sample.well(), run=sample.run(sites_checked=80, sites_total=100))).trust == "good"
    assert view(replace(sample.well(), run=sample.run(sites_checked=79, sites_total=100))).trust == "partial"


def test_a_units_list_counts_from_one() -> None:
    for shown in unit_views(sample.city()):
        assert [r.violation.rank for r in shown.rows] == list(range(1, len(shown.rows) + 1))


def test_another_column_of_the_same_address_is_no_evidence() -> None:
    report = sample.city()
    first = report.violations[0]
    twin = replace(report.columns[0], name="另一栏目", newest=sample.TODAY, newest_title="别人的新闻")
    shown = view(replace(report, columns=(twin,)))
    assert shown.rows[0].violation == first
    assert shown.rows[0].column is None


def test_a_dead_link_comes_with_a_command_that_shows_it() -> None:
    violations = {v["kind"]: v for v in document(sample.city())["violations"]}  # type: ignore[attr-defined]
    url = violations["dead link"]["url"]
    assert violations["dead link"]["check"].startswith("curl ")
    assert shlex.split(violations["dead link"]["check"])[-1] == url
    assert violations["stale column"]["check"] == ""


@pytest.mark.parametrize("url", ["http://a.example/';rm -rf ~'", "http://a.example/$(id)`id`", "http://a.example/\x1b[2J", "javascript:x"])  # fmt: skip
def test_a_hostile_address_runs_nothing(url: str) -> None:
    (dead,) = [v for v in sample.city().violations if v.kind is Kind.DEAD_LINK][:1]
    line = command(replace(dead, url=url))
    assert line == "" or shlex.split(line)[-1] == url
    assert len(shlex.split(line)) in (0, 9)
