"""What papers and pages say of notices: every state in words, frozen evidence, and figures that add up."""

import io
import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import openpyxl
import pytest

import sample
from monitor.model import Case, Docket, Event, PointState, Report, Stage, Step, Unit
from monitor.report import circular_of, circular_paper, notice_paper, printed_notice, restore, write
from monitor.report.docket import all_lines, notice_lines, pace, tally
from monitor.report.document import document, lines
from monitor.report.dossier import Dossier, dossier
from monitor.report.ledger import ledger_rows, whole_ledger
from monitor.report.render import html
from monitor.report.table import table
from monitor.report.view import View, unit_views, view
from monitor.report.words import words
from monitor.terminal import summary
from test_report import schema
from test_report_folder import names, rows
from test_report_pages import Reader, english
from test_report_paper import harmless, words_of

CITY = sample.noticed(sample.city())


def held(report: Report = CITY) -> Dossier:
    assert report.docket
    return dossier(report.docket, report.run.today, sample.ZONE)


def issued() -> Case:
    assert CITY.docket
    return next(case for case in CITY.docket.cases if case.notice.endswith("13号"))


def told(case: Case, *replies: Event, seen: bool = True, language: str = "zh-CN") -> tuple[str, str]:
    """State and re-check of one point, alone in a docket."""
    notice = next(n for n in held().docket.notices if n.number == case.notice)
    violations = tuple(v for v in CITY.violations if seen and v.key == case.key)
    docket = Docket(notices=(notice,), cases=(case,), replies=replies)
    run = replace(CITY.run, language=language)
    (row,) = whole_ledger(view(replace(CITY, run=run, violations=violations, docket=docket)))
    assert row.state
    return row.state.value, row.recheck


def day(ago: int) -> date:
    return sample.TODAY - timedelta(days=ago)


LATE = {"due": day(4)}


@pytest.mark.parametrize(
    ("change", "state", "said"),
    [
        ({}, "issued", "整改期限内（第 2 次通知）"),
        ({"times": 1}, "issued", "整改期限内"),
        ({"times": 1, "due": day(0)}, "issued", "整改期限内"),
        ({"times": 1, **LATE}, "overdue", "复查未通过，仍未整改（逾期 4 天）"),
        ({"times": 1, **LATE, "acknowledged_at": sample.at(day(5))}, "overdue", "复查未通过，仍未整改（逾期 4 天）"),
        ({"times": 1, "acknowledged_at": sample.at(day(1))}, "acknowledged", "整改期限内"),
        ({"times": 1, **LATE, "disputed": True}, "disputed", "申诉待处理，暂停计时"),
        ({"times": 1, **LATE, "suspended": True}, "suspended", "网站未能检查，暂停计时"),
        ({"times": 1, **LATE, "waived_until": date(2026, 12, 31)}, "waived", "已豁免至 2026-12-31"),
        ({"times": 1, **LATE, "good_since": sample.at(day(1))}, "looked good once", "首次复查合格（2026-11-22），待再次复查"),
        (
            {"times": 1, **LATE, "stage": Stage.CLOSED, "good_since": sample.at(day(4)), "closed_on": day(3)},
            "put right in time",
            "已按期整改（2026-11-19）",
        ),
        (
            {"times": 1, **LATE, "stage": Stage.CLOSED, "good_since": sample.at(day(3)), "closed_on": day(2)},
            "put right late",
            "逾期整改（2026-11-20，逾期 1 天）",
        ),
        ({"times": 1, "stage": Stage.WITHDRAWN, "closed_on": day(1)}, "withdrawn", "已撤销（）"),
    ],
)  # fmt: skip
def test_every_state_is_said_in_words(change: dict[str, object], state: str, said: str) -> None:
    case = replace(issued(), **change)  # type: ignore[arg-type]
    assert told(case, seen=case.is_open) == (state, said)
    assert told(case, seen=case.is_open, language="en")[1].isascii()


