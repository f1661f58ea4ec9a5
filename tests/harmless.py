"""What a mail, a page, a table or a paper may hold, whatever text went into it: one call for each sort of file."""

from __future__ import annotations

import base64
import csv
import email
import hashlib
import io
import re
import sys
import unicodedata
import zipfile
from collections.abc import Callable, Collection, Iterable
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.policy import compat32, default
from email.utils import getaddresses
from functools import lru_cache
from xml.etree import ElementTree

from selectolax.lexbor import LexborHTMLParser, LexborNode

Skeleton = list[tuple[str, str, tuple[tuple[str, str | None], ...]]]
"""Each element of a page in order: the element above it, its own name, its attributes."""

HEADERS = (
    *("From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "X-Auto-Response-Suppress"),
    *("MIME-Version", "Content-Type"),
)
"""Every mail has these, each once; Reply-To where one is configured."""
BYTES = 90_000
"""The HTML part of a mail stays below this."""
_VISIBLE = frozenset("\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd")
"""Format characters that are seen."""
_IGNORABLE = (
    *((0xAD, 0xAD), (0x34F, 0x34F), (0x115F, 0x1160), (0x17B4, 0x17B5), (0x180B, 0x180F), (0x2800, 0x2800), (0x3164, 0x3164)),
    *((0xFE00, 0xFE0D), (0xFFA0, 0xFFA0), (0x1BCA0, 0x1BCA3), (0x1D173, 0x1D17A), (0xE0000, 0xE0FFF)),
)  # fmt: skip


def _class(numbers: Iterable[int]) -> str:
    """Characters as the inside of a regular expression's class."""
    ranges: list[list[int]] = []
    for number in sorted(set(numbers)):
        if ranges and number == ranges[-1][1] + 1:
            ranges[-1][1] = number
        else:
            ranges.append([number, number])
    return "".join(f"\\U{first:08x}-\\U{last:08x}" for first, last in ranges)


# Told apart by Unicode's own tables, not by the program's list.
_HIDDEN = re.compile(
    "["
    + _class(
        [n for n in range(sys.maxunicode + 1) if unicodedata.category(chr(n)) in ("Cc", "Cf", "Cs", "Zl", "Zp")
         and n != 10 and chr(n) not in _VISIBLE and not 0x13430 <= n <= 0x1345F]
        + [n for first, last in _IGNORABLE for n in range(first, last + 1)]
    )
    + "\ufffe\uffff]"
)  # fmt: skip
_PILE = re.compile("[\u0300-\u036f\u0489\u064b-\u0652\u0e47-\u0e4e\u1dc0-\u1dff\u20d0-\u20f0\ufe20-\ufe2f]{5}")
_WEB = re.compile("https?://[^\\s\"'<>`\\\\]+")
_OURS = re.compile(r"#[a-z0-9-]+|(?:\.\./)?(?:(?:units|sheets)/)?[a-z0-9_-]+\.(?:html|xlsx|docx|csv)")
_TAGS = frozenset(
    [
        "html",
        "head",
        "meta",
        "title",
        "style",
        "body",
        "div",
        "table",
        "caption",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
        "p",
        "b",
        "i",
        "a",
        "h1",
        "h2",
        "h3",
        "span",
        "ul",
        "li",
        "small",
        "q",
        "time",
        "section",
        "header",
        "main",
        "footer",
        "nav",
        "details",
        "summary",
        "code",
        "input",
        "button",
        "br",
        "script",
        "dl",
        "dt",
        "dd",
    ]
)
_FREE = frozenset(("href", "data-unit"))
"""Attributes whose value is a stranger's."""
_SIGNS = frozenset("=+-−@|%")
_QUOTED_CELL = re.compile('"(?:[^"]|"")*"')


def check_line(text: str) -> None:
    """Nothing that steers, hides or piles up: no control, bidi or invisible character, no fifth mark on a letter."""
    text.encode()
    assert not (found := _HIDDEN.search(text)), (
        f"{found[0]!r} in {text[max(0, found.start() - 40) : found.end() + 20]!r}"
    )
    assert not (found := _PILE.search(text)), f"a pile in {text[max(0, found.start() - 40) : found.end() + 20]!r}"


def check_html(page: str, skeleton: Skeleton | None = None, *, opens: Collection[str] | None = None) -> Skeleton:
    """A page of the report or a mail's HTML part; returns its skeleton.

    `skeleton`: that of the same page with harmless words, which it must share. `opens`: the only addresses that may be
    links; None: any web address. Links, and the command beside an address, count as their text.
    """
    check_line(page)
    assert "<!--" not in page
    tree = LexborHTMLParser(page)
    made: Skeleton = []
    for node in tree.root.traverse():  # type: ignore[union-attr]
        if (one := _element(node, opens)) is not None:
            made.append(one)
    digests = [base64.b64encode(hashlib.sha256(n.text().encode()).digest()).decode() for n in tree.css("script")]
    assert len(digests) <= 1
    assert all(f"script-src 'sha256-{digest}'" in page for digest in digests)
    styles = "".join(n.text() for n in tree.css("style"))
    assert not re.search(r"@import|url\(|expression\(|behavior", styles)
    if skeleton is not None:
        assert len(made) == len(skeleton), (len(made), len(skeleton))
        for mine, theirs in zip(made, skeleton, strict=True):
            assert mine == theirs
    return made


def _element(
    node: LexborNode, opens: Collection[str] | None
) -> tuple[str, str, tuple[tuple[str, str | None], ...]] | None:
    """What counts of one element; None for what is told as its text."""
    tag, given = str(node.tag), node.attributes
    assert tag in _TAGS, tag
    above = str(node.parent.tag) if node.parent else ""
    href = given.get("href")
    if href is not None:
        assert tag == "a"
        if not _OURS.fullmatch(href):
            assert _WEB.fullmatch(href), href
            assert opens is None or href in opens, href
            assert set(given) <= {"href", "rel"}, given
            return None
    if (tag, given.get("class")) in (("span", "text"), ("details", "small")) and len(given) == 1:
        return None
    if above == "details" and tag in ("summary", "code"):
        return None
    return above, tag, tuple((name, None if name in _FREE else value) for name, value in given.items())


def check_csv(content: bytes) -> list[list[str]]:
    """A table: one line a row, all of one width, no cell a formula, also where a semicolon or a tab parts cells too."""
    text = content.decode("utf-8-sig")
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    lines = text.split("\r\n")
    assert lines.pop() == ""
    assert len(lines) == len(rows)
    assert len({len(row) for row in rows}) == 1
    for line, row in zip(lines, rows, strict=True):
        check_line(line)
        assert "\n" not in line
        for cell in row:
            assert not begins_formula(cell), cell
        for cell in line.split(";"):
            assert not begins_formula(cell.lstrip('" ')), line
        assert not set(_QUOTED_CELL.sub("", line)) & set(";\t|"), line
    return rows


@lru_cache(maxsize=1 << 15)
def begins_formula(cell: str) -> bool:
    """Whether some spreadsheet reads the cell as a formula: a sign, wide or small, behind what it overlooks."""
    bare = unicodedata.normalize("NFKC", _HIDDEN.sub("", cell[:200])).lstrip()
    return bare[:1] in _SIGNS


_XLSX = frozenset(
    [
        "xl/worksheets/sheet1.xml",
        "xl/workbook.xml",
        "xl/sharedStrings.xml",
        "xl/styles.xml",
        "xl/theme/theme1.xml",
        "[Content_Types].xml",
        "docProps/core.xml",
        "docProps/app.xml",
        "_rels/.rels",
        "xl/_rels/workbook.xml.rels",
        "xl/worksheets/_rels/sheet1.xml.rels",
    ]
)
_SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")


def _xml(content: bytes) -> ElementTree.Element:
    assert b"<!DOCTYPE" not in content
    return ElementTree.fromstring(content)


def check_xlsx(content: bytes, *, opens: Collection[str] | None = None) -> list[list[str]]:
    """A workbook: only the parts that one sheet needs, texts and numbers, links to the web; returns its cells as text.

    `opens`: the only addresses that may be links; None: any web address.
    """
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        assert packed.testzip() is None
        assert len(packed.namelist()) == len(set(packed.namelist()))
        assert set(packed.namelist()) <= _XLSX, packed.namelist()
        parts = {name: _xml(packed.read(name)) for name in packed.namelist()}
    for name, root in parts.items():
        if name.endswith(".rels"):
            _check_relations(root, opens)
    names = [str(one.text) for one in parts["xl/workbook.xml"].iter(f"{_SHEET}definedName")]
    assert all(re.fullmatch(r"[\w ()（）']+!\$?[A-Z]*\$?\d*(?::\$?[A-Z]*\$?\d*)?", one) for one in names), names
    quoted = {
        str(number)
        for number, one in enumerate(parts["xl/styles.xml"].find(f"{_SHEET}cellXfs") or ())
        if one.get("quotePrefix") == "1"
    }
    shared = [
        _decoded("".join(t.text or "" for t in one.iter(f"{_SHEET}t"))) for one in parts.get("xl/sharedStrings.xml", ())
    ]
    assert not [
        e
        for e in parts["xl/worksheets/sheet1.xml"].iter()
        if e.tag.removeprefix(_SHEET) in ("f", "oleObject", "drawing", "legacyDrawing", "control")
    ]
    rows: list[list[str]] = []
    for row in parts["xl/worksheets/sheet1.xml"].iter(f"{_SHEET}row"):
        rows.append([])
        for cell in row:
            text, sort = "".join(t.text or "" for t in cell.iter() if t is not cell), cell.get("t", "n")
            assert sort in ("s", "inlineStr", "n"), sort
            if sort == "n":
                assert text == "" or re.fullmatch(r"\d+(?:\.\d+)?", text), text
            else:
                text = shared[int(text)] if sort == "s" else _decoded(text)
                assert not begins_formula(text) or cell.get("s") in quoted, text
            rows[-1].append(text)
    return rows


def _decoded(text: str) -> str:
    """A text as a spreadsheet shows it: it decodes _x0041_."""
    shown = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)
    check_line(shown)
    return shown


