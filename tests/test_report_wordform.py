"""Forms: places of an office's own Word file are filled, what is wrong with it is one sentence, text stays text."""

import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from xml.sax.saxutils import escape

import docx
import pytest
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from hypothesis import given, settings
from hypothesis import strategies as st

import forms
import sample
from monitor.report.paper import FORMS, check_forms, shipped_form
from monitor.report.wordform import Form, FormError

VALUES = {"number": "JC-1", "office": "办公室"}
LISTS = {"finding": [{"site": "甲", "days": "3"}, {"site": "乙", "days": "40"}]}


def word(*paragraphs: str, rows: tuple[tuple[str, ...], ...] = ()) -> docx.document.Document:
    made = docx.Document()
    for text in paragraphs:
        made.add_paragraph(text)
    if rows:
        table = made.add_table(0, len(rows[0]))
        for row in rows:
            for cell, text in zip(table.add_row().cells, row, strict=True):
                cell.text = text
    return made


def saved(made: docx.document.Document) -> Form:
    sink = io.BytesIO()
    made.save(sink)
    return Form(name="forms/notice.docx", content=sink.getvalue())


def read(content: bytes) -> docx.document.Document:
    return docx.Document(io.BytesIO(content))


def paragraphs(content: bytes) -> list[str]:
    return [p.text for p in read(content).paragraphs]


def packed(form: Form, change: Callable[[str, bytes], bytes | None], **more: bytes) -> Form:
    """The form with members changed, dropped or added."""
    sink = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(form.content)) as old, zipfile.ZipFile(sink, "w") as new:
        for name in old.namelist():
            content = change(name, old.read(name))
            if content is not None:
                new.writestr(name, content)
        for name, content in more.items():
            new.writestr(name.replace("__", "/"), content)
    return Form(name=form.name, content=sink.getvalue())


def test_places_are_filled_rows_and_paragraphs_of_a_list_are_repeated() -> None:
    form = saved(
        word(
            "No. {{number}} of {{ office }}",
            "- {{finding.site}}",
            rows=(("site", "days"), ("{{finding.site}}", "{{finding . days}} d")),
        )
    )
    made = form.fill(VALUES, LISTS)
    assert paragraphs(made) == ["No. JC-1 of 办公室", "- 甲", "- 乙"]
    table = read(made).tables[0]
    assert [[c.text for c in row.cells] for row in table.rows] == [["site", "days"], ["甲", "3 d"], ["乙", "40 d"]]
    assert form.fill(VALUES, LISTS) == made


def test_an_empty_list_leaves_the_table_its_headings() -> None:
    form = saved(word(rows=(("site",), ("{{finding.site}}",))))
    assert [row.cells[0].text for row in read(form.fill(VALUES, {"finding": []})).tables[0].rows] == ["site"]


@settings(deadline=None, max_examples=50)
@given(st.lists(st.integers(1, 20), max_size=8))
def test_a_place_that_word_has_parted_among_runs_is_one(cuts: list[int]) -> None:
    text, made = "A {{number}}, then {{office}}; {{number}}!", word()
    paragraph, at = made.add_paragraph(), 0
    for cut in cuts:
        paragraph.add_run(text[at : at + cut]).bold = True
        at += cut
    paragraph.add_run(text[at:])
    assert paragraphs(saved(made).fill(VALUES, {}))[-1] == "A JC-1, then 办公室; JC-1!"


def test_wide_braces_headers_footers_and_text_boxes_count() -> None:
    made = word("｛｛number｝｝")
    made.sections[0].header.paragraphs[0].text = "{{office}}"
    made.sections[0].footer.paragraphs[0].text = "{{number}} 页"
    box, inner, text = OxmlElement("w:txbxContent"), OxmlElement("w:p"), OxmlElement("w:t")
    run = OxmlElement("w:r")
    text.text = "{{number}}"
    run.append(text)
    inner.append(run)
    box.append(inner)
    outer = made.add_paragraph("outside {{off").add_run("ice}}")
    outer._r.append(box)
    filled = read(saved(made).fill(VALUES, {}))
    assert filled.paragraphs[0].text == "JC-1"
    assert filled.paragraphs[1].text.startswith("outside 办公室")
    assert filled.sections[0].header.paragraphs[0].text == "办公室"
    assert filled.sections[0].footer.paragraphs[0].text == "JC-1 页"
    assert [t.text for t in filled.element.body.iter(text.tag)][-1] == "JC-1"


