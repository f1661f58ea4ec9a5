"""Some 7,600 hostile strings through every mail, page, table, paper and terminal: none leaves its place."""

import email
import io
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP, default
from functools import cache
from pathlib import Path

import docx
import openpyxl
import pytest
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from selectolax.lexbor import LexborHTMLParser

import harmless
import hostile
import judged
import sample
from harmless import check_csv, check_docx, check_html, check_line, check_mail, check_name, check_screen, check_xlsx
from monitor import terminal
from monitor.mail import _subject, header, message
from monitor.model import (
    Attachment,
    Case,
    Change,
    Changes,
    ColumnClass,
    ColumnFinding,
    ColumnVerdict,
    Event,
    Evidence,
    Filling,
    Fixed,
    Item,
    Kind,
    LedgerRow,
    Letter,
    Link,
    LinkFinding,
    LinkState,
    Notice,
    Page,
    PageKind,
    Parent,
    Part,
    Place,
    PrintedNotice,
    Probe,
    Reading,
    Report,
    Result,
    RuleVerdict,
    SiteFinding,
    Stage,
    Step,
    Subject,
    Unit,
)
from monitor.probing import Round
from monitor.report import (
    FORMS,
    circular_of,
    circular_paper,
    ledger_table,
    letter,
    notice_paper,
    restore,
    shipped_form,
    write,
)
from monitor.report.document import lines
from monitor.report.ledger import LONGEST, cells, ledger_rows
from monitor.report.names import page_name
from monitor.report.paper import LISTED
from monitor.report.render import html
from monitor.report.rollup import roll
from monitor.report.view import view
from monitor.report.wordform import Form
from monitor.report.words import words
from monitor.report.workbook import Line, workbook
from monitor.run import SiteDone
from monitor.terminal.notices import show_acts, show_events, show_notice, show_notices
from monitor.terminal.rules import show_rules
from monitor.text import file_name, printable

WHEN = datetime(2026, 11, 23, 6, 0, tzinfo=sample.ZONE)
SENDER = "monitor@office.example"
LANGUAGES = ("zh-CN", "en")
ENGLISH = words("en")
STRINGS = hostile.STRINGS
CELL = 78
"""Characters: so long a text is shown whole nearly everywhere."""
PLAIN = "plain"


def plain(number: int) -> list[str]:
    """So many harmless words, none twice."""
    return [f"plain{n}" for n in range(number)]


def chunks(size: int, texts: Sequence[str]) -> Iterator[Sequence[str]]:
    """The texts in lists of one length: the last is filled up from the first."""
    return (
        [*texts[start : start + size], *texts[: max(0, start + size - len(texts))]]
        for start in range(0, len(texts), size)
    )


def language_of(number: int) -> str:
    """Every fourth document is a Chinese one, which costs most: the clauses of all evidence are looked up."""
    return LANGUAGES[min(number % 4, 1)]


def packs(size: int, texts: Sequence[str] = STRINGS) -> list[str]:
    """All the texts, as many of them in one as are together so long; what is longer stands alone."""
    held, made = "", []
    for text in texts:
        if held and len(held) + len(text) >= size:
            made.append(held)
            held = ""
        held = f"{held} {text}" if held else text
    return [*made, held]


@cache
def cells_apart() -> list[str]:
    """For tables: what attacks the beginning of a cell, or a cell alone, stands alone."""
    alone = [
        t
        for name in ("formulas", "tables", "marks_of_xml", "lookalikes", "encoded_words")
        for t in hostile.FAMILIES[name]
    ]
    known = set(alone)
    return [*dict.fromkeys(alone), *packs(400, [text for text in STRINGS if text not in known])]


def spread(texts: Sequence[str], language: str = "zh-CN", *, links: bool = False) -> Report:
    """A report whose nth site, unit, column or link, and all that is said of them, is the nth text."""
    sites, found, columns, others = [], [], [], []
    for number, text in enumerate(texts):
        unit = Unit(id=f"u{number}", name=text)
        sites.append(_site(number, text, unit))
        common = {
            "site_id": f"s{number}",
            "site_name": text,
            "site_url": text,
            "site_code": text,
            "unit": unit,
            "rank": number + 1,
            "notice": text,
        }
        if links:
            there = (Parent(url=text, text=text, place=Place.BODY),)
            kind = (Kind.DEAD_LINK, Kind.SUSPICIOUS_LINK)[number % 2]
            found.append(sample.violation(0, kind, text, text, text, found_on=there, **common))
            gone = Link(url=text, state=LinkState.UNVERIFIED, reason=text, status=403, final_url=text, found_on=there)
            others.append(LinkFinding(site_id=f"s{number}", link=gone, first_seen=sample.TODAY))
        else:
            columns.append(_column(number, text))
            found.append(sample.accuse(columns[-1], 0, sample.TODAY))
            found[-1] = replace(found[-1], evidence=text, **common)
    return Report(
        run=sample.run(language=language, held=texts[0] if links else "", sites_checked=len(texts), sites_total=len(texts)),
        office=texts[-1], violations=tuple(found), fixed=(), columns=tuple(columns), links=tuple(others), sites=tuple(sites),
    )  # fmt: skip


