"""An office's own templates and phrases: taken where they are sound, told and passed over where not, never trusted."""

from __future__ import annotations

import asyncio
import email
import email.policy
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

import judged
import sample
from monitor import posting
from monitor.report import check_style, letter, offered, read_style, to_be_changed, write
from monitor.report.environment import about, environment, shipped_template, shipped_templates
from monitor.report.render import html, plain
from monitor.report.style import PACKAGE, Style
from monitor.report.view import view
from monitor.report.words import words
from test_run import City, city, now

LETTERHEAD = '{% extends "package/mail.html" %}\n'
GREETING = "<p>各单位：{{ v.rows[0].violation.subject if v.rows }}</p>"


def own(folder: Path, texts: Mapping[str, str]) -> Style:
    put(folder, texts)
    return read_style(folder, "zh-CN")


def put(folder: Path, texts: Mapping[str, str]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")


def mistakes(folder: Path, name: str, text: str) -> list[str]:
    """What `monitor validate` says, without the folder."""
    put(folder, {name: text})
    return [said.removeprefix(f"{folder}/") for said in check_style(folder, "zh-CN", judged.pack())]


# --- taken ----------------------------------------------------------------------------------


def test_in_the_sandbox_the_packages_own_say_the_same(tmp_path: Path) -> None:
    copied = own(tmp_path / "copied", {name: shipped_template(name) for name in shipped_templates()})
    assert not copied.faults
    assert {name for name, _ in copied.templates} == set(shipped_templates())
    for number, report in enumerate((judged.city(), sample.broken_off(), sample.hostile(sample.NASTY[0]))):
        one, two = (tmp_path / f"{number}-{name}" for name in ("package", "copied"))
        write(report, one)
        write(report, two, style=copied)
        files = sorted(path.relative_to(one) for path in one.rglob("*.html"))
        assert len(files) >= 4
        assert all((one / name).read_bytes() == (two / name).read_bytes() for name in files)
        assert letter(report, style=copied) == letter(report)
    assert not copied.faults


def test_one_of_the_offices_own_stands_on_the_packages(tmp_path: Path) -> None:
    style = own(
        tmp_path,
        {
            "page.html": '{% extends "package/page.html" %}{% block style %}.ours { color: teal; }{% endblock %}',
            "mail.html": '{% include "head.html" %}{% include "package/mail.html" %}',
            "head.html": GREETING,
            "mail.txt": '各单位：\n{% include "package/mail.txt" %}',
        },
    )
    made = letter(sample.city(), style=style)
    assert "<p>各单位：政务公开 &gt; 通知公告</p>" in made.html
    assert made.text.startswith("各单位：\n云川市人民政府办公室\n")
    assert ".ours { color: teal; }" in html("units.html", view(sample.city(), style=style), up="../")
    assert not style.faults
    assert check_style(tmp_path, "zh-CN", judged.pack()) == ()


def test_a_script_of_the_offices_own_is_let_through_by_its_digest(tmp_path: Path) -> None:
    style = own(tmp_path, {"table.js": 'document.title = "x";\n'})
    first, second = (
        html("report.html", view(sample.city(), style=s), up="", units_shown=9, papers=[]) for s in (PACKAGE, style)
    )
    assert 'document.title = "x";' in second
    digests = [page.partition("script-src '")[2].partition("'")[0] for page in (first, second)]
    assert digests[0] != digests[1]
    assert all(digest.startswith("sha256-") for digest in digests)


def test_nothing_of_ones_own_is_the_package(tmp_path: Path) -> None:
    assert read_style(tmp_path / "none", "zh-CN") == Style(folder=str(tmp_path / "none"))
    (tmp_path / "notes.docx").write_bytes(b"x")
    (tmp_path / ".mail.html.swp.html").write_bytes(b"\xff")
    assert check_style(tmp_path, "zh-CN", None) == ()


def test_a_run_writes_and_mails_in_the_offices_own_look(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    put(
        tmp_path / "templates",
        {
            "mail.html": LETTERHEAD.replace("extends", "include") + GREETING,
            "style.css": '{% include "package/style.css" %}\nbody { background: url(letterhead.png); }',
            "words.yaml": 'mail.automatic: "请于三日内回复。"\n',
        },
    )
    mail, pages = asyncio.run(_run(tmp_path))
    assert "<p>各单位：通知公告</p>" in mail
    assert "请于三日内回复。" in mail
    assert "url(letterhead.png)" in pages
    assert not caplog.messages


def test_a_run_passes_over_what_is_broken_and_says_so_once(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    put(
        tmp_path / "templates",
        {
            "mail.html": "{% if v.rows %}",
            "unit.html": '{% extends "package/unit.html" %}{% block content %}\n{{ v.no_such_thing }}{% endblock %}',
            "mail.txt": "{{ v.rows[0].violation.unit.name.no_such_thing }}",
            "words.yaml": 'mail.automatic: "{who}"\n',
        },
    )
    mail, pages = asyncio.run(_run(tmp_path))
    assert words("zh-CN").say("mail.automatic") in mail
    assert words("zh-CN").say("report.code_note") in pages
    assert (tmp_path / "reports" / "latest" / "units" / "u.html").stat().st_size > 1000
    told = sorted(message.removeprefix(f"{tmp_path}/templates/") for message in caplog.messages)
    assert [one.partition(": ")[0] for one in told] == ["mail.html:1", "mail.txt:1", "unit.html:2", "words.yaml:1:17"]
    assert told[2] == "unit.html:2: there is no no_such_thing in View; until then the package's own is used"


async def _run(folder: Path) -> tuple[str, str]:
    """The day's mail and its first page, made by a run over real sockets."""

    async def go(there: City) -> None:
        fleet = replace(there.fleet, templates=str(folder / "templates"))
        await there.crawl(fleet=fleet)
        (row, *_) = posting.waiting_mail(fleet, now=lambda: now() + timedelta(seconds=1))
        message = email.message_from_bytes(row.content, policy=email.policy.default)
        body = message.get_body(("html",))
        assert body is not None
        found.append(body.get_content())

    found: list[str] = []
    async with city(folder) as there:
        await go(there)
    return found[0], (folder / "reports" / "latest" / "report.html").read_text("utf-8")


# --- never trusted --------------------------------------------------------------------------


@pytest.mark.parametrize("text", sample.NASTY)
def test_strangers_words_stay_escaped_in_a_template_of_the_offices_own(text: str, tmp_path: Path) -> None:
    style = own(
        tmp_path, {"mail.html": '<p>{{ v.rows[0].violation.subject }}</p><a title="{{ v.rows[0].violation.url }}">'}
    )
    page = html("mail.html", view(sample.hostile(text), style=style))
    assert not style.faults
    inner = page.removeprefix("<p>").removesuffix('">').replace('</p><a title="', "")
    assert not set("<>\"'") & set(inner)


TRICKS = (
    "{{ v.rows[0].violation.subject|safe }}",
    "{% autoescape false %}{{ v.rows[0].violation.subject }}{% endautoescape %}",
    "{{ Markup(v.rows[0].violation.subject) }}",
    "{{ v.rows[0].violation.subject|map('safe')|join }}",
    "{{ [v.rows[0].violation.subject]|map('safe')|join }}",
    "{{ (v.rows[0].violation.subject|e).__class__(v.rows[0].violation.subject) }}",
    "{{ (v.rows[0].violation.subject|e).unescape() }}",
    "{{ ('(script)'|e).translate({40: '<', 41: '>'}) }}",
    "{{ v.rows[0].violation.subject|urlize }}",
    "{{ ''.__class__.__mro__ }}",
    "{{ ''|attr('__class__') }}",
    "{{ [v]|map(attribute='__class__')|list }}",
    "{{ clock.__globals__ }}",
    "{{ say.__self__ }}",
    "{{ say['__func__'] }}",
    "{{ '{0.__class__}'.format(v) }}",
    "{{ ('{0.__class__}'|e).format(v) }}",
    "{{ self.__init__ }}",
    "{{ lipsum.__globals__ }}",
    "{{ cycler.__init__ }}",
    "{% include '../../../etc/passwd' %}",
    "{% include '/etc/passwd' %}",
    "{{ v.site_names.clear() }}",
    "{% for a in range(10 ** 9) %}x{% endfor %}",
    "{{ v.rows[0].violation.found_on.append(1) }}",
    "{{ 1 / 0 }}",
    "{% macro a() %}{{ a() }}{% endmacro %}{{ a() }}",
)  # fmt: skip


HARMLESS = ("{{ [v]|map(attribute='__class__')|list }}",)
"""Those that are shown, and show nothing."""


@pytest.mark.parametrize("trick", TRICKS)
def test_neither_escaping_nor_python_can_be_reached(trick: str, tmp_path: Path) -> None:
    report = sample.hostile("<script>alert(1)</script>")
    style = own(tmp_path, {"mail.html": trick})
    made = letter(report, style=style)
    assert "<script" not in made.html
    assert "class '" not in made.html.replace("&#39;", "'")
    assert bool(style.faults) == (trick not in HARMLESS)
    if style.faults:
        assert made == letter(report)


def test_a_template_cannot_change_what_others_are_shown(tmp_path: Path) -> None:
    report = sample.city()
    before = dict(view(report).site_names)
    style = own(tmp_path, {"mail.txt": "{{ v.site_names.update({'dept00': 'x'}) }}"})
    shown = view(report, style=style)
    assert plain("mail.txt", shown, limit=5, name="x") == plain("mail.txt", view(report), limit=5, name="x")
    assert shown.site_names == before
    assert style.faults


def test_a_mail_that_is_too_large_is_sent_and_told(tmp_path: Path) -> None:
    style = own(tmp_path, {"mail.html": '{% include "package/mail.html" %}<p>' + "x" * 120_000 + "</p>"})
    made = letter(sample.city(), style=style)
    assert "x" * 120_000 in made.html
    (said,) = style.faults.values()
    assert said.startswith(f"{tmp_path}/mail.html: it makes mails of 1")
    assert said.endswith("mail programs cut them at 100: make it smaller")


# --- told -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("mail.html", "a\n{% if %}", "mail.html:2: Expected an expression, got 'end of statement block'"),
        ("mail.html", "a\n\n{{ v.rows|saef }}", "mail.html:3: No filter named 'saef'."),
        ("mail.html", "a\n{{ rowz }}", "mail.html:2: rowz is no name that a template knows"),
        ("mail.html", "{% if v.nothing_such %}{% endif %}", "mail.html:1: there is no nothing_such in View"),
        ("sheet.html", "a\n{{ form.sheet.scoer }}", "sheet.html:2: there is no scoer in Sheet"),
        ("units.html", "\n{{ say('mail.subjekt') }}", "units.html:2: there is no phrase 'mail.subjekt'"),
        ("mail.txt", "{{ say('mail.subject') }}{{ ''.__class__ }}", "mail.txt:1: a template may not do this: access to attribute '__class__' of 'str' object is unsafe."),
        ("report.html", "{{ v.office|safe }}", "report.html:1: escaping cannot be switched off, for pages and mails show what strangers wrote; take it out"),
        ("report.html", "x\n{% autoescape false %}{% endautoescape %}", "report.html:2: escaping cannot be switched off, for pages and mails show what strangers wrote; take it out"),
        ("mail.html", '{% extends "mail.html" %}', "mail.html:1: it refers to itself; “package/mail.html” is the package's own"),
        ("mail.html", '{% include "heda.html" %}', "mail.html:1: there is no template heda.html"),
        ("mail.html", "{{ 1 / 0 }}", "mail.html:1: it fails (ZeroDivisionError: division by zero)"),
        ("mail.html", "a\n{{ v.rows[0].violation.rank }}", "mail.html:2: a list may be empty: ask {% if … %} before its first is taken"),
        ("mail.html", "{% for a in v.rows %}" * 50 + "{% endfor %}" * 50, "mail.html: it fails (SyntaxError: too many statically nested blocks"),
        ("mail.html", "{{ " + "(" * 5000 + "1" + ")" * 5000 + " }}", "mail.html: it fails (RecursionError: "),
        ("parts.html", "{% macro trust() %}{% endmacro %}", "unit.html cannot be made with these templates: there is no papers in"),
        ("mial.html", "x", "mial.html: there is no template of this name; was mail.html meant?"),
        ("zzzz.css", "x", "zzzz.css: there is no template of this name; `monitor templates` lists them"),
        ("words.yaml", "mail.automatik: 本邮件", "words.yaml:1:17: mail.automatik: there is no phrase of this name; was mail.automatic meant?"),
        ("words.yaml", 'mail.subject: "{day} {nwe}"', "words.yaml:1:15: mail.subject: of places in braces this phrase knows {day}, {fixed}, {new}, {stale}, {total}; write no other"),
        ("words.yaml", 'mail.automatic: "{0.__class__}"', "words.yaml:1:17: mail.automatic: of places in braces this phrase knows none; write no other"),
        ("words.yaml", 'columns.day_count: "{n.real} 天"', "words.yaml:1:20: columns.day_count: of places in braces this phrase knows {n}; write no other"),
        ("words.yaml", 'columns.day_count: "{n!r} 天"', "words.yaml:1:20: columns.day_count: of places in braces this phrase knows {n}; write no other"),
        ("words.yaml", 'columns.day_count: "{n:9999999} 天"', "words.yaml:1:20: columns.day_count: of places in braces this phrase knows {n}; write no other"),
        ("words.yaml", 'columns.day_count: "{n 天"', "words.yaml:1:20: columns.day_count: of places in braces this phrase knows {n}; write no other"),
        ("words.yaml", "\nmail.automatic:", 'words.yaml:2:16: mail.automatic: a text is meant; write it in quotes, such as "…"'),
        ("words.yaml", "mail.automatic: {day}", 'words.yaml:1:17: mail.automatic: a text is meant; write it in quotes, such as "…"'),
        ("words.yaml", f"mail.automatic: {'长' * 501}", "words.yaml:1:17: mail.automatic: one line of at most 500 characters is meant"),
        ("words.yaml", "field.office: 发文机关", "words.yaml:1:15: field.office: this one cannot be changed, for Word forms or workbooks rest on it"),
        ("words.yaml", "just words", 'words.yaml: lines such as mail.automatic: "'),
        ("words.yaml", "mail.subject: {day} 日报", "words.yaml:1:21: this is not YAML: "),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_in_one_sentence_with_its_place(name: str, text: str, said: str, tmp_path: Path) -> None:
    found = mistakes(tmp_path, name, text)
    assert any(one.startswith(said) or said in one for one in found), found
    assert all("\n" not in one for one in found)


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    (tmp_path / "mail.html").write_bytes("各单位".encode("gb18030"))
    (tmp_path / "style.css").write_bytes(b"/*" + b" " * 1_000_000 + b"*/")
    (tmp_path / "unit.html").mkdir()
    assert [said.partition(f"{tmp_path}/")[2] for said in check_style(tmp_path, "zh-CN", None)] == [
        "mail.html: it is not UTF-8 text; save it as UTF-8",
        "style.css: the file is over 1 MB; is it the right one?",
        "unit.html: it cannot be read: Is a directory; give the right to read it",
    ]


# --- phrases --------------------------------------------------------------------------------


def test_a_phrase_of_the_offices_own_is_said_everywhere(tmp_path: Path) -> None:
    style = own(
        tmp_path,
        {
            "words.yaml": '\ufeff# ours\nkind.dead link: 打不开的链接\nmail.subject_unchecked: "{day}日报，新增{new}个"\n'
        },
    )
    assert not style.faults
    made = letter(sample.city(), style=style)
    assert made.subject == "11-23日报，新增6个"
    assert "打不开的链接" in made.html
    assert "打不开的链接" in made.text
    assert "打不开的链接" in made.attachments[0].content.decode()
    assert words("zh-CN").say("kind.dead link") not in made.text
    assert "打不开的链接" not in letter(sample.city()).text


def test_the_list_of_phrases_can_be_taken_over_line_by_line(tmp_path: Path) -> None:
    for language in ("zh-CN", "en"):
        listed = to_be_changed("words.yaml", language)
        assert read_style(_folder(tmp_path / "as it is", listed), language).phrases == ()
        taken = "\n".join(
            line.removeprefix("# ") for line in listed.splitlines() if ": " in line and "." in line.partition(": ")[0]
        )
        style = read_style(_folder(tmp_path / language, taken), language)
        assert not style.faults
        assert len(style.phrases) > 350
        assert dict(style.phrases).items() <= words(language).entries.items()


def _folder(folder: Path, phrases: str) -> Path:
    put(folder, {"words.yaml": phrases})
    return folder


def test_every_template_says_what_it_is_for() -> None:
    assert all(about(name).endswith(".") for name in shipped_templates())
    assert set(offered()) == {*shipped_templates(), "words.yaml"}
    assert environment(PACKAGE, escape=True) is environment(Style(), escape=True)