def test_what_the_day_did_not_see_is_not_said_to_have_failed_again() -> None:
    assert told(replace(issued(), times=1, due=day(4)), seen=False)[1] == "逾期 4 天，最近一次未能复查"
    case = replace(issued(), due=day(4))
    violations = tuple(v for v in CITY.violations if v.key == case.key)
    blind = replace(CITY, run=replace(CITY.run, held="x"), violations=violations, docket=Docket(cases=(case,)))
    (row,) = whole_ledger(view(blind))
    assert "未能复查" in row.recheck


def test_a_claim_that_a_look_refuted_is_told_as_refuted() -> None:
    case = replace(issued(), times=1)
    claim = sample.reply(case, Step.CLAIMED, day(1), "已更新")
    assert told(case, claim)[1] == "反馈已整改，复查时问题仍在；整改期限内"
    assert told(replace(case, claimed_at=claim.at), claim) == ("claimed fixed", "整改期限内")


def test_a_good_look_shortly_after_midnight_counts_on_the_offices_day() -> None:
    """A store keeps moments in UTC: half past midnight here is the day before there."""
    good = datetime(2026, 11, 19, 16, 30, tzinfo=UTC)
    case = replace(issued(), times=1, due=day(4), stage=Stage.CLOSED, good_since=good, closed_on=day(2))
    assert told(case, seen=False) == ("put right late", "逾期整改（2026-11-20，逾期 1 天）")


def test_replies_are_those_since_the_notice_was_last_told() -> None:
    case = issued()
    said = [
        sample.reply(replace(case, notice="old"), Step.ACKNOWLEDGED, day(0), "x", who="旧"),
        sample.reply(case, Step.ACKNOWLEDGED, day(30), "x", who="早"),
        sample.reply(case, Step.ACKNOWLEDGED, day(1), "签收单"),
        sample.reply(case, Step.DISPUTED, day(1), "不属我单位"),
        sample.reply(case, Step.UPHELD, day(0), "属你单位", who="李四"),
        sample.reply(case, Step.CLAIMED, day(0), "已更新"),
    ]
    docket = replace(held().docket, cases=(case,), replies=tuple(said))
    (row,) = [r for r in ledger_rows(view(replace(CITY, docket=docket))) if r.reply]
    assert row.reply == (
        "已签收（2026-11-22，王五）；申诉（2026-11-22，王五，不属我单位）；申诉不成立（2026-11-23，属你单位）；反馈已整改（2026-11-23，已更新）"
    )


def test_the_ledger_has_open_ones_by_rank_and_then_settled_ones_newest_first() -> None:
    found = list(whole_ledger(view(CITY)))
    still = [row for row in found if row.violation.key in {v.key for v in CITY.violations}]
    assert [row.violation.rank for row in still] == [v.rank for v in CITY.violations]
    assert found[: len(still)] == still
    closed = [row.closed for row in found if row.closed]
    assert len(closed) == 5
    assert closed == sorted(closed, reverse=True)
    assert found[-5:] == [row for row in found if row.closed]
    assert {row.state for row in found} == set(PointState) - {
        *(PointState.CLAIMED, PointState.ACKNOWLEDGED, PointState.SUPERSEDED),
    }
    assert all((row.violation.notice is None) == (row.state is PointState.UNTOLD) for row in found)


def test_what_was_settled_more_than_a_year_ago_is_left_out_and_what_is_open_never() -> None:
    def kept(**change: object) -> int:
        case = replace(issued(), url="http://dept05.example/gone/", **change)  # type: ignore[arg-type]
        report = replace(CITY, violations=(), docket=replace(held().docket, cases=(case,)))
        return len(list(whole_ledger(view(report))))

    old = issued().evidence
    assert old
    long_ago = {"issued_on": day(400), "evidence": replace(old, day=day(400))}
    assert kept(**long_ago, stage=Stage.CLOSED, closed_on=day(366)) == 0
    assert kept(**long_ago, stage=Stage.CLOSED, closed_on=day(365)) == 1
    assert kept(**long_ago) == 1