def _site(number: int, text: str, unit: Unit) -> SiteFinding:
    return sample.site(number, "violations", id=f"s{number}", name=text, unit=unit, url=text, reason=text, code=text, not_judged=(text,))  # fmt: skip


def _column(number: int, text: str) -> ColumnFinding:
    return sample.column(number, text, ColumnClass.B, 300 + number, site_id=f"s{number}", url=text, evidence=text, newest_title=text, newest_url=text)  # fmt: skip


def judged_by(texts: Sequence[str], report: Report) -> Report:
    """The report with a sheet for each site, the first of which has all the texts in all places of a rule."""
    parts = (Part.VETO, Part.DEDUCTION, Part.DUTY)
    rules = [judged.rule(n, part=parts[n % 3], indicator=t, aspect=t, clause=t, meaning=t, source=t) for n, t in enumerate(texts)]  # fmt: skip
    bad = [judged.found(r, RuleVerdict.BREACH, evidence=t, points=1.0, subjects=(Subject(name=t, url=t, said=t),)) for r, t in zip(rules, texts, strict=True)]  # fmt: skip
    idle = judged.found(rules[0], RuleVerdict.NOT_APPLICABLE)
    of = judged.rules(*rules, name=texts[0], document=texts[0], note=texts[0], inherits=texts[0])
    sheets = [judged.sheet(s.id, Result.FAIL, *(bad if not n else bad[n : n + 1]), idle) for n, s in enumerate(report.sites)]  # fmt: skip
    units = (Unit(id="top", name=texts[0]), *(replace(s.unit, within="top") for s in report.sites))
    return replace(report, rules=of, sheets=tuple(sheets), units=units)


def opened(report: Report) -> set[str]:
    """What may be a link in a report: a plain web address that is held against nobody."""
    shut = {v.url for v in report.violations if v.kind in (Kind.DEAD_LINK, Kind.SUSPICIOUS_LINK)}
    texts = {s.url for s in report.sites} | {v.url for v in report.violations}
    return {
        t
        for t in texts - shut
        if t.startswith(("http://", "https://")) and t.isprintable() and not set(t) & set(" \"'<>`\\")
    }


def mailed(made: Letter, **more: str) -> bytes:
    return message(made, sender=SENDER, recipient="a@unit.example", message_id="<1@office.example>", date=WHEN, **more)


def test_there_are_enough_of_them_and_of_every_sort() -> None:
    assert len(STRINGS) >= 7000
    assert min(map(len, hostile.FAMILIES.values())) >= 100
    assert all(STRINGS)


def test_printable_text_steers_nothing_and_covers_nothing() -> None:
    for text in STRINGS:
        for limit in (1, 40, 200, 4000):
            line = printable(text, limit)
            check_screen(line)
            assert len(line) <= limit
            assert printable(line, limit) == line == line.strip()
            assert "\n" not in line


@cache
def plain_letter(rows: int, language: str, links: bool) -> harmless.Skeleton:
    return check_html(letter(spread(plain(rows), language, links=links)).html)


