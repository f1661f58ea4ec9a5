"""An office's own templates and phrases (words.yaml), read from its folder; what is wrong with them is told."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

from monitor import yamlfile
from monitor.model import Fleet
from monitor.report.environment import about, mistake, referred, shipped_template, shipped_templates
from monitor.report.style import PACKAGE, Style
from monitor.report.words import Words, words
from monitor.text import printable
from monitor.yamlfile import ConfigError, Document

PHRASES = "words.yaml"
_KINDS = (".html", ".txt", ".css", ".js")
_MOST_BYTES = 1_000_000
_LONGEST = 500
_KEPT = ("field.", "ledger.sheet", "ledger.page", "ledger.recheck_", "paper.ordinals")
"""Phrases that name places in Word forms or are bound by what a workbook allows."""
_HEAD = """\
# The phrases of reports, mails and papers. Take the # away before a line and write your own phrase; the others stay as
# they are. Leave what stands in {braces} as it is; it may stand elsewhere in the phrase. `monitor validate` checks it.
"""


class _WrongError(Exception):
    """A file cannot be read; the sentence says why."""


def read_style(folder: Path, language: str) -> Style:
    """What an office has of its own in `folder`, which need not be there; mistakes are told in its `faults`."""
    style = Style(folder=str(folder))
    texts: dict[str, str] = {}
    phrases: dict[str, str] = {}
    for path in _files(folder, style):
        try:
            if path.name == PHRASES:
                phrases = _phrases(_text(path), path, words(language), style)
            elif found := mistake(path.name, text := _text(path), path):
                style.tell(*found)
            else:
                texts[path.name] = text
        except _WrongError as error:
            style.tell(str(path), str(error))
    used = _used(texts)
    for name in sorted(texts.keys() - used):
        near = difflib.get_close_matches(name, shipped_templates(), n=1)
        hint = f"was {near[0]} meant?" if near else "`monitor templates` lists them"
        style.tell(str(folder / name), f"there is no template of this name; {hint}")
    templates = tuple((name, texts[name]) for name in sorted(used & texts.keys()))
    return Style(folder=style.folder, templates=templates, phrases=tuple(phrases.items()), faults=style.faults)


def style_of(fleet: Fleet) -> Style:
    """What the office of a fleet has of its own, as it is now."""
    return read_style(Path(fleet.templates), fleet.language) if fleet.templates else PACKAGE


def offered() -> dict[str, str]:
    """What an office may put into its folder, and what each file is for."""
    phrases = {PHRASES: "Every phrase in one list: to say something otherwise without touching a template."}
    return phrases | {name: about(name) for name in shipped_templates()}


def to_be_changed(name: str, language: str) -> str:
    """The text of one of them as the package has it, for an office to change."""
    return _listed(words(language)) if name == PHRASES else shipped_template(name)


def _files(folder: Path, style: Style) -> Iterator[Path]:
    try:
        found = sorted(folder.iterdir()) if folder.is_dir() else []
    except OSError as error:
        style.tell(str(folder), f"the folder cannot be read: {error.strerror}; give the right to read it")
        return
    yield from (path for path in found if path.name == PHRASES or (path.suffix in _KINDS and path.name[0] != "."))


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise _WrongError("the file is over 1 MB; is it the right one?")
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise _WrongError("it is not UTF-8 text; save it as UTF-8") from None
    except OSError as error:
        raise _WrongError(f"it cannot be read: {error.strerror}; give the right to read it") from None


def _used(texts: dict[str, str]) -> frozenset[str]:
    """The names that are taken: the package's own, and whatever these refer to."""
    used = set(shipped_templates())
    waiting = [name for name in texts if name in used]
    while waiting:
        found = referred(texts[waiting.pop()]) & texts.keys() - used
        used |= found
        waiting += found
    return frozenset(used)


def _phrases(text: str, path: Path, speech: Words, style: Style) -> dict[str, str]:
    if all(not line.strip() or line.lstrip().startswith("#") for line in text.splitlines()):
        return {}
    try:
        document = yamlfile.parse(text, str(path))
    except ConfigError as error:
        for problem in error.problems:
            sentence = f"{problem}; a phrase that begins with a brace or holds a colon must stand in quotes"
            style.faults[sentence] = sentence
        return {}
    if not isinstance(document.value, dict):
        style.tell(str(path), f'lines such as mail.automatic: "{speech.say("mail.automatic")}" are meant')
        return {}
    good: dict[str, str] = {}
    for key, given in document.value.items():
        if said := _phrase_mistake(key, given, document, speech):
            sentence = str(document.problem((key,), said))
            style.faults[sentence] = sentence
        else:
            good[key] = document.raw((key,))
    return good


def _phrase_mistake(key: str, given: object, document: Document, speech: Words) -> str:
    known = speech.entries
    if key not in known:
        near = difflib.get_close_matches(key, known, n=1)
        return f"there is no phrase of this name{f'; was {near[0]} meant?' if near else ''}"
    if key.startswith(_KEPT):
        return "this one cannot be changed, for Word forms or workbooks rest on it"
    phrase = document.raw((key,))
    if given is None or isinstance(given, dict | list) or not phrase.strip():
        return 'a text is meant; write it in quotes, such as "…"'
    if printable(phrase, _LONGEST) != " ".join(phrase.split()):
        return f"one line of at most {_LONGEST} characters is meant"
    meant = _places(known[key]) or frozenset()
    allowed = meant | {f"{{{place[1:-1].partition(':')[0]}}}" for place in meant}
    found = _places(phrase)
    if found is None or found - allowed:
        return f"of places in braces this phrase knows {', '.join(sorted(meant)) or 'none'}; write no other"
    return ""


def _places(phrase: str) -> frozenset[str] | None:
    """The places of a phrase as they are written, {day} or {day:02d}; None when its braces are no places."""
    try:
        parts = list(Formatter().parse(phrase))
    except ValueError:
        return None
    if any(conversion for _, _, _, conversion in parts):
        return None
    return frozenset(f"{{{name}{f':{spec}' if spec else ''}}}" for _, name, spec, _ in parts if name is not None)


def _listed(speech: Words) -> str:
    """Every phrase in a line of its own, not yet in force."""
    lines, section = [_HEAD], ""
    for key, phrase in sorted(speech.entries.items()):
        if key.startswith(_KEPT):
            continue
        if key.partition(".")[0] != section:
            section = key.partition(".")[0]
            lines.append("\n")
        lines.append(f"# {key}: {json.dumps(phrase, ensure_ascii=False)}\n")
    return "".join(lines)