def test_a_withdrawn_point_that_still_stands_is_told_once_and_not_as_waiting_for_a_notice() -> None:
    case = replace(issued(), stage=Stage.WITHDRAWN, closed_on=day(1))
    report = replace(CITY, docket=replace(held().docket, cases=(case,)))
    (row,) = [row for row in whole_ledger(view(report)) if row.violation.key == case.key]
    assert (row.state, row.closed) == (PointState.WITHDRAWN, day(1))
    assert len(rows(table(report))) == len(CITY.violations)


def test_the_workbook_has_a_filter_for_the_state_and_real_days(tmp_path: Path) -> None:
    folder = write(CITY, tmp_path)
    content = (folder / "ledger.xlsx").read_bytes()
    harmless(content)
    sheet = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]
    assert sheet.auto_filter.ref == f"A3:Z{sheet.max_row}"
    assert not sheet.data_validations.dataValidation
    found = [list(row) for row in sheet.iter_rows(min_row=3, values_only=True)]
    lines_ = [dict(zip(found[0], row, strict=True)) for row in found[1:]]
    assert [line["序号"] for line in lines_] == list(range(1, 21))
    first = lines_[0]
    assert (first["状态"], first["通知编号"], first["整改逾期天数"]) == ("逾期未整改", "云政网监〔2026〕5号", 26)
    days = [first[name] for name in ("整改期限", "通知日期")]
    assert [value.isoformat() for value in days if isinstance(value, datetime)] == [
        "2026-10-28T00:00:00", "2026-10-21T00:00:00",
    ]  # fmt: skip
    assert isinstance(lines_[-1]["销号日期"], datetime)
    hidden = {str(sheet.cell(3, c.min).value) for c in sheet.column_dimensions.values() if c.hidden}
    assert "通知编号" not in hidden
    assert "共 20 项：未销号 15 项（其中逾期 3 项）" in str(sheet.cell(2, 1).value)
    own = openpyxl.load_workbook(folder / "units" / "unit-03.xlsx").worksheets[0]
    assert {row[1] for row in own.iter_rows(min_row=4, values_only=True)} == {"云川市民政局"}
    assert own.max_row == 3 + 4
    assert [row["整改期限"] for row in rows((folder / "violations.csv").read_bytes())][:3] == [
        "2026-10-28", "2026-11-18", "2026-11-30",
    ]  # fmt: skip


def test_where_no_notices_are_issued_nothing_speaks_of_them(tmp_path: Path) -> None:
    write(sample.city(), tmp_path)
    page = (tmp_path / "latest/report.html").read_text("utf-8")
    assert "整改通知" not in page
    assert not (tmp_path / "latest/notices").exists()
    assert all(row.state is None for row in whole_ledger(view(sample.city())))
    assert "整改通知" not in words_of((tmp_path / "latest/circular.docx").read_bytes())


# --- papers -----------------------------------------------------------------------------------------------------


def test_the_days_notices_are_written_and_linked_and_swept(tmp_path: Path) -> None:
    folder = write(CITY, tmp_path, contact="wzb@yunchuan.example")
    assert {name for name in names(folder) if name.startswith("notices/")} == {"notices/2026-14.docx"}
    content = (folder / "notices/2026-14.docx").read_bytes()
    harmless(content)
    said = words_of(content)
    for part in (
        "云政网监〔2026〕14号", "云川市交通运输局：", "请于2026年11月30日前", "将于2026年12月1日起复查",
        "联系方式：wzb@yunchuan.example。", "存在1项问题", "超过 1 年时限",
    ):  # fmt: skip
        assert part in said
    assert 'href="notices/2026-14.docx"' in (folder / "report.html").read_text("utf-8")
    assert 'href="../notices/2026-14.docx"' in (folder / "units/unit-04.html").read_text("utf-8")
    tomorrow = replace(CITY, run=replace(CITY.run, today=date(2026, 11, 24)), docket=replace(held().docket, issued=()))
    later = write(tomorrow, tmp_path)
    assert 'href="../2026-11-23/notices/2026-14.docx"' in (later / "report.html").read_text("utf-8")
    assert not (tmp_path / "latest/notices").exists()
    (folder / "notices/2026-99.docx").write_text("of an earlier report of the day")
    write(CITY, tmp_path)
    assert not (folder / "notices/2026-99.docx").exists()


