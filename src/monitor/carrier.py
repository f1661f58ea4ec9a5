"""Rows of the outbox to whoever carries them: the mail server, a chat robot, a webhook."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime

from monitor import chat, fetch, mail
from monitor.model import Answer, Fleet, MailSettings, Outcome, Outgoing

CHANNELS = ("mail", chat.CHANNEL)
PATIENCE = 30.0
"""Seconds that a mail server has for each answer."""

Sender = Callable[[Iterable[Outgoing]], Iterator[Outcome]]
"""Hands rows over by one channel: takes each when its turn has come, gives its outcome before it takes the next."""


def channels(fleet: Fleet) -> tuple[str, ...]:
    """Those that sites.yaml has; rows of another wait."""
    return (("mail",) if fleet.mail is not None else ()) + ((chat.CHANNEL,) if fleet.chat else ())


def senders(fleet: Fleet, password: str, patience: float, now: Callable[[], datetime]) -> dict[str, Sender]:
    """Who carries the rows of each channel that sites.yaml has.

    `password` of the mail server; what robots and webhooks want stands in the environment.
    """
    found: dict[str, Sender] = {}
    if fleet.mail is not None:
        server = _server(fleet.mail, password, patience)
        found["mail"] = lambda rows: mail.outcomes(server, rows)
    if fleet.chat:
        found[chat.CHANNEL] = lambda rows: chat.outcomes(
            fleet.chat, rows, secrets=os.environ, post=post, clock=lambda: now().timestamp()
        )

    def post(url: str, body: bytes, headers: Mapping[str, str], /, *, robot: bool) -> Answer:
        return fetch.post(url, body, headers, proxy=fleet.crawl.proxy if robot else "")

    return found


def _server(settings: MailSettings, password: str, patience: float) -> mail.Server:
    return mail.Server(
        host=settings.host,
        port=settings.port,
        security=mail.Security(settings.security),
        user=settings.user,
        password=password,
        timeout=patience,
    )
