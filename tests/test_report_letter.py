"""The daily letter: text and HTML with the same numbers, small enough, attached in full, never silent."""

import re
from dataclasses import replace

import pytest

import sample
from monitor.model import Report
from monitor.report import letter
from monitor.report.table import table
from monitor.report.view import view


def numbers(text: str) -> list[str]:
    return re.findall(r"\d+", text)


@pytest.mark.parametrize("language", ["zh-CN", "en"])
@pytest.mark.parametrize("build", [sample.city, sample.broken_off, sample.well])
def test_both_parts_carry_the_same_numbers(build: object, language: str) -> None:
    report: Report = build()  # type: ignore[operator]
    report = replace(report, run=replace(report.run, language=language))
    for made in (letter(report), letter(report, sample.unit(3))):
        visible = re.sub(r"<style.*?</style>|<[^>]+>", " ", made.html, flags=re.DOTALL)
        for number in ("845", "1029", "398", "412", "61%", "22%", "40"):
            assert (number in numbers(made.text) or number in made.text) == (number in visible), number
        for violation in report.violations:
            assert (violation.url in made.text) == (violation.url in made.html)


def test_subjects_say_what_matters_first() -> None:
    assert letter(sample.city()).subject == "11-23 网站更新日报：新增 6 · 超期 8 · 已整改 2（查 11/12 站）"
    assert letter(sample.well()).subject == "11-23 网站更新日报：没有发现问题（共 12 站）"
    assert "暂停对外发送" in letter(sample.broken_off()).subject
    partial = replace(sample.city(), run=sample.run(complete=False))
    assert letter(partial).subject == "11-23 网站更新日报（不完整）：新增 6 · 超期 8 · 已整改 2（查 11/12 站）"
    assert (
        letter(sample.city(), sample.unit(0)).subject == "11-23 云川市水务局网站问题清单：新增 0 · 超期 2 · 失效链接 0"
    )


def test_a_unit_that_was_not_seen_is_not_told_that_all_is_well() -> None:
    report = replace(sample.city(), violations=())
    made = letter(report, sample.unit(11))
    assert "1 个网站未能检查" in made.subject
    assert "没有发现问题" not in made.subject + made.text
    assert "没有可用的结论" in made.text


def test_a_day_without_findings_still_makes_a_letter() -> None:
    made = letter(sample.well())
    assert "没有发现问题" in made.text
    assert "没有发现问题" in made.html
    assert made.attachments == ()


def test_the_whole_list_is_attached() -> None:
    made = letter(sample.city())
    (attached,) = made.attachments
    assert (attached.name, attached.type) == ("violations-2026-11-23.csv", "text/csv")
    assert attached.content == table(sample.city())
    (attached,) = letter(sample.city(), sample.unit(0)).attachments
    assert attached.content == table(sample.city(), sample.unit(0))
    assert attached.content.count(b"\r\n") == 3


def test_two_thousand_findings_stay_below_what_clients_clip() -> None:
    report = sample.fleet(1, 2000)
    for made in (letter(report), letter(report, report.sites[0].unit)):
        assert len(made.html.encode()) < 90_000
        assert "前 50 项，共 2000 项" in made.html
        assert "前 50 项，共 2000 项" in made.text
        assert made.attachments[0].content.count(b"\r\n") == 2001


@pytest.mark.parametrize(
    "text", ["<" * 3000, "&" * 3000, "'" * 3000, "\U00020000" * 3000, "http://a.example/" + "&" * 3000]
)
def test_the_longest_words_still_stay_below_it(text: str) -> None:
    report = sample.fleet(60, 1)
    rows = tuple(
        replace(v, url=text, subject=text, evidence=text, unit=replace(v.unit, name=text)) for v in report.violations
    )
    sites = tuple(replace(s, name=text, verdict="unreachable") for s in report.sites)
    made = letter(replace(report, violations=rows, sites=sites, office=text, run=sample.run(held=text)))
    assert len(made.html.encode()) < 90_000
    assert len(made.text.encode()) < 200_000


@pytest.mark.parametrize("text", sample.NASTY)
def test_hostile_words_cannot_leave_their_line(text: str) -> None:
    made = letter(sample.hostile(text))
    for part in (made.subject, made.text, made.html):
        part.encode()
        assert not [c for c in part if (ord(c) < 32 and c != "\n") or 0x7F <= ord(c) < 0xA0]
        assert not set(part) & set("\u2028\u202e\u200b\ufeff")
    assert "\n" not in made.subject
    assert len(made.subject) <= 200
    assert not [line for line in made.text.splitlines() if line.startswith("Bcc:")]


def test_text_is_not_escaped_and_html_is() -> None:
    made = letter(sample.hostile("A & B <c>"))
    assert "A & B <c>" in made.text
    assert "A &amp; B &lt;c&gt;" in made.html
    assert "<c>" not in made.html


def test_the_letter_is_the_same_each_time() -> None:
    assert letter(sample.city()) == letter(sample.city())


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_where_notices_are_issued_the_office_reads_how_they_stand(language: str) -> None:
    report = sample.noticed(sample.city())
    report = replace(report, run=replace(report.run, language=language))
    made, shown = letter(report), view(report)
    assert shown.notices
    assert shown.todo.disputes
    for text in (made.text, made.html):
        for line in shown.notices[:10]:
            assert line.notice.number in text
        for case, why in shown.todo.disputes[:5]:
            assert case.notice in text
            assert why[:20] in text
    assert shown.notices[0].notice.number not in letter(sample.city()).text
