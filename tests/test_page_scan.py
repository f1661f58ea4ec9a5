"""The fast tier sees what the tree sees: the same elements, words, links, dates, on every page where it answers."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from types import FrameType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gold.traps import TRAPS
from monitor.model import Page
from monitor.page import read, scan
from monitor.page.scan.view import Top
from monitor.page.scripts import expand
from monitor.page.tree import UNSEEN, Node, build
from monitor.text import decode
from soup import FORMS, soup

SHARED = Path(__file__).resolve().parents[2] / "shared"
TODAY = date(2026, 11, 23)
LETTERS = ("title", "script", "style", "textarea")

Shape = list[tuple[str, int, dict[str, str], str, str]]


def shape(root: Node) -> Shape:
    """All elements with parent, attributes, words and the letters in scripts; without what no reader of pages asks for."""
    found: Shape = []
    places = {id(root): 0}
    for node in root.walk():
        if node is root or node.tag in ("option", "optgroup") or (node.tag == "noscript" and _in_head(node)):
            continue
        places[id(node)] = len(found) + 1
        up = next(places[id(above)] for above in node.above() if id(above) in places)
        inner = "".join(k for k in node.kids if isinstance(k, str)).strip() if node.tag in LETTERS else ""
        found.append((node.tag, up, node.attrs, "" if node.tag in UNSEEN else node.text(10**9), inner))
    return found


def _in_head(node: Node) -> bool:
    return node.parent is not None and node.parent.tag == "head"


def strings(root: Node) -> list[str]:
    return [kid.strip() for node in root.walk() if node.tag not in UNSEEN for kid in node.kids if isinstance(kid, str)]


def agree(text: str) -> bool:
    """Whether the scan answered; fails where it answered otherwise than the tree."""
    top = scan.outlined(text)
    if top is None:
        return False
    root, note = build(text)
    assert note or expand(root) == top.outline.notes
    if not note:
        assert shape(top) == shape(root), text[:2000]
        assert [s for s in strings(top) if s] == [s for s in strings(root) if s]
        assert top.survey(TODAY).letters == scan.survey_of(root, TODAY).letters
        seen, truth = top.survey(TODAY), scan.survey_of(root, TODAY)
        assert [(s, order, offset) for s, _, order, offset in seen.strings] == [
            (s, order, offset) for s, _, order, offset in truth.strings
        ]
        assert [(m.text, m.order, m.stand, m.role, m.found, m.partial) for m in seen.marks] == [
            (m.text, m.order, m.stand, m.role, m.found, m.partial) for m in truth.marks
        ]
    return True


def both(body: bytes, url: str, today: date, monkeypatch: pytest.MonkeyPatch) -> tuple[Page, Page]:
    """A page read with the fast tier and without it."""
    quick = read(body, url, today)
    with monkeypatch.context() as patch:
        patch.setattr(scan, "outlined", lambda text: None)
        return quick, read(body, url, today)


@pytest.mark.parametrize("trap", TRAPS, ids=[t.name for t in TRAPS])
def test_traps_read_the_same(trap: object, monkeypatch: pytest.MonkeyPatch) -> None:
    quick, slow = both(trap.body.encode(), trap.url, trap.today, monkeypatch)  # type: ignore[attr-defined]
    assert quick == slow


def test_most_traps_are_answered() -> None:
    answered = sum(agree(trap.body) for trap in TRAPS)
    assert answered > len(TRAPS) * 0.8, f"{answered} of {len(TRAPS)}"


def real_pages() -> list[Path]:
    folders = [SHARED / "pages", SHARED / "sites"]
    if not all(folder.is_dir() for folder in folders):
        pytest.skip(f"the real pages are not here: {SHARED}/pages or {SHARED}/sites is absent")
    return sorted(p for f in folders for p in f.rglob("*") if p.suffix in (".html", ".htm", ".shtml"))


def test_real_pages_read_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    pages = real_pages()
    answered = 0
    for path in pages:
        body = path.read_bytes()
        if scan.outlined(decode(body).text) is None:
            continue
        answered += 1
        quick, slow = both(body, f"http://www.example.gov.cn/{path.name}", date(2021, 6, 9), monkeypatch)
        if quick != slow and not any("plain builder" in note for note in slow.notes):
            names = [n for n in Page.__dataclass_fields__ if getattr(quick, n) != getattr(slow, n)]
            pytest.fail(f"{path.relative_to(SHARED)} differs in {names}")
    assert answered > len(pages) * 0.9


WRITE = '<script>document.write("{}")</script>'
WRITTEN = [
    WRITE.format("<ul><li><a href='/1.html'>关于安全生产的通知公告一</a><span>2026-11-03</span></li></ul>") * 3,
    "<ul>" + WRITE.format("<li><a href='/2.html'>关于防汛工作的通知公告二</a><i>2026-10-03</i></li>") * 4 + "</ul>",
    "<table><tr>" + WRITE.format("<td>x</td><td>2026-10-03</td>") + "</tr></table>",
    "<a href=/x>" + WRITE.format("<b>words</b><img src=a.png>") + "</a>tail",
    "<div class=foot>" + WRITE.format("<script src='//counter.example/c.js'><\\/script>") + "</div>",
    "<head>" + WRITE.format("<link rel='stylesheet' href='a.css'>") + "</head><body>x",
    "<head>" + WRITE.format("<p>2026-11-03</p>") + "</head><body>x",
    "<script type='text/xml'><datastore><record><![CDATA[<li><a href='/3.html'>标题很长的一条通知</a>"
    "<span>2026-11-03</span></li>]]></record></datastore></script>",
    "<p>" + WRITE.format("<div>a</div><p>b") + "</p><div>c</div>",
    WRITE.format("<select><option><a href=/q>q</a></option></select>"),
]


@pytest.mark.parametrize("form", FORMS + WRITTEN)
@pytest.mark.parametrize("frame", ["{}", "<!DOCTYPE html><html><head><title>t</title></head><body>{}</body></html>"])
def test_forms_look_the_same(form: str, frame: str, monkeypatch: pytest.MonkeyPatch) -> None:
    text = frame.format(form)
    agree(text)
    quick, slow = both(text.encode(), "http://www.example.gov.cn/a/", TODAY, monkeypatch)
    assert quick == slow


def test_plain_forms_are_answered() -> None:
    answered = sum(agree(form) for form in FORMS)
    assert answered >= len(FORMS) - 6, [form for form in FORMS if not agree(form)]


def test_soup_looks_the_same() -> None:
    answered = sum(agree(soup(seed)) for seed in range(2500))
    assert answered > 500


@given(st.text(alphabet=st.sampled_from("<>/!-\"'=& apdivltrsc\x00\x01é中0123#;x\n"), max_size=120))
def test_any_letters_look_the_same(text: str) -> None:
    agree(text)


@given(st.text(max_size=200))
def test_no_letters_raise(text: str) -> None:
    top = scan.outlined(text)
    assert top is None or isinstance(top, Top)


HOSTILE = ["<div>", "<a href=x>", "<p><b>", "<", "<!--", "<script>", '<a title="', "<table><tr>", "</div>", "<li>", "&#", "<select>",
           "<ul><li><p>", "<a b='", "<title>", "a<b", "<p>x</p>", "<h1>", "<a =\"'", "<td>", "<x ", "2026-11-03 "]  # fmt: skip


def lines_of(text: str) -> int:
    """How many lines of the tier's own code a text takes."""
    count = 0

    def trace(frame: FrameType, event: str, _: object) -> Iterator[None] | object:
        nonlocal count
        count += event == "line"
        return trace if f"{Path('page', 'scan')}" in frame.f_code.co_filename else None

    sys.settrace(trace)  # type: ignore[arg-type]
    try:
        scan.outlined(text)
    finally:
        sys.settrace(None)
    return count


@pytest.mark.parametrize("part", HOSTILE)
def test_work_grows_with_the_page_and_no_faster(part: str) -> None:
    for frame in ("", "<body>"):
        once, twice = lines_of(frame + part * 300), lines_of(frame + part * 600)
        assert twice <= once * 2.2 + 200
