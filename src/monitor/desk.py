"""`monitor notices`: what people read of the notices and do to them, each with a name and a reason. Door for typer."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer

from monitor import clerk, config, letters, operators, run, service
from monitor.model import Fleet, Notice, NoticeSettings, Step
from monitor.notices import Refused
from monitor.report import FormError, notice_name, notice_paper, printed_notice, style_of
from monitor.store import Store
from monitor.terminal import console, safe
from monitor.terminal.notices import show_acts, show_events, show_notice, show_notices

app = typer.Typer(
    help="Read and move the notices that went to units.", no_args_is_help=True, rich_markup_mode=None, name="notices"
)

Config = Annotated[Path, typer.Option("--config", help="The file that lists the sites.", metavar="FILE")]
Number = Annotated[
    str, typer.Argument(help="Its number; or 3 for the third of the newest year, 2026-3 of another.", metavar="NUMBER")
]
Who = Annotated[str, typer.Option("--who", help="Who says so; kept in the history.", metavar="NAME")]
Why = Annotated[str, typer.Option("--why", help="The reason; kept in the history.", metavar="TEXT")]
Points = Annotated[
    list[int] | None,
    typer.Option("--point", help="Only this point of the notice (repeatable); all otherwise.", metavar="N"),
]
Today = Annotated[
    str,
    typer.Option("--today", help="As if it were this day: for a rehearsal.", metavar="YYYY-MM-DD", show_default=False),
]
_DEFAULT = Path("sites.yaml")


class RefusedError(Exception):
    """What was asked cannot be done; the sentence says why."""


@app.command(name="list")
def list_(
    config_file: Config = _DEFAULT,
    every: Annotated[bool, typer.Option("--all", help="Also those whose points are all settled.")] = False,
    today: Today = "",
) -> None:
    """List the notices with open points, newest first. With their deadlines, and how many points are open."""
    _, fleet = _settings(config_file)
    with run.history(fleet) as store:
        show_notices(store.notices(), store.book().cases, every=every, today=_now(fleet, today).date())


@app.command()
def show(number: Number, config_file: Config = _DEFAULT) -> None:
    """Show a notice: its points, where each stands, and the evidence as it was issued."""
    _, fleet = _settings(config_file)
    with run.history(fleet) as store:
        notice = _notice(store, number)
        show_notice(notice, store.book().cases, store.events(notice.number))


@app.command()
def history(number: Number, config_file: Config = _DEFAULT) -> None:
    """Show all that happened to a notice: when, to which point, by whom and why."""
    _, fleet = _settings(config_file)
    with run.history(fleet) as store:
        show_events(store.events(_notice(store, number).number), service.clock(fleet)().tzinfo)


@app.command(name="print")
def print_(
    number: Number,
    folder: Annotated[Path, typer.Option("--folder", help="Where to put it.", metavar="FOLDER")] = Path(),
    config_file: Config = _DEFAULT,
) -> None:
    """Write a notice as a Word file, as it was issued. With one more for each day on which it was opened again."""
    _, fleet = _settings(config_file)
    with run.history(fleet) as store:
        notice = _notice(store, number)
        told = clerk.told(store, notice)
    forms = Path(fleet.forms) if fleet.forms else None
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for day, points in told.items():
            printed = printed_notice(
                notice, points, office=fleet.office, contact=run.contact(fleet), language=fleet.language
            )
            target = folder / notice_name(notice, None if day == notice.issued_on else day)
            target.write_bytes(notice_paper(printed, forms, style_of(fleet)))
            console().print(safe(f"Wrote {target}."))
    except FormError as error:
        raise RefusedError(str(error)) from error
    except OSError as error:
        raise RefusedError(f"{folder}: the notice cannot be written there: {error.strerror}") from error


@app.command()
def ack(
    number: Number, who: Who, why: Why, point: Points = None, config_file: Config = _DEFAULT, today: Today = ""
) -> None:
    """Note that the unit has received a notice."""
    _do(Step.ACKNOWLEDGED, number, who, why, point, config_file, today)


@app.command()
def claim(
    number: Number, who: Who, why: Why, point: Points = None, config_file: Config = _DEFAULT, today: Today = ""
) -> None:
    """Note that the unit says it has put things right. Closed it is by the re-check."""
    _do(Step.CLAIMED, number, who, why, point, config_file, today)


@app.command()
def dispute(
    number: Number, who: Who, why: Why, point: Points = None, config_file: Config = _DEFAULT, today: Today = ""
) -> None:
    """Note that the unit disputes it. The clock stands until it is upheld, waived or withdrawn."""
    _do(Step.DISPUTED, number, who, why, point, config_file, today)


@app.command()
def uphold(
    number: Number, who: Who, why: Why, point: Points = None, config_file: Config = _DEFAULT, today: Today = ""
) -> None:
    """Turn a dispute down. The working days that it took are added to the deadline."""
    _do(Step.UPHELD, number, who, why, point, config_file, today)


@app.command()
def waive(
    number: Number,
    who: Who,
    why: Why,
    until: Annotated[str, typer.Option("--until", help="The last day of the waiver.", metavar="YYYY-MM-DD")],
    point: Points = None,
    config_file: Config = _DEFAULT,
    today: Today = "",
) -> None:
    """Let it be until a day. The clock stands, and you are warned a week before the end."""
    _do(Step.WAIVED, number, who, why, point, config_file, today, until=_day("--until", until))


@app.command()
def withdraw(
    number: Number, who: Who, why: Why, point: Points = None, config_file: Config = _DEFAULT, today: Today = ""
) -> None:
    """Take it back as wrong. It stays silent for as long as the same finding stands."""
    _do(Step.WITHDRAWN, number, who, why, point, config_file, today)


@app.command()
def close(
    number: Number, who: Who, why: Why, point: Points = None, config_file: Config = _DEFAULT, today: Today = ""
) -> None:
    """Close it by hand. If it still looks bad afterwards, it is opened again."""
    _do(Step.CLOSED, number, who, why, point, config_file, today)


def _do(
    step: Step,
    number: str,
    who: str,
    why: str,
    points: list[int] | None,
    config_file: Path,
    today: str,
    *,
    until: date | None = None,
) -> None:
    settings, fleet = _settings(config_file)
    with run.history(fleet) as store:
        at, now = _now(fleet, today), service.clock(fleet)()
        style, bad = style_of(fleet), operators.refused(store)
        changes = clerk.done(
            store,
            settings,
            step,
            number,
            who=who,
            why=why,
            at=at,
            points=points or (),
            until=until,
            tell=lambda changes: letters.of_notices(fleet, changes, store.notices(), at.date(), now, style, bad),
            now=now,
        )
    if isinstance(changes, Refused):
        raise RefusedError(changes.why)
    run.say_faults(style)
    show_acts(changes)


def _now(fleet: Fleet, today: str) -> datetime:
    """The moment by the office's clock; on another day where one is rehearsed."""
    now = service.clock(fleet)()
    return clerk.moment(_day("--today", today), now) if today else now


def _day(option: str, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise RefusedError(f"{option}: a day is meant, such as 2026-12-31 (found {text!r})") from None


def _settings(config_file: Path) -> tuple[NoticeSettings, Fleet]:
    fleet = config.load(config_file)
    if fleet.notices is None:
        raise RefusedError(f"{config_file}: notices are not issued; add a notices: section, `notices: {{}}` will do")
    return fleet.notices, fleet


def _notice(store: Store, number: str) -> Notice:
    notice = clerk.found(store.notices(), number)
    if notice is None:
        raise RefusedError(f"there is no notice {number}; `monitor notices list` shows those that there are")
    return notice
