"""How templates are read: the package's as they are, an office's own in a sandbox. The only door for jinja2.

In the sandbox nothing leads to Python, nothing is changed, and escaping stays on.
"""

from __future__ import annotations

import base64
import hashlib
import re
import traceback
from functools import cache, lru_cache
from pathlib import Path
from types import CodeType
from typing import Any

from jinja2 import (
    BaseLoader,
    BytecodeCache,
    ChoiceLoader,
    Environment,
    FunctionLoader,
    PackageLoader,
    PrefixLoader,
    StrictUndefined,
    TemplateNotFound,
    TemplateSyntaxError,
    UndefinedError,
    meta,
    nodes,
)
from jinja2.bccache import Bucket
from jinja2.exceptions import SecurityError
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

from monitor.report.check import command
from monitor.report.style import PACKAGE, Style
from monitor.report.view import days_left
from monitor.report.words import clock
from monitor.text import printable

LINE = 500
"""The longest string that a page shows; what is longer is cut with "…"."""
_SHIPPED = "package"
"""package/mail.html is the package's own, where mail.html may be the office's."""
_ABOUT = re.compile(r"\A\{#\s*(.*?)\s*#\}", re.DOTALL)
_TRUSTING = ("safe", "urlize")
"""Filters that make markup of a stranger's text; `urlize` also opens what a reader must not click."""
_LACKING = re.compile(r"'[\w.]*?(\w+)(?: object)?' has no attribute '(\w+)'")
_UNDEFINED = re.compile(r"'(\w+)' is undefined")
_ANY = Style(templates=(("", ""),))
"""Some style, where only its sandbox is meant."""
_NO_ESCAPING = "escaping cannot be switched off, for pages and mails show what strangers wrote; take it out"


class _Sandbox(ImmutableSandboxedEnvironment):
    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        # Finished markup has methods (translate) that put any sign in, unescaped.
        return not isinstance(obj, Markup) and super().is_safe_attribute(obj, attr, value)


class _Compiled(BytecodeCache):
    """Templates as this process compiled them: an office changes a few of its own, and none of the package's."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._kept.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        assert bucket.code is not None
        self._kept[bucket.key, bucket.checksum] = bucket.code


@cache
def _compiled(*, sandbox: bool, escape: bool) -> _Compiled:
    """Those of one kind of environment: what they are compiled to depends on it."""
    return _Compiled()


@lru_cache(maxsize=8)
def environment(style: Style, *, escape: bool) -> Environment:
    """Where templates come from: the office's own first, if there are any."""
    shipped: BaseLoader = PackageLoader("monitor.report", "templates")
    kind: type[Environment] = Environment
    if style.templates:
        kind = _Sandbox
        shipped = ChoiceLoader([_own(style), PrefixLoader({_SHIPPED: shipped}), shipped])
    made = kind(
        loader=shipped,
        autoescape=escape,
        undefined=StrictUndefined,
        finalize=_shown,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        bytecode_cache=_compiled(sandbox=bool(style.templates), escape=escape),
    )

    @cache
    def script_digest() -> str:
        script = made.get_template("table.js").render()
        return "sha256-" + base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()

    made.globals.update(clock=clock, command=command, days_left=days_left, num=_num, script_digest=script_digest)
    made.filters["cut"] = printable
    if style.templates:
        for name in _TRUSTING:
            del made.filters[name]
    return made


def shipped_templates() -> tuple[str, ...]:
    """The names of the package's templates."""
    return tuple(environment(PACKAGE, escape=True).list_templates())


def shipped_template(name: str) -> str:
    """The text of one of them."""
    made = environment(PACKAGE, escape=True)
    assert made.loader is not None
    return made.loader.get_source(made, name)[0]


def about(name: str) -> str:
    """What one of them is for, as its first comment says; "" when it says nothing."""
    found = _ABOUT.match(shipped_template(name))
    return found[1] if found else ""


