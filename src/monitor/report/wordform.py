"""Forms: Word files (.docx) with places such as {{number}}. What fills them goes in as text, and is not read again."""

from __future__ import annotations

import difflib
import io
import re
import struct
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from xml.dom import minidom
from xml.parsers.expat import ExpatError
from xml.sax.saxutils import escape

from monitor.text import printable

LONGEST = 4000
"""The longest text that goes into one place."""
_LARGEST = 30_000_000
"""Bytes, unpacked: more than any letterhead with its pictures."""
_PACKED = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
# What the reading of a damaged or encrypted archive may end in.
_UNREADABLE = (zipfile.BadZipFile, zlib.error, struct.error, OSError, EOFError, RuntimeError, ValueError)
_FILLED = re.compile(r"word/(document|header\d*|footer\d*|footnotes)\.xml")
# Chinese keyboards give the wide braces, and Word may part a place among several runs of letters.
_PLACE = re.compile(r"[{｛]{2}([^{}｛｝<>]{0,100})[}｝]{2}")
_LOOSE = re.compile(r"[{｛]{2}|[}｝]{2}|\{%|\{#")
_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_SLOT = "monitor-slot"

Values = Mapping[str, str]


class FormError(Exception):
    """A form cannot be used; the sentence says which, at which place, and what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Cut:
    """A member of a form taken apart at the blocks that are repeated."""

    parts: tuple[str, ...]
    """What stands as it is, and between two of it the number of the block."""
    repeated: tuple[tuple[str, str], ...]
    """Each block's list, and its XML."""


@dataclass(frozen=True, kw_only=True)
class Form:
    """A form as it lies on disk, or in the package."""

    name: str
    """What it is called in sentences: its path."""
    content: bytes

    @cached_property
    def _parts(self) -> dict[str, bytes]:
        """The members of the file by name, in its order. FormError when it is no Word file without macros."""
        try:
            with zipfile.ZipFile(io.BytesIO(self.content)) as packed:
                if any(member.compress_type not in _PACKED for member in packed.infolist()):
                    raise self._wrong("is packed as Word does not: save it anew from Word")
                if sum(member.file_size for member in packed.infolist()) > _LARGEST:
                    raise self._wrong(f"holds more than {_LARGEST // 1_000_000} MB: make its pictures smaller")
                parts = {member.filename: packed.read(member) for member in packed.infolist()}
        except _UNREADABLE as error:
            raise self._wrong("is no Word file: save it as .docx") from error
        if any(name.lower().endswith(".bin") and "vba" in name.lower() for name in parts):
            raise self._wrong("holds macros: save it as .docx without them")
        if "word/document.xml" not in parts:
            raise self._wrong("is no Word file: save it as .docx")
        return parts

    def fill(self, values: Values, lists: Mapping[str, Sequence[Values]]) -> bytes:
        """The form with its places filled, as .docx; the same values give the same bytes.

        A table row or paragraph with a place such as {{finding.site}} is repeated for each value of that list.
        Names are those of `values` and of the lists' entries. FormError when the form holds others.
        """
        sink = io.BytesIO()
        with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as packed:
            for name, content in self._parts.items():
                made = self._filled(self._cut[name], values, lists) if name in self._cut else content
                packed.writestr(zipfile.ZipInfo(name), made, zipfile.ZIP_DEFLATED)
        return sink.getvalue()

    def check(self, names: Sequence[str], lists: Mapping[str, Sequence[str]], needed: str) -> None:
        """FormError unless every place has one of these names and the list `needed` is printed."""
        entries = {group: [dict.fromkeys(inner, "")] for group, inner in lists.items()}
        self.fill(dict.fromkeys(names, ""), entries)
        plain = "".join(_plain(self._tree(n, c)) for n, c in self._parts.items() if _FILLED.fullmatch(n))
        if not any(name.strip().startswith(f"{needed}.") for name in _PLACE.findall(plain)):
            raise self._wrong(f"prints no list: put {{{{{needed}.{lists[needed][0]}}}}} into a row of a table")

    @cached_property
    def _cut(self) -> dict[str, _Cut]:
        """The members that may hold places, taken apart once: one form fills many papers of a day."""
        return {name: self._taken_apart(name, made) for name, made in self._parts.items() if _FILLED.fullmatch(name)}

    def _taken_apart(self, name: str, content: bytes) -> _Cut:
        tree = self._tree(name, content)
        repeated: list[tuple[str, str]] = []
        for paragraph in tree.getElementsByTagName("w:p"):
            self._join(paragraph)
        for paragraph in tree.getElementsByTagName("w:p"):
            if group := self._group(_own_text(paragraph)):
                block = _ancestor(paragraph, "w:tr") or paragraph
                if block.parentNode is None:
                    continue  # an earlier paragraph of the same row took it out
                slot = tree.createProcessingInstruction(_SLOT, str(len(repeated)))
                block.parentNode.replaceChild(slot, block)
                repeated.append((group, block.toxml()))
        return _Cut(parts=tuple(re.split(rf"<\?{_SLOT} (\d+)\?>", _root(tree).toxml())), repeated=tuple(repeated))

    def _filled(self, cut: _Cut, values: Values, lists: Mapping[str, Sequence[Values]]) -> bytes:
        for group, _ in cut.repeated:
            if group not in lists:
                raise self._unknown(group + ".", [f"{known}." for known in lists])
        known = {key: _safe(value) for key, value in values.items()}
        made = ['<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n']
        for number, part in enumerate(cut.parts):
            if number % 2 == 0:
                made.append(self._put(part, known))
            else:
                group, block_text = cut.repeated[int(part)]
                made += [self._put(block_text, known | _named(group, entry)) for entry in lists[group]]
        return "".join(made).encode()

    def _tree(self, name: str, content: bytes) -> minidom.Document:
        try:
            # A letter holds neither a document type, by which entities come in, nor instructions.
            if b"<!DOCTYPE" in content or f"<?{_SLOT}".encode() in content:
                raise self._wrong(f"is damaged in {name}: save it anew from Word")
            return minidom.parseString(content)  # noqa: S318 - no document type, no entities
        except ExpatError as error:
            raise self._wrong(f"is damaged in {name}: save it anew from Word") from error

    def _join(self, paragraph: minidom.Element) -> None:
        """Bring each place of a paragraph into one run of letters, and see that nothing looks like half of one."""
        runs = _own_runs(paragraph)
        texts = [_run_text(run) for run in runs]
        whole = "".join(texts)
        if loose := _LOOSE.search(_PLACE.sub("", whole)):
            at = printable(whole[max(0, whole.find(loose[0]) - 10) :], 40)
            raise self._wrong(f"has a place that does not end, or is none, at “{at}”: write it as {{{{name}}}}")
        for found in reversed(list(_PLACE.finditer(whole))):
            texts = _gathered(texts, found.start(), found.end())
        for run, text in zip(runs, texts, strict=True):
            if text != _run_text(run):
                _set_text(run, text)

    def _group(self, text: str) -> str:
        groups = {name.strip().split(".")[0].strip() for name in _PLACE.findall(text) if "." in name}
        if len(groups) > 1:
            raise self._wrong(f"mixes the lists {' and '.join(sorted(groups))} in one row: give each its own")
        return printable(groups.pop(), 60) if groups else ""

    def _put(self, text: str, known: Values) -> str:
        def value(found: re.Match[str]) -> str:
            name = ".".join(part.strip() for part in found[1].split("."))
            if name not in known:
                raise self._unknown(name, known)
            return known[name]

        return _PLACE.sub(value, text)

    def _unknown(self, name: str, known: Sequence[str] | Values) -> FormError:
        shown = printable(name, 60)
        near = difflib.get_close_matches(name, list(known), 1, 0.5)
        meant = f"did you mean {{{{{near[0]}}}}}?" if near else f"known are {', '.join(known)}"
        return self._wrong(f"asks for {{{{{shown}}}}}, which nothing fills; {meant}")

    def _wrong(self, what: str) -> FormError:
        return FormError(f"{self.name} {what}")


