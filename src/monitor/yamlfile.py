"""A YAML file read with the place of every key, so that a mistake can be pointed at. Door for PyYAML."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from monitor.text import printable

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_MOST_BYTES = 64 * 1024 * 1024
_DEEPEST = 40
_LONGEST_LINE = 1000
_TIME = re.compile(r"^\d{1,3}(?::[0-5]\d)+$")
FULL_WIDTH = "：，；“”‘’－（）［］｛｝．／\u3000"
"""Signs that a Chinese keyboard gives in place of those that YAML knows."""
_KEY = r"(?:^|[{,])\s*(?:- +)?[A-Za-z_]+"
_SLIPS = tuple(
    (re.compile(pattern), what)
    for pattern, what in (
        (r"^ *\t", "a tab indents this line; spaces are meant"),
        (r"^ *\u3000", "a full-width space indents this line; plain spaces are meant"),
        (r"^\s*[－—–]", "a full-width dash begins this line; a plain - and a space are meant"),
        (r"^---", "a second document begins here; one file holds one"),
        (_KEY + "：", "a full-width colon follows this key; a plain colon and a space are meant"),
        (_KEY + r":(?!\s|$|//)", "no space follows the colon; one is meant"),
        (r"[{\[][^\"]*，", "a full-width comma stands here; a plain one is meant"),
        (r": +(?:[*&!%@`]|\[[^\]]*\] *[^\s#])", "the text begins with a sign of YAML's own; write it in quotes"),
        (r"^[^\"'#{\[]*: [^\"'#{\[]*: ", "there is a colon within the text; write the text in quotes"),
        (r"\{[^}]*$", "a { is opened and not closed"),
    )
)
"""What people get wrong in a line, and how it is said to them: the parser's own words speak of tokens."""
_UNCLOSED = (re.compile(r'^[^"#]*(?:"[^"]*"[^"#]*)*"[^"]*$'), "a quotation mark is opened and not closed")
_MISFIT = "; keys of one group begin in the same column, and so do the dashes of one list"