def test_a_notice_is_printed_as_it_was_issued_and_says_what_comes_again() -> None:
    case = issued()
    other = replace(case, point=2, url=case.url + "b/", subject="第二栏", times=1)
    notice = next(n for n in held().docket.notices if n.number == case.notice)
    printed = printed_notice(replace(notice, points=2), (other, case), office="办公室", contact="a@b.example")
    assert [row.violation.rank for row in printed.findings] == [1, 2]
    assert (printed.day, printed.deadline, printed.recheck) == (day(1), date(2026, 11, 29), date(2026, 11, 30))
    assert printed.times == 1
    said = words_of(notice_paper(printed))
    assert said.count("（第 2 次通知）") == 1
    again = printed_notice(notice, (replace(case, times=3),), office="办公室")
    assert "本次为同类问题第 3 次通知" in words_of(notice_paper(again))
    evidence = case.evidence
    assert evidence
    assert printed.findings[0].violation.unit == Unit(id=notice.unit, name=evidence.unit_name)
    assert printed.findings[0].checked == notice.issued_at


def test_the_circular_names_what_is_overdue_and_how_late() -> None:
    circular = circular_of(view(CITY), "a@b.example")
    assert circular
    assert [row.late for row in circular.rows] == [26, 6, 5]
    said = words_of(circular_paper(circular))
    for part in (
        "本次通报存在的问题3项", "发出整改通知 12 份，涉及问题 12 项，已整改 3 项（按期 2 项，逾期 1 项），整改率 25.0%",
        "逾期未整改 3 项，未到期限或暂停计时、待复查 6 项", "未被通知整改的网站占 58.3%",
        "栏目不更新（云政网监〔2026〕5号，2026年10月28日到期，逾期 26 天）", "（1029 天未更新，逾期 26 天未整改）",
        "均已超过整改期限", "联系方式：a@b.example",
    ):  # fmt: skip
        assert part in said
    assert "（草稿，待审定）" in said
    assert "3 problems past their deadline" in words_of(circular_paper(replace(circular, language="en")))
    in_time = tuple(replace(case, due=sample.TODAY) for case in held().docket.cases)
    assert circular_of(view(replace(CITY, docket=replace(held().docket, cases=in_time)))) is None
    assert circular_of(view(replace(CITY, run=replace(CITY.run, held="x")))) is None


def test_the_figures_of_a_period_add_up() -> None:
    counted = tally(held(), 12)
    assert counted
    assert counted.points == counted.in_time + counted.late + counted.overdue + counted.waiting
    assert counted.since == date(2026, 8, 26)
    assert tally(held(replace(CITY, docket=Docket())), 12) is None
    big = sample.noticed(sample.fleet(20, 9))
    counted = tally(held(big), 20)
    assert counted
    assert counted.points == counted.in_time + counted.late + counted.overdue + counted.waiting


def test_the_pace_is_a_median_of_calendar_days_against_the_period_before() -> None:
    kept = issued().evidence
    assert kept

    def closed(after: int, ago: int) -> Case:
        return replace(
            issued(), stage=Stage.CLOSED, good_since=sample.at(day(ago)), closed_on=day(ago),
            evidence=replace(kept, day=day(ago + after)),
        )  # fmt: skip

    of = [closed(2, 0), closed(4, 10), closed(20, 89), closed(9, 90), closed(11, 179), closed(99, 180), issued()]
    found = pace(held(), of)
    assert (found.open, found.overdue, found.days, found.before) == (1, 0, 4, 10)
    by_hand = replace(closed(2, 0), good_since=None)
    assert pace(held(), [by_hand]).days == 2