def _check_relations(root: ElementTree.Element, opens: Collection[str] | None) -> None:
    for relation in root:
        target = relation.attrib["Target"]
        if relation.get("TargetMode") == "External":
            assert relation.attrib["Type"].endswith("/hyperlink")
            assert _WEB.fullmatch(target), target
            assert len(target) <= 2079, target
            # A spreadsheet keeps what stands behind "#" elsewhere, and writes some signs in their escaped form.
            assert opens is None or target in {_escaped(one.partition("#")[0]) for one in opens}, target
        else:
            assert re.fullmatch(r"/?[A-Za-z0-9]+(?:/[A-Za-z0-9]+)*\.xml", target), target


def _escaped(address: str) -> str:
    if re.search("%[0-9a-fA-F]{2}", address):
        return address
    return re.sub(r"[%\[\]^{}]", lambda found: f"%{ord(found[0]):02x}", address)


def check_docx(content: bytes, form: bytes) -> list[str]:
    """A paper printed from `form`: its parts, its elements, its fields and nothing beside them; returns its texts."""
    texts: list[str] = []
    with zipfile.ZipFile(io.BytesIO(content)) as packed, zipfile.ZipFile(io.BytesIO(form)) as old:
        assert packed.testzip() is None
        assert packed.namelist() == old.namelist()
        for name in packed.namelist():
            made, given = packed.read(name), old.read(name)
            if not re.fullmatch(r"word/(document|header\d*|footer\d*|footnotes)\.xml", name):
                assert made == given, name
                continue
            known = {_shape(element) for element in _xml(given).iter()}
            for element in _xml(made).iter():
                assert _shape(element) in known, (name, element.tag, element.attrib)
                if element.tag == f"{_WORD}t":
                    texts.append(element.text or "")
                    check_line(texts[-1])
    return texts


