"""Rows of the outbox to whoever carries them: the mail server, a chat robot, a webhook."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime

from monitor import chat, fetch, mail
from monitor.model import Answer, Fleet, MailSettings, Outcome, Outgoing, Posted


def outcomes(
    fleet: Fleet, password: str, rows: Sequence[Outgoing], *, now: Callable[[], datetime]
) -> Iterator[Outcome]:
    """Hand each row over by its channel; one outcome a row, each as soon as it is known.

    `password` of the mail server; what robots and webhooks want stands in the environment.
    """

    def post(url: str, body: bytes, headers: Mapping[str, str], /, *, robot: bool) -> Answer:
        return fetch.post(url, body, headers, proxy=fleet.crawl.proxy if robot else "")

    messages = [row for row in rows if row.channel == chat.CHANNEL]
    yield from chat.outcomes(fleet.chat, messages, secrets=os.environ, post=post, clock=lambda: now().timestamp())
    letters = [row for row in rows if row.channel != chat.CHANNEL]
    if fleet.mail is not None:
        yield from mail.outcomes(_server(fleet.mail, password), letters)
        return
    missing = "sites.yaml has no mail: section any more"
    yield from (Outcome(id=r.id, recipient=r.recipient, state=Posted.RETRY, reason=missing) for r in letters)


def _server(settings: MailSettings, password: str) -> mail.Server:
    return mail.Server(
        host=settings.host,
        port=settings.port,
        security=mail.Security(settings.security),
        user=settings.user,
        password=password,
    )