# --- pages and JSON ---------------------------------------------------------------------------------------------


def text(shown: View, name: str = "report.html") -> str:
    more = {"up": "", "units_shown": 200} if name == "report.html" else {"up": "../"}
    return " ".join(Reader(html(name, shown, **more)).text.split())


def test_the_first_page_says_what_is_due_and_what_is_overdue_the_longest_first() -> None:
    said = text(view(CITY))
    assert "整改通知（份） 9未销号 1七日内到期 3已逾期" in said
    table_ = said[said.rindex("未销号的整改通知") :]
    order = [table_.index(f"〔2026〕{n}号") for n in (5, 8, 9, 13, 14, 7, 10, 11, 12)]
    assert order == sorted(order)
    for part in (
        "逾期 26 天",
        "已提请督办",
        "还剩 6 天",
        "不计时",
        "已豁免",
        "申诉中",
        "待再次复查",
        "网站未能检查",
    ):
        assert part in table_
    assert "通知 云政网监〔2026〕5号，逾期 26 天" in said
    assert "通知 云政网监〔2026〕13号，期限 2026-11-29" in said


def test_what_waits_for_a_person_is_listed_with_its_notice() -> None:
    report = replace(
        CITY,
        violations=tuple(replace(v, unit=replace(v.unit, contacts=())) for v in CITY.violations),
        units=(sample.unit(0), replace(sample.unit(5), contacts=(), within="unit-00")),
    )
    within = tuple(
        replace(v, unit=replace(v.unit, within="unit-00")) if v.unit.id == "unit-05" else v for v in report.violations
    )
    shown = view(replace(report, violations=within))
    assert [unit.name for unit in shown.todo.no_contact][:2] == ["云川市水务局", "云川市教育局"]
    assert "云川市自然资源局" not in [unit.name for unit in shown.todo.no_contact], "the unit above is written to"
    said = text(shown)
    for part in (
        "待裁定的申诉（1）", "云政网监〔2026〕11号第 1 项", "栏目已并入“政务公开”，旧地址自动跳转",
        "反馈已整改、等待复查（1）", "一周内到期的豁免（1）", "2027年的工作日安排尚不可知", "没有联系人的单位",
    ):  # fmt: skip
        assert part in said
    assert not view(sample.city()).todo.count


@pytest.mark.parametrize("report", [CITY, english(CITY), sample.noticed(sample.fleet(6, 25))])
def test_pages_with_notices_are_whole(report: Report) -> None:
    for shown in (view(report), *unit_views(report)):
        name = "unit.html" if shown.unit else "report.html"
        read = Reader(html(name, shown, up="../", units_shown=3, where={"x": "notices/2026-1.docx"}))
        assert not read.wrong
        assert not read.open
        assert sum(tag == "th" and a == "scope" for tag, a, _ in read.attributes) == read.tags.count("th")


def test_a_long_list_of_notices_is_capped_and_says_so() -> None:
    said = text(view(sample.noticed(sample.fleet(30, 10))))
    assert "列出前 100 份，共 234 份；全部见整改台账。" in said


def test_a_unit_sees_its_own_notices_and_no_others() -> None:
    for shown in unit_views(CITY):
        assert shown.unit
        assert shown == view(CITY, shown.unit)
        assert all(line.notice.unit == shown.unit.id for line in shown.notices)
        others = [n.number for n in held().docket.notices if n.unit != shown.unit.id]
        said = text(shown, "unit.html")
        assert not [number for number in others if f"{number} " in said]
    assert sum(len(shown.notices) for shown in unit_views(CITY)) == len(view(CITY).notices)


def test_the_roll_up_of_units_counts_their_points() -> None:
    paces = {row.unit.id: row.pace for row in view(CITY).units}
    assert (paces["unit-03"].open, paces["unit-03"].overdue, paces["unit-03"].days) == (3, 1, 5)
    assert sum(one.open for one in paces.values()) == sum(case.is_open for case in held().docket.cases)


