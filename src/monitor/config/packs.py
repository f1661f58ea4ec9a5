"""Rule packs: those that ship with the monitor, and an office's own, which inherits from another and changes it."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from monitor import days, yamlfile
from monitor.census import CHECKS
from monitor.config.mistakes import is_other_branch, problem
from monitor.config.shape import Id, Length, Text
from monitor.model import Applies, ColumnClass, Confidence, IdentityRules, Limit, Part, Rule, RulePack
from monitor.yamlfile import ConfigError

_ENDINGS = (".yaml", ".yml")
_MOST_ANCESTORS = 5


def _is_check(name: str) -> str:
    if name not in CHECKS:
        raise ValueError(f"one of the checks is meant: {', '.join(sorted(CHECKS))}")
    return name


def _is_limit(given: object) -> object:
    return {"limit": given} if isinstance(given, str) else given


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, populate_by_name=True)


class LimitFile(_Part):
    """How long a class of columns may stay silent."""

    limit: Length
    warn: Length | None = None
    confidence: Confidence = Field(default=Confidence.OWN, strict=False)


class RuleFile(_Part):
    """One rule; in a pack that inherits, what is left out stays as it is."""

    id: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9-]{0,20}$")]
    part: Part | None = Field(default=None, strict=False)
    indicator: Text | None = None
    aspect: Annotated[str, Field(max_length=500)] | None = None
    clause: Annotated[str, Field(min_length=1, max_length=1000)] | None = None
    meaning: Annotated[str, Field(min_length=1, max_length=1000)] | None = None
    source: Text | None = None
    confidence: Confidence | None = Field(default=None, strict=False)
    applies: Applies | None = Field(default=None, strict=False)
    check: Annotated[str, AfterValidator(_is_check)] | None = None
    settings: dict[str, Any] = Field(default={}, alias="with")
    warn: dict[str, Any] = {}
    points: float | None = Field(default=None, ge=0, le=1000, strict=False)
    most: float | None = Field(default=None, ge=0, le=1000, strict=False)
    leave_out: bool = Field(default=False, description="An inherited rule that this office does not use.")


class ScoreFile(_Part):
    """The score, where a pack has one."""

    total: float = Field(gt=0, strict=False)
    pass_: float = Field(ge=0, alias="pass", strict=False)
    confidence: Confidence = Field(default=Confidence.OWN, strict=False)


class IdentityFile(_Part):
    """What a site must show of itself."""

    code_forms: list[str]
    icp_form: str
    suffixes: list[str]
    other_suffixes: list[str] = []
    portal_form: str
    load_seconds: float = Field(gt=0, strict=False)
    certificate_days: int = Field(ge=0)


class PackFile(_Part):
    """A pack of rules."""

    id: Id
    inherits: str = ""
    name: Text
    language: Literal["zh-CN", "en"] | None = None
    document: Text
    note: str = ""
    score: ScoreFile | None = None
    limits: dict[Annotated[ColumnClass, Field(strict=False)], Annotated[LimitFile, BeforeValidator(_is_limit)]] = {}
    identity: IdentityFile | None = None
    rules: list[RuleFile] = []


def names() -> tuple[str, ...]:
    """The packs that ship with the monitor."""
    folder = files("monitor.data").joinpath("packs")
    return tuple(sorted(file.name.rpartition(".")[0] for file in folder.iterdir() if file.name.endswith(".yaml")))


def load_pack(wanted: str, folder: Path) -> RulePack:
    """The pack of a name, or the one in a file below `folder`. Raises ConfigError with every problem found."""
    return _load(wanted, folder, _MOST_ANCESTORS)


def _load(wanted: str, folder: Path, left: int) -> RulePack:
    path = _path(wanted, folder)
    document = yamlfile.read(path)
    try:
        parsed = PackFile.model_validate(document.value)
    except ValidationError as error:
        raise ConfigError([problem(document, dict(e)) for e in error.errors() if not is_other_branch(e)]) from None
    if not parsed.inherits:
        base = None
    elif left == 0:
        raise ConfigError([document.problem(("inherits",), "packs inherit from each other in a circle")])
    elif parsed.inherits not in names() and not parsed.inherits.endswith(_ENDINGS):
        known = f"one of {', '.join(names())} or a file of rules (.yaml) is meant"
        raise ConfigError([document.problem(("inherits",), known)])
    else:
        base = _load(parsed.inherits, path.parent, left - 1)
    return _pack(parsed, base, document)


def _path(wanted: str, folder: Path) -> Path:
    if wanted in names():
        return Path(str(files("monitor.data").joinpath("packs", f"{wanted}.yaml")))
    return folder / wanted


def _pack(parsed: PackFile, base: RulePack | None, document: yamlfile.Document) -> RulePack:
    limits = dict(base.limits) if base else {klass: Limit(limit=None) for klass in ColumnClass}
    for klass, given in parsed.limits.items():
        limits[klass] = _limit(given, limits[klass])
    rules = {rule.id: rule for rule in (base.rules if base else ())}
    problems = []
    for n, given_rule in enumerate(parsed.rules):
        known = rules.get(given_rule.id)
        if given_rule.leave_out:
            if known is None:
                problems.append(document.problem(("rules", n, "id"), f"no rule {given_rule.id} is inherited"))
            rules.pop(given_rule.id, None)
            continue
        if known is None and (missing := _missing(given_rule)):
            said = f"{given_rule.id} is a new rule and lacks {', '.join(missing)}"
            problems.append(document.problem(("rules", n, "id"), said))
            continue
        rules[given_rule.id] = _rule(given_rule, known, parsed.document)
    if problems:
        raise ConfigError(problems)
    score = parsed.score
    return RulePack(
        id=parsed.id,
        name=parsed.name,
        language=parsed.language or (base.language if base else "zh-CN"),
        document=parsed.document,
        inherits=base.id if base else "",
        limits=limits,
        rules=tuple(rules.values()),
        total=score.total if score else base.total if base else 0.0,
        pass_line=score.pass_ if score else base.pass_line if base else 0.0,
        score_confidence=score.confidence if score else base.score_confidence if base else Confidence.OWN,
        note=parsed.note or (base.note if base else ""),
        identity=_identity(parsed.identity) if parsed.identity else base.identity if base else None,
    )


def _identity(given: IdentityFile) -> IdentityRules:
    return IdentityRules(
        code_forms=tuple(given.code_forms),
        icp_form=given.icp_form,
        suffixes=tuple(given.suffixes),
        other_suffixes=tuple(given.other_suffixes),
        portal_form=given.portal_form,
        load_seconds=given.load_seconds,
        certificate_days=given.certificate_days,
    )


def _limit(given: LimitFile, known: Limit) -> Limit:
    """A limit of its own; an inherited early warning that would come too late for it is dropped."""
    limit = days.span(given.limit)
    warn = days.span(given.warn or "")
    if warn is None and known.warn and limit and _rough(known.warn) < _rough(limit):
        warn = known.warn
    return Limit(limit=limit, warn=warn, confidence=given.confidence)


def _rough(span: Any) -> int:
    return int(span.days + 30 * span.months + 365 * span.years)


def _missing(given: RuleFile) -> list[str]:
    return [name for name in ("part", "indicator", "clause", "check") if getattr(given, name) is None]


def _rule(given: RuleFile, known: Rule | None, paper: str) -> Rule:
    """A rule, or an inherited one with what was changed; a changed one is the office's own."""
    clause = given.clause or (known.clause if known else "")
    return Rule(
        id=given.id,
        part=given.part or (known.part if known else Part.DUTY),
        indicator=given.indicator or (known.indicator if known else ""),
        aspect=given.aspect if given.aspect is not None else (known.aspect if known else ""),
        clause=clause,
        meaning=given.meaning or (known.meaning if known else clause),
        source=given.source or paper,
        confidence=given.confidence or Confidence.OWN,
        applies=given.applies or (known.applies if known else Applies.ALL),
        check=given.check or (known.check if known else ""),
        settings={**(known.settings if known else {}), **given.settings},
        warn={**(known.warn if known else {}), **given.warn},
        points=given.points if given.points is not None else (known.points if known else 0.0),
        most=given.most if given.most is not None else (known.most if known else 0.0),
    )