@pytest.mark.parametrize(
    ("made", "told"),
    [
        (word("{{numbre}}"), "asks for {{numbre}}, which nothing fills; did you mean {{number}}?"),
        (word("{{xyz}}"), "asks for {{xyz}}, which nothing fills; known are number, office"),
        (word("{{finding.sit}}"), "asks for {{finding.sit}}, which nothing fills; did you mean {{finding.site}}?"),
        (word("{{fnding.site}}"), "asks for {{fnding.}}, which nothing fills; did you mean {{finding.}}?"),
        (word("{{}}"), "asks for {{}}, which nothing fills; known are number, office"),
        (word("the number {{number is"), "has a place that does not end, or is none, at “he number {{number is”: write it as {{name}}"),
        (word("{% for x in y %}"), "has a place that does not end, or is none, at “{% for x in y %}”: write it as {{name}}"),
        (word(rows=(("{{finding.site}} {{other.day}}",),)), "mixes the lists finding and other in one row: give each its own"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_form_is_one_sentence(made: docx.document.Document, told: str) -> None:
    with pytest.raises(FormError) as raised:
        saved(made).fill(VALUES, LISTS)
    assert str(raised.value) == f"forms/notice.docx {told}"


@pytest.mark.parametrize(
    ("form", "told"),
    [
        (Form(name="f", content=b""), "is no Word file: save it as .docx"),
        (Form(name="f", content=b"\xd0\xcf\x11\xe0 an old .doc"), "is no Word file: save it as .docx"),
        (packed(saved(word("x")), lambda n, c: None if n == "word/document.xml" else c), "is no Word file"),
        (packed(saved(word("x")), lambda n, c: c[:-9] if n == "word/document.xml" else c), "is damaged in word/document.xml: save it anew"),
        (packed(saved(word("x")), lambda n, c: b'<!DOCTYPE x [<!ENTITY a "aa">]>' + c[c.index(b"<w:doc") :] if n == "word/document.xml" else c), "is damaged in word/document.xml"),
        (packed(saved(word("x")), lambda _, c: c, word__vbaProject__bin=b"x"), ""),
        (packed(saved(word("x")), lambda _, c: c, **{"word__vbaProject.bin": b"x"}), "holds macros: save it as .docx without them"),
        (packed(saved(word("x")), lambda _, c: c, **{"word__media__big.png": b"x" * 31_000_000}), "holds more than 30 MB: make its pictures smaller"),
    ],
)  # fmt: skip
def test_a_file_that_is_no_form_is_one_sentence(form: Form, told: str) -> None:
    if not told:
        assert form.fill({}, {})
        return
    with pytest.raises(FormError) as raised:
        form.fill({}, {})
    assert told in str(raised.value)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize("simple", [True, False])
def test_a_place_in_the_code_of_a_field_is_refused(simple: bool) -> None:
    made = word("{{number}}")
    field = OxmlElement("w:fldSimple" if simple else "w:instrText")
    if simple:
        field.set(qn("w:instr"), ' INCLUDETEXT "{{office}}" ')
    else:
        field.text = ' HYPERLINK "{{ office }}" '
    made.paragraphs[0].add_run()._r.append(field)
    with pytest.raises(FormError) as raised:
        saved(made).fill(VALUES, LISTS)
    place = "{{office}}" if simple else "{{ office }}"
    assert str(raised.value) == f"forms/notice.docx has {place} within the code of a field: write it into the text"


@settings(deadline=None)
@given(st.binary(max_size=400), st.integers(0, 2**16))
def test_damage_never_ends_in_a_trace(noise: bytes, at: int) -> None:
    whole = shipped_form("notice.docx", "en")
    place = at % len(whole)
    form = Form(name="f", content=whole[:place] + noise + whole[place + len(noise) :])
    with pytest.raises(FormError, match=r"\Af "):  # even whole it asks for what nothing fills
        form.fill({}, {})


@pytest.mark.parametrize("text", [*sample.NASTY, *(escape(t) for t in sample.NASTY[:2]), "{{number}}", "<?monitor-slot 0?>", "</w:t></w:r>", "&amp;&#x202e;", "‮אבג שלום", "مرحبا {{office}}"])  # fmt: skip
def test_text_that_goes_in_is_printed_and_never_read_again(text: str) -> None:
    form = saved(word("{{number}}|{{office}}", "{{finding.site}}"))
    made = form.fill({"number": text, "office": "end"}, {"finding": [{"site": text}]})
    first, second = paragraphs(made)
    assert first.endswith("|end")
    assert first == f"{second}|end"
    for part in ("{{", "}}", "{%", "<script>", "&lt;", "&amp;"):
        assert second.count(part) == min(text, text[:4000]).count(part)
    assert "<w:t" not in second


@settings(deadline=None, max_examples=50)
@given(st.text(st.characters()))
def test_any_text_leaves_a_whole_file(text: str) -> None:
    made = FORM.fill({"number": text, "office": "e"}, {"finding": [{"site": text}] * 2})
    assert len(paragraphs(made)) == 3
    assert not set(paragraphs(made)[1]) & {chr(n) for n in [*range(32), 0x202E, 0x2066, 0x200B]}


FORM = saved(word("{{number}}", "{{finding.site}}"))


@pytest.mark.parametrize(("language", "made"), [("zh-CN", forms.chinese()), ("en", forms.english())])
def test_the_forms_of_the_package_are_those_that_are_made(language: str, made: dict[str, bytes]) -> None:
    assert set(made) == set(FORMS)
    for name, content in made.items():
        with (
            zipfile.ZipFile(io.BytesIO(content)) as one,
            zipfile.ZipFile(io.BytesIO(shipped_form(name, language))) as two,
        ):
            assert one.namelist() == two.namelist()
            assert all(one.read(part) == two.read(part) for part in one.namelist())


def test_a_folder_of_forms_is_checked_by_name(tmp_path: Path) -> None:
    assert check_forms(tmp_path / "none", "zh-CN") == ()
    (tmp_path / "notice.docx").write_bytes(saved(word("{{文号}}", rows=(("{{问题.网站}}",),))).content)
    assert check_forms(tmp_path, "zh-CN") == ()
    (tmp_path / "circular.docx").write_bytes(saved(word("{{文 号}}")).content)
    (tmp_path / "notice.docx").write_bytes(saved(word("{{文号}}")).content)
    assert check_forms(tmp_path, "zh-CN") == (
        f"{tmp_path / 'notice.docx'} prints no list: put {{{{问题.序号}}}} into a row of a table",
        f"{tmp_path / 'circular.docx'} asks for {{{{文 号}}}}, which nothing fills; did you mean {{{{文号}}}}?",
    )
    (tmp_path / "notice.docx").unlink()
    (tmp_path / "notice.docx").mkdir()
    assert "cannot be read (Is a directory): give the right to read it" in check_forms(tmp_path, "zh-CN")[0]