def test_report_json_lists_the_notices_and_comes_back_without_the_docket() -> None:
    written = json.loads("".join(lines(CITY)))
    schema().validate(written)
    assert restore(written) == replace(CITY, docket=None)
    found = {one["number"]: one for one in written["notices"]}
    assert found["云政网监〔2026〕5号"] == {
        "number": "云政网监〔2026〕5号", "unit": "云川市水务局", "unit_id": "unit-00", "issued": "2026-10-21",
        "due": "2026-10-28", "points": 1, "open": 1, "overdue": 1, "days_left": -26, "state": "overdue",
        "states": {"issued": 1},
    }  # fmt: skip
    assert {one["state"] for one in found.values()} == {"overdue", "open", "waiting", "settled"}
    assert [line.notice.number for line in all_lines(held())] == list(found)
    assert document(sample.city())["notices"] == []


@pytest.mark.parametrize("hostile", sample.NASTY)
def test_strangers_words_in_notices_stay_words(hostile: str, tmp_path: Path) -> None:
    docket = held().docket
    cases = tuple(
        replace(case, subject=hostile, url=hostile + case.url, evidence=replace(
            case.evidence, site_name=hostile, site_url=hostile, site_code=hostile, unit_name=hostile, sentence=hostile,
        )) for case in docket.cases if case.evidence
    )  # fmt: skip
    replies = tuple(replace(event, who=hostile, why=hostile) for event in docket.replies)
    keys = {old.key: new for old, new in zip(docket.cases, cases, strict=True)}
    bad = replace(
        CITY,
        docket=replace(
            docket, cases=cases, issued=cases[-1:], problems=(hostile,),
            replies=tuple(replace(e, url=keys[e.key].url) for e in replies),
            notices=tuple(replace(n, unit_name=hostile) for n in docket.notices),
        ),
    )  # fmt: skip
    folder = write(bad, tmp_path)
    for name in names(folder):
        if name.endswith((".xlsx", ".docx")):
            harmless((folder / name).read_bytes())
    clean = Reader((write(CITY, tmp_path / "clean") / "report.html").read_text("utf-8"))
    read = Reader((folder / "report.html").read_text("utf-8"))
    assert set(read.tags) == set(clean.tags)
    assert not [name for _, name, _ in read.attributes if name.startswith("on")]
    schema().validate(json.loads((folder / "report.json").read_text("utf-8")))


def test_the_words_of_a_state_are_in_every_language() -> None:
    for tag in ("zh-CN", "en"):
        assert all(words(tag).say(f"point.{state}") for state in PointState)


def test_the_end_of_a_run_says_how_many_notices_went_out_and_how_they_stand(
    capsys: pytest.CaptureFixture[str],
) -> None:
    summary(CITY, Path("report.html"))
    assert "Notices: 1 issued today; 9 open, 3 of them overdue." in capsys.readouterr().out


def test_a_circular_tells_of_the_day_that_was_judged_not_of_that_on_which_it_was_rehearsed() -> None:
    run = replace(CITY.run, finished_at=CITY.run.finished_at + timedelta(days=60))
    circular = circular_of(view(replace(CITY, run=run)))
    assert circular
    assert f"截至{words('zh-CN').plain_day(CITY.run.today)}" in words_of(circular_paper(circular))


def test_notices_of_one_day_and_deadline_come_by_their_numbers() -> None:
    of = held()
    (case,) = (case for case in of.docket.cases if case.notice.endswith("13号"))
    notice = next(one for one in of.docket.notices if one.number == case.notice)
    notices = tuple(replace(notice, number=f"〔2026〕{n}号", serial=n) for n in (12, 11, 2))
    cases = tuple(replace(case, notice=one.number, url=one.number) for one in notices)
    lines_ = notice_lines(replace(of, docket=Docket(notices=notices, cases=cases)))
    assert [line.notice.serial for line in lines_] == [2, 11, 12]