Loc = tuple[object, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing that is wrong in a file: where, which key, what, and what was meant."""

    file: str
    line: int
    """From 1; 0 when the whole file is meant."""
    column: int
    key: str
    what: str

    def __str__(self) -> str:
        """`file:line:column: key: what`, safe for a terminal."""
        place = f"{self.file}:{self.line}:{self.column}" if self.line else self.file
        return printable(f"{place}: {self.key}: {self.what}" if self.key else f"{place}: {self.what}", 500)


class ConfigError(Exception):
    """The operator's file cannot be used; `problems` says why, one sentence each."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class _Place:
    line: int
    column: int
    key_line: int
    key_column: int
    raw: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """What a file holds, and where each part of it stands."""

    file: str
    value: Any
    places: Mapping[Loc, _Place]

    def problem(self, loc: Loc, what: str, *, at_key: bool = False, key: str = "") -> Problem:
        """A problem at a place; where the place itself is missing, at the nearest that stands."""
        standing = loc
        while standing and standing not in self.places:
            standing = standing[:-1]
        place = self.places.get(standing, _Place(1, 1, 1, 1, ""))
        line, column = (place.key_line, place.key_column) if at_key else (place.line, place.column)
        path = ".".join(str(part) for part in (*loc, *([key] if key else [])))
        return Problem(file=self.file, line=line, column=column, key=path, what=what)

    def raw(self, loc: Loc) -> str:
        """The characters that stand in the file at a place."""
        return self.places[loc].raw if loc in self.places else ""


def read(path: Path) -> Document:
    """The contents of a YAML file. Raises ConfigError when it cannot be read or is no YAML."""
    name = str(path)
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise _refused(name, "the file is over 64 MB; is it the right one?")
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise _refused(
            name, "there is no such file; `monitor init URL` writes a first one, --config names another"
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        reason = "it is not UTF-8 text; save it as UTF-8" if isinstance(error, UnicodeDecodeError) else error.strerror
        raise _refused(name, f"the file cannot be read: {reason}") from None
    return parse(text, name)


def parse(text: str, file: str) -> Document:
    """The same for text that is there already; `file` is the name used in problems."""
    try:
        root = yaml.compose(text, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        raise ConfigError([_slip(text, error, file)]) from None
    except yaml.reader.ReaderError as error:
        before = text[: max(0, text.find(chr(error.character)))]
        what = f"a control character (U+{error.character:04X}) stands here; remove it"
        line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
        raise ConfigError([Problem(file=file, line=line, column=column, key="", what=what)]) from None
    except (yaml.YAMLError, RecursionError) as error:
        raise _refused(file, f"this is not YAML: {error}") from None
    if root is None:
        raise _refused(file, "the file is empty; `monitor init URL` writes a first one")
    reader = _Reader(file)
    value = reader.value(root, ())
    if reader.problems:
        raise ConfigError(reader.problems)
    return Document(file=file, value=value, places=reader.places)


def _slip(text: str, error: yaml.MarkedYAMLError, file: str) -> Problem:
    """What makes a text no YAML: a slip where the parser stopped or on the line before, else the parser's words."""
    mark = error.problem_mark or error.context_mark
    at = mark.line if mark else 0
    above = [(i, line[:_LONGEST_LINE]) for i, line in enumerate(text.splitlines()[: at + 1]) if line.strip()][::-1]
    near = ((i, line, slip) for i, line in above[:2] for slip in _SLIPS)
    far = ((i, line, _UNCLOSED) for i, line in above)  # a text without an end runs on to the next quotation mark
    for i, line, (pattern, what) in (*near, *far):
        if (found := pattern.search(line)) and not line.lstrip().startswith("#"):
            return Problem(file=file, line=i + 1, column=found.end(), key="", what=f"this is not YAML: {what}")
    what = f"this is not YAML: {error.problem or error.context}{_MISFIT}"
    return Problem(file=file, line=at + 1, column=mark.column + 1 if mark else 1, key="", what=what)


def _refused(file: str, what: str) -> ConfigError:
    return ConfigError([Problem(file=file, line=0, column=0, key="", what=what)])


class _Reader:
    """Turns YAML nodes into plain values, keeps their places, and refuses keys given twice."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.places: dict[Loc, _Place] = {}
        self.problems: list[Problem] = []

    def value(self, node: yaml.Node, loc: Loc, key: yaml.Node | None = None) -> Any:
        if len(loc) > _DEEPEST or len(self.places) > 2_000_000:
            raise _refused(self.file, "the file is nested or repeated without end")
        mark, key_mark = node.start_mark, (key or node).start_mark
        raw = str(node.value) if isinstance(node, yaml.ScalarNode) else ""
        self.places[loc] = _Place(mark.line + 1, mark.column + 1, key_mark.line + 1, key_mark.column + 1, raw)
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, loc)
        if isinstance(node, yaml.SequenceNode):
            return [self.value(part, (*loc, i)) for i, part in enumerate(node.value)]
        return self._scalar(node)

    def _mapping(self, node: yaml.MappingNode, loc: Loc) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key, part in node.value:
            name = str(key.value) if isinstance(key, yaml.ScalarNode) else "?"
            if name in found:
                mark = key.start_mark
                self.problems.append(
                    Problem(
                        file=self.file,
                        line=mark.line + 1,
                        column=mark.column + 1,
                        key=".".join(map(str, (*loc, name))),
                        what="this key is given twice; keep one",
                    )
                )
            found[name] = self.value(part, (*loc, name), key)
        return found

    def _scalar(self, node: yaml.Node) -> Any:
        raw, tag = str(node.value), node.tag.rpartition(":")[2]
        if tag == "null":
            return None
        if tag == "bool":
            return raw.lower() in ("yes", "true", "on")
        if tag == "int" and not _TIME.match(raw):
            return _number(raw, int)
        if tag == "float" and not _TIME.match(raw):
            return _number(raw, float)
        # a bare 22:00 is a number in YAML 1.1 and most surely not what was meant
        return int(raw.replace(":", "")) if tag == "int" else raw


def _number(raw: str, kind: type[int] | type[float]) -> int | float | str:
    try:
        return kind(raw.replace("_", ""))
    except ValueError:
        return raw