def all_listed(texts: Sequence[str], language: str, links: bool) -> Iterator[tuple[Sequence[str], Letter]]:
    """Letters to the office that list every text: where they are too long for one, more letters."""
    made = letter(spread(texts, language, links=links))
    listed = made.text.count(f"\n   {words(language).say('columns.first_seen')}")
    if listed < len(texts):
        for part in (texts[: len(texts) // 2], texts[len(texts) // 2 :]):
            yield from all_listed(part, language, links)
    else:
        yield texts, made


@pytest.mark.parametrize("links", [False, True])
def test_letters_carry_them_as_text(links: bool) -> None:
    for number, part in enumerate(chunks(50, packs(CELL))):
        language = language_of(number)
        for texts, made in all_listed(part, language, links):
            mail = check_mail(mailed(made), skeleton=plain_letter(len(texts), language, links))
            assert len(list(mail.iter_attachments())) == 1
            assert not [text for text in texts if printable(text, 80) not in made.text]


def test_letters_to_a_unit_bear_its_name_as_text() -> None:
    clean = spread(plain(1))
    skeleton = check_html(letter(clean, clean.sites[0].unit).html)
    for text in packs(56, STRINGS[::60]):
        report = spread([text])
        check_mail(mailed(letter(report, report.sites[0].unit)), skeleton=skeleton)


def test_a_subject_a_sender_and_a_files_name_stay_what_they_are() -> None:
    worst = [text for name in ("headers", "encoded_words", "paths", "steering") for text in hostile.FAMILIES[name]]
    for line in packs(190, worst[::2]):
        attached = (Attachment(name=line, type="application/octet-stream", content=b"x"),)
        quoted = header(line, 60).replace("\\", "\\\\").replace('"', '\\"')
        made = Letter(subject=line, text="t\n", html="<p>h</p>", attachments=attached)
        content = message(made, sender=f'"{quoted}" <{SENDER}>', recipient="a@unit.example", message_id="<1@office.example>", date=WHEN)  # fmt: skip
        mail = check_mail(content)
        assert str(mail["Subject"]) == header(line)
        assert [one.addr_spec for one in mail["From"].addresses] == [SENDER]


def test_every_subject_is_one_header_and_comes_back_whole() -> None:
    for line in (*packs(190), *(text for name in ("headers", "encoded_words") for text in hostile.FAMILIES[name])):
        mail = EmailMessage(policy=SMTP)
        mail["To"] = "a@unit.example"
        mail.set_raw("Subject", _subject(line))
        found = email.message_from_bytes(mail.as_bytes() + b"body", policy=default)
        assert (found.keys(), found.get_payload()) == (["To", "Subject"], "body")
        assert str(found["Subject"]) == header(line)
        check_line(str(found["Subject"]))


def test_every_name_of_a_file_is_one_on_every_system() -> None:
    for text in STRINGS:
        check_name(file_name(text))
        check_name(name := file_name(f"x{text}.docx"))
        assert name.endswith(".docx")
        check_name(page_name(text))


@cache
def plain_page(name: str, rows: int, language: str, links: bool) -> harmless.Skeleton:
    return check_html(page(name, spread(plain(rows), language, links=links)))


def page(name: str, report: Report) -> str:
    if name == "unit.html":  # all of them one unit's, whose page lists nearly all
        unit = report.sites[0].unit
        report = replace(report, violations=tuple(replace(v, unit=unit) for v in report.violations))
        return html(name, view(report, unit), up="../")
    return html(name, view(report), up="../", units_shown=200)


@pytest.mark.parametrize("links", [False, True])
def test_pages_carry_them_as_text(links: bool) -> None:
    for number, texts in enumerate(chunks(600, packs(CELL))):
        language = language_of(number)
        report = spread(texts, language, links=links)
        for name in ("unit.html",) if links else ("unit.html", "units.html"):
            made = page(name, report)
            check_html(made, plain_page(name, len(texts), language, links), opens=opened(report))
            if name == "unit.html":
                shown_in_place(made, texts, links)
    for texts in chunks(100, packs(CELL, STRINGS[::20])):
        report = spread(texts, links=links)
        check_html(
            page("report.html", report), plain_page("report.html", len(texts), "zh-CN", links), opens=opened(report)
        )


def shown_in_place(made: str, texts: Sequence[str], links: bool) -> None:
    """Each text stands, as it is, in the element that is meant for it."""
    tree = LexborHTMLParser(made)
    of_columns = (("td.column > :first-child", 120), ("td.site > small", 80), ("td.evidence q", 120))
    for selector, limit in (("td.evidence > span.text", 300), ("td.site > small", 80)) if links else of_columns:
        found = [node.text() for node in tree.css(selector)]
        assert found == [printable(text, limit) for text in texts], selector


def judged_pages(texts: Sequence[str], language: str) -> tuple[str, str, str]:
    shown = view(judged_by(texts, spread(texts, language)))
    first = next(form for form in shown.forms if form.site.id == "s0")
    return (
        html("sheet.html", shown, up="../", form=first),
        html("sheets.html", shown, up="../"),
        html("rollup.html", shown, up="", rolled=roll(shown.report)),
    )


@cache
def plain_judged(rows: int, language: str) -> tuple[harmless.Skeleton, ...]:
    return tuple(map(check_html, judged_pages(plain(rows), language)))


def test_sheets_and_the_roll_up_carry_them_as_text() -> None:
    for number, texts in enumerate(chunks(500, packs(118))):
        language = language_of(number)
        may = opened(spread(texts))
        for made, clean in zip(judged_pages(texts, language), plain_judged(len(texts), language), strict=True):
            check_html(made, clean, opens=may)


def test_report_json_brings_them_back_whole() -> None:
    for report in (
        judged_by(STRINGS[::40], spread(STRINGS[::40])),
        spread(cells_apart()),
        spread(STRINGS[::16], links=True),
    ):
        written = "".join(lines(report))
        written.encode()
        assert not (
            found := re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]", written)
        ), found
        assert restore(json.loads(written)) == report


def rows_of(texts: Sequence[str], *, links: bool = False) -> tuple[LedgerRow, ...]:
    shown = view(spread(texts, links=links))
    return tuple(replace(row, reply=t, recheck=t) for row, t in zip(ledger_rows(shown), texts, strict=True))


def test_the_table_of_violations_stays_a_table() -> None:
    for links, some in ((False, cells_apart()), (True, STRINGS[::16])):
        content = ledger_table(rows_of(some, links=links), ENGLISH)
        rows = check_csv(content)
        assert len(rows) == len(some) + 1
        place = rows[0].index(ENGLISH.say("table.column"))
        for text, row in zip(some, rows[1:], strict=True):
            line = printable(text, LONGEST).replace("；", ";")
            assert row[place].replace("；", ";") in (line, f"'{line}")


def test_the_ledger_holds_texts_and_addresses_that_live() -> None:
    # A long ledger is written in another way than a short one.
    for links, some in ((False, cells_apart()), (False, STRINGS[::8]), (True, STRINGS[::16])):
        rows = rows_of(some, links=links)
        made = [Line(cells=dict(cells(row, ENGLISH)), opens=row.opens) for row in rows]
        content = workbook(STRINGS[0], STRINGS[1], made, ENGLISH, WHEN)
        found = check_xlsx(content, opens=opened(spread(some, links=links)))
        assert len(found) == len(some) + 3
        place = found[2].index(ENGLISH.say("table.column"))
        for text, row in zip(some, found[3:], strict=True):
            assert row[place].replace("_ ", "_") == printable(text, LONGEST).replace("_ ", "_")


def test_another_reader_sees_no_formula_in_the_ledger() -> None:
    for texts in chunks(2000, STRINGS[::16]):
        made = [Line(cells=dict(cells(row, ENGLISH)), opens=row.opens) for row in rows_of(texts)]
        book = openpyxl.load_workbook(io.BytesIO(workbook(PLAIN, PLAIN, made, ENGLISH, WHEN)))
        assert book.sheetnames == [ENGLISH.say("ledger.sheet")]
        for row in book.worksheets[0].iter_rows(min_row=4):
            for cell in row:
                assert cell.data_type != "f"
                assert cell.hyperlink is None or harmless._WEB.fullmatch(cell.hyperlink.target)


def test_an_address_that_grows_when_it_is_escaped_keeps_its_cell() -> None:
    row = replace(rows_of(["x"])[0], opens=True)
    for address in (
        "http://a.example/" + "[" * 1900,
        "http://a.example/#" + "[" * 1900,
        "http://a.example/#" + "长" * 300,
    ):
        line = replace(row, violation=replace(row.violation, url=address))
        content = workbook(PLAIN, PLAIN, [Line(cells=dict(cells(line, ENGLISH)), opens=True)], ENGLISH, WHEN)
        found = check_xlsx(content, opens={address})
        assert found[3][found[2].index(ENGLISH.say("table.address"))] == address


def notice(rows: tuple[LedgerRow, ...], text: str, language: str) -> PrintedNotice:
    unit = rows[0].violation.unit
    return PrintedNotice(number=text, office=text, unit=unit, day=sample.TODAY, findings=rows, basis=(text, text), signature=text, contact=text, language=language)  # fmt: skip


def own_forms(folder: Path, language: str) -> None:
    """The package's forms with a letterhead of an office's own: places in the head, a field, a link."""
    for name in FORMS:
        made = docx.Document(io.BytesIO(shipped_form(name, language)))
        place = f"{{{{{words(language).say('field.office')}}}}}"
        made.sections[0].header.paragraphs[0].text = f"{place} {place}"
        code = OxmlElement("w:fldSimple")
        code.set(qn("w:instr"), " PAGE ")
        made.sections[0].header.paragraphs[0]._p.append(code)
        made.save(str(folder / name))


@pytest.mark.parametrize("language", LANGUAGES)
def test_papers_carry_them_as_text(language: str, tmp_path: Path) -> None:
    own_forms(tmp_path, language)
    half = STRINGS[LANGUAGES.index(language) :: 2]
    for number, texts in enumerate(chunks(LISTED // 2, packs(400, half))):
        report = spread(texts, language, links=number % 2 == 1)
        report = replace(report, run=replace(report.run, held=""), violations=tuple(replace(v, change=Change.STILL) for v in report.violations))  # fmt: skip
        rows = tuple(ledger_rows(view(report)))
        folder = tmp_path if number % 3 else None
        given = {name: (tmp_path / name).read_bytes() if folder else shipped_form(name, language) for name in FORMS}
        said = "".join(check_docx(notice_paper(notice(rows, texts[0], language), folder), given["notice.docx"]))
        assert not [text for text in texts if printable(text, LONGEST) not in said]
        if number < 2:
            circular = circular_of(view(report))
            assert circular is not None
            circular = replace(circular, number=texts[1], signature=texts[2], contact=texts[3])
            check_docx(circular_paper(circular, tmp_path), (tmp_path / "circular.docx").read_bytes())


def test_a_form_prints_each_of_them_as_it_is() -> None:
    """Every text in a place of its own, and in a row of a list."""
    form, mark = docx.Document(), "\u241e"
    form.add_paragraph(mark.join(f"{{{{n{number}}}}}" for number in range(len(STRINGS))))
    form.add_table(1, 1).cell(0, 0).text = "{{finding.site}}"
    sink = io.BytesIO()
    form.save(sink)
    values = {f"n{number}": text for number, text in enumerate(STRINGS)}
    made = Form(name="own.docx", content=sink.getvalue()).fill(values, {"finding": [{"site": t} for t in STRINGS]})
    first, *rows = check_docx(made, sink.getvalue())
    assert first.split(mark) == rows == [printable(text, 4000) for text in STRINGS]


def test_files_of_hostile_ids_stay_in_their_folder(tmp_path: Path) -> None:
    """Ids come from sites.yaml, which refuses such; should another way in ever be found, they lead nowhere."""
    texts = [*dict.fromkeys((*hostile.FAMILIES["paths"][::16], *STRINGS[::400]))]
    report = spread(texts)
    units = [Unit(id=text, name=text, within=texts[0]) for text in texts]
    report = replace(
        report,
        sites=tuple(replace(s, id=t, unit=u) for s, t, u in zip(report.sites, texts, units, strict=True)),
        violations=tuple(
            replace(v, site_id=t, unit=u) for v, t, u in zip(report.violations, texts, units, strict=True)
        ),
        columns=tuple(replace(c, site_id=t) for c, t in zip(report.columns, texts, strict=True)),
    )
    report = judged_by(texts[:3], report)
    day = write(report, tmp_path / "reports")
    assert {p.name for p in tmp_path.iterdir()} == {"reports"}
    assert {p.name for p in day.parent.iterdir()} == {"2026-11-23", "latest"}
    files = [p for p in day.rglob("*") if p.is_file()]
    for path in files:
        check_name(path.name)
        assert path.parent in (day, day / "units", day / "sheets")
    assert len([p for p in files if p.parent.name == "units" and p.suffix == ".xlsx"]) == len(texts)
    for one in LexborHTMLParser(
        (day / "units" / "index.html" if len(texts) > 200 else day / "report.html").read_text("utf-8")
    ).css("a"):
        target = one.attributes["href"]
        assert target is not None
        assert target.startswith(("#", "http")) or (day / target).is_file()


SCREENED = packs(60, [text for name in ("steering", "letters", "tables") for text in hostile.FAMILIES[name]])


def test_the_screen_is_not_steered(capsys: pytest.CaptureFixture[str]) -> None:
    for number, texts in enumerate(chunks(20, [*SCREENED, *STRINGS[::40]])):
        report = spread(texts, links=number % 2 == 1)
        terminal.show(report)
        terminal.summary(report, Path("x"))
        check_screen(capsys.readouterr().out)
    for text in SCREENED:
        probe = Probe(site=text, at=WHEN, seconds=1.0, open=False, doubtful=True, reason=text)
        terminal.show_probes([Round(probes=(probe,), blind=text, left_out=(text,))], {text: text})
        found = Page(url=text, encoding=text, kind=PageKind.LIST, title=text, published=None, newest=None, items=(Item(title=text, url=text, published=None),), outlinks=(), filling=Filling.ROWS, breadcrumb=(text,), notes=(text,))  # fmt: skip
        terminal.show_page(text, found)
    show_rules(judged_by(SCREENED, spread(SCREENED[:1])).rules or judged.rules())
    said = capsys.readouterr().out
    check_screen(said)
    assert "[/]" in said


def test_the_screen_is_not_steered_by_a_notice(capsys: pytest.CaptureFixture[str]) -> None:
    for text in SCREENED:
        seen = Evidence(site_name=text, site_url=text, site_code=text, unit_name=text, column_class=text, newest=None, days_since_update=None, limit_days=None, days_over=None, sentence=text, first_seen=sample.TODAY, reach=1, day=sample.TODAY)  # fmt: skip
        event = Event(site=text, kind=text, url=text, step=Step.ISSUED, at=WHEN, day=sample.TODAY, who=text, why=text, run=text, notice=text, point=1, unit=text, subject=text, evidence=seen)  # fmt: skip
        sent = Notice(number=text, year=2026, serial=1, unit=text, unit_name=text, issued_at=WHEN, issued_on=sample.TODAY, due=sample.TODAY, points=1)  # fmt: skip
        case = Case(site=text, kind=text, url=text, unit=text, subject=text, stage=Stage.ISSUED, observed_at=WHEN, changed_at=WHEN, notice=text, point=1, due=sample.TODAY, evidence=seen)  # fmt: skip
        show_notice(sent, [case], [event])
        show_events([event], WHEN.tzinfo)
        show_acts(Changes(version=1, events=(event,)))
    show_notices([replace(sent, number=text, unit_name=text) for text in SCREENED], [], every=True, today=sample.TODAY)
    check_screen(capsys.readouterr().out)


@pytest.mark.parametrize("name", ["[/]", "[/bold]", "[link=http://evil.example]x", ":skull:", "\x1b]0;x\x07[red]"])
def test_a_sites_name_beside_the_bars_is_text(name: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "200")
    with terminal.watching() as watch:
        watch.started(1, 1)
        watch.done(SiteDone(finding=sample.site(0, name=name), violations=0))
    said = capsys.readouterr().err
    assert printable(name, 24) in said
    assert "\x1b]" not in said


@pytest.mark.parametrize(("letter_", "language"), [("&", "zh-CN"), ("&", "en"), ("\U00020000", "zh-CN")])
def test_two_thousand_findings_of_the_longest_words_stay_below_what_clients_clip(letter_: str, language: str) -> None:
    text = "http://a.example/?" + letter_ * 300 if letter_ == "&" else letter_ * 300
    whole = spread([text] * 2000, language)
    unit = replace(whole.sites[0].unit, id="u")
    there = (Parent(url=text, text=text, place=Place.BODY),)
    kinds = [*Kind]
    told = tuple(
        replace(v, unit=unit, kind=kinds[n % len(kinds)], found_on=there) for n, v in enumerate(whole.violations)
    )
    sites = tuple(replace(s, unit=unit, verdict="unreachable" if n % 2 else "ok") for n, s in enumerate(whole.sites))
    unknown = tuple(replace(c, verdict=ColumnVerdict.UNKNOWN, reading=[None, *Reading][n % (len(Reading) + 1)]) for n, c in enumerate(whole.columns[:50]))  # fmt: skip
    put_right = tuple(Fixed(site_id=s.id, site_name=text, kind=Kind.DEAD_LINK, subject=text, url=text, first_seen=sample.TODAY) for s in sites[:60])  # fmt: skip
    report = replace(whole, run=replace(whole.run, held=text, complete=False), office=text, violations=told, sites=sites, fixed=put_right, columns=(*whole.columns[50:], *unknown))  # fmt: skip
    for of in (None, unit):
        made = letter(report, of)
        assert len(made.html.encode()) < harmless.BYTES
        check_html(made.html)
        listed = made.text.count(f"\n   {words(language).say('columns.first_seen')}")
        assert 10 <= listed <= 50
        said = words(language).say("mail.capped", shown=listed, total=2000, name=made.attachments[0].name)
        assert said in made.text
        assert said in made.html
        assert made.html.count('<td class="n">') == 2 * listed
        left = words(language).say("fixed.more", n=60 - min(listed, 20))
        assert left in made.html
        assert left in made.text