def _safe(text: str) -> str:
    return escape(_ILLEGAL.sub(" ", printable(text, LONGEST)), {'"': "&quot;"})


def _named(group: str, entry: Values) -> dict[str, str]:
    return {f"{group}.{key}": _safe(value) for key, value in entry.items()}


def _gathered(texts: list[str], start: int, end: int) -> list[str]:
    """The texts with what lies from `start` to `end` brought into the one where it begins."""
    made, at, held = list(texts), 0, -1
    for number, text in enumerate(texts):
        first, last = max(start - at, 0), min(end - at, len(text))
        if first < last:
            if held < 0:
                held = number
            else:
                made[held] += text[first:last]
                made[number] = text[last:]
        at += len(text)
    return made


def _own_runs(paragraph: minidom.Element) -> list[minidom.Element]:
    """The text elements of a paragraph, those of a text box within it left out."""
    return [run for run in paragraph.getElementsByTagName("w:t") if _ancestor(run, "w:p") is paragraph]


def _own_text(paragraph: minidom.Element) -> str:
    return "".join(_run_text(run) for run in _own_runs(paragraph))


def _plain(tree: minidom.Document) -> str:
    return "\n".join(_own_text(paragraph) for paragraph in tree.getElementsByTagName("w:p"))


def _run_text(run: minidom.Element) -> str:
    return "".join(node.data for node in run.childNodes if isinstance(node, minidom.Text))


def _set_text(run: minidom.Element, text: str) -> None:
    for node in list(run.childNodes):
        run.removeChild(node)
    letters = minidom.Text()
    letters.data = text
    run.appendChild(letters)
    run.setAttribute("xml:space", "preserve")


def _root(tree: minidom.Document) -> minidom.Element:
    root = tree.documentElement
    assert root is not None, "what was parsed has a root"
    return root


def _ancestor(node: minidom.Node, tag: str) -> minidom.Element | None:
    above = node.parentNode
    while above is not None and getattr(above, "tagName", "") != tag:
        above = above.parentNode
    return above if isinstance(above, minidom.Element) else None