def _shape(element: ElementTree.Element) -> tuple[str, tuple[tuple[str, str], ...], str]:
    """An element with its attributes, and the code of a field; the text of a run is left out."""
    inside = (element.text or "").strip() if element.tag != f"{_WORD}t" else ""
    return element.tag, tuple((name, value) for name, value in element.attrib.items() if name != _SPACE), inside


def check_name(name: str) -> None:
    """A file's name that is one on every system, and leads nowhere."""
    check_line(name)
    assert 0 < len(name.encode()) <= 255
    assert not set(name) & set('/\\:*?"<>|\n')
    assert name == name.strip(" .")
    assert not re.fullmatch(
        r"(?:con|prn|aux|nul|clock\$|conin\$|conout\$|(?:com|lpt)[0-9¹²³])(?:\..*)?", name, re.IGNORECASE
    ), name


_ATTACHED: dict[str, Callable[[bytes], object]] = {
    "text/csv": check_csv,
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": check_xlsx,
}


def check_mail(
    content: bytes, *, skeleton: Skeleton | None = None, more: Collection[str] = (), forms: Collection[bytes] = ()
) -> EmailMessage:
    """A whole mail by both of Python's readers: our headers once each, the parts that we build, all of them harmless.

    `skeleton`: see `check_html`. `more`: headers beside the usual ones. `forms`: those that its .docx were printed from.
    """
    assert content.isascii()
    assert not re.search(rb"(?<!\r)\n|\r(?!\n)|\0", content)
    assert max(map(len, content.split(b"\r\n"))) <= 998
    mail, old = email.message_from_bytes(content, policy=default), email.message_from_bytes(content, policy=compat32)
    assert isinstance(mail, EmailMessage)
    raw = old.items()
    assert sorted(name for name, _ in raw) == sorted(mail.keys()) == sorted((*HEADERS, *more))
    for name, value in raw:
        found, line = mail[name], re.sub("\r\n(?=[ \t])", "", value)
        assert not found.defects, (name, found.defects)
        check_line(str(found))
        assert "\n" not in str(found)
        assert _words(str(make_header(decode_header(line))) if "=?" in line else line) == _words(str(found))
        if name in ("From", "To", "Reply-To"):
            assert [one for _, one in getaddresses([line])] == [one.addr_spec for one in found.addresses]
            assert len(found.addresses) == 1
    sorts = [part.get_content_type() for part in old.walk()]
    whole = list(mail.walk())
    attached = list(mail.iter_attachments()) if sorts[0] == "multipart/mixed" else []
    kinds = ["multipart/alternative", "text/plain", "text/html", *sorts[4:]]
    assert sorts == (["multipart/mixed"] if attached else []) + kinds
    assert [part.get_content_type() for part in whole] == sorts
    for part in old.walk():
        assert not part.defects
        assert {name for name, _ in part.items()} <= {
            *HEADERS,
            *more,
            "Content-Transfer-Encoding",
            "Content-Disposition",
        }
        assert part.is_multipart() or part["Content-Transfer-Encoding"] == "base64"
    for part in attached:
        _check_attached(part, forms)
    text, page = (mail.get_body((kind,)) for kind in ("plain", "html"))
    assert text is not None and page is not None  # noqa: PT018 - one thing: the body is there
    check_line(text.get_content().replace("\r\n", "\n"))
    assert len(page.get_payload(decode=True)) < BYTES  # type: ignore[arg-type]
    check_html(page.get_content().replace("\r\n", "\n"), skeleton)
    return mail


def _check_attached(part: EmailMessage, forms: Collection[bytes]) -> None:
    name, sort, content = part.get_filename(), part.get_content_type(), part.get_payload(decode=True)
    assert name is not None and part.get_content_disposition() == "attachment"  # noqa: PT018 - one thing: it is named
    assert isinstance(content, bytes)
    check_name(name)
    assert part["Content-Disposition"].params.keys() == {"filename"}
    assert set(part["Content-Type"].params) <= {"charset"}
    if sort.endswith("wordprocessingml.document"):
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            names = packed.namelist()
        alike = [form for form in forms if zipfile.ZipFile(io.BytesIO(form)).namelist() == names]
        assert alike, name
        check_docx(content, alike[0])
    elif check := _ATTACHED.get(sort):
        check(content)


def _words(text: str) -> str:
    """A header without what its readers write in ways of their own: spaces, and the marks of quoting."""
    return re.sub(r'[\s"\\]', "", text)


def check_screen(text: str) -> None:
    """What a terminal gets: plain lines, no sequence that steers it."""
    check_line(text)