def mistake(name: str, text: str, path: Path) -> tuple[str, str] | None:
    """What keeps an office's own template from being used, and where ("mail.html:12"); None: nothing that is seen."""
    sandbox = environment(_ANY, escape=True)
    try:
        tree = sandbox.parse(text, name, str(path))
        sandbox.compile(text, name, str(path))
        unknown = meta.find_undeclared_variables(tree) - _known()
    except TemplateSyntaxError as error:
        said = _NO_ESCAPING if f"'{_TRUSTING[0]}'" in (error.message or "") else printable(error.message or "", 200)
        return f"{path}:{error.lineno}", said
    except Exception as error:  # Python's own limits, as of blocks within blocks
        return str(path), _said(error)
    for node in tree.find_all((nodes.EvalContextModifier, nodes.ScopedEvalContextModifier)):
        return f"{path}:{node.lineno}", _NO_ESCAPING
    for referring in tree.find_all((nodes.Extends, nodes.Include, nodes.Import, nodes.FromImport)):
        if getattr(getattr(referring, "template", None), "value", None) == name:
            return f"{path}:{referring.lineno}", f"it refers to itself; “{_SHIPPED}/{name}” is the package's own"
    for one in tree.find_all(nodes.Name):
        if one.name in unknown:
            return f"{path}:{one.lineno}", _no_name(one.name)
    return None


def referred(text: str) -> frozenset[str]:
    """The templates that a sound template names."""
    tree = environment(PACKAGE, escape=True).parse(text)
    return frozenset(name for name in meta.find_referenced_templates(tree) if name)


def fault(error: Exception, style: Style, name: str) -> tuple[str, str]:
    """Where and why rendering `name` with the office's own templates failed, for a person."""
    own = {str(Path(style.folder) / known) for known, _ in style.templates}
    steps = [step for step in traceback.extract_tb(error.__traceback__) if step.filename in own]
    if not steps:
        return str(Path(style.folder)), f"{name} cannot be made with these templates: {_said(error)}"
    return f"{steps[-1].filename}:{steps[-1].lineno}", _said(error)


def _own(style: Style) -> BaseLoader:
    texts = dict(style.templates)

    def load(name: str) -> tuple[str, str | None, None] | None:
        return (texts[name], str(Path(style.folder) / name), None) if name in texts else None

    return FunctionLoader(load)


@cache
def _known() -> frozenset[str]:
    """Every name that some template of the package uses."""
    made = environment(PACKAGE, escape=True)
    trees = [made.parse(shipped_template(name)) for name in shipped_templates()]
    return frozenset(made.globals).union(*(meta.find_undeclared_variables(tree) for tree in trees))


def _said(error: Exception) -> str:
    text = str(error)
    if isinstance(error, UndefinedError) and (lacking := _LACKING.search(text)):
        return f"there is no {lacking[2]} in {lacking[1]}"
    if isinstance(error, UndefinedError) and (undefined := _UNDEFINED.search(text)):
        return _no_name(undefined[1])
    if isinstance(error, UndefinedError) and "has no element" in text:
        return "a list may be empty: ask {% if … %} before its first is taken"
    if isinstance(error, SecurityError):
        return f"a template may not do this: {printable(text, 200)}"
    if isinstance(error, TemplateNotFound):
        return f"there is no template {printable(text, 100)}"
    if isinstance(error, KeyError):
        return f"there is no phrase {printable(text, 100)}"
    return printable(f"it fails ({type(error).__name__}: {text}", 200) + ")"


def _no_name(name: str) -> str:
    return f"{printable(name, 60)} is no name that a template knows"


def _shown(value: object) -> object:
    """Every plain string made printable; addresses and finished markup are subclasses and stay whole."""
    if type(value) is not str:
        return value
    # Our own phrases may begin or end with the space that parts them from their neighbours.
    before, after = (" " if value[:1] == " " else ""), (" " if value[1:][-1:] == " " else "")
    return before + printable(value, LINE) + after


def _num(number: float) -> int | float:
    """Points without a needless ".0"."""
    return int(number) if number == int(number) else number
