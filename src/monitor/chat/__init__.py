"""Messages to chat robots and webhooks: rows of the outbox handed over, one answer each."""

from __future__ import annotations

import hashlib
import hmac
import importlib.util
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Protocol
from urllib.parse import quote

from monitor.chat.keys import Key, key_of
from monitor.chat.parcel import Parcel
from monitor.chat.verdict import verdict
from monitor.model import Answer, ChatTarget, Outcome, Outgoing, Posted
from monitor.text import printable

__all__ = ["CHANNEL", "WEBHOOK", "Post", "lacking", "outcomes"]

CHANNEL = "chat"
"""The outbox's word for these rows: their sender is the kind of target, their recipient its name."""
WEBHOOK = "webhook"
_INSTALL = 'the library for chat robots is missing: pip install "freshness-monitor[chat]"'
_SHORTEST = 6
"""Letters; a shorter word is no secret, and would be struck out everywhere."""


class Post(Protocol):
    """Something that posts bytes."""

    def __call__(self, url: str, body: bytes, headers: Mapping[str, str], /, *, robot: bool) -> Answer:
        """Post them once and give the answer; `robot`: to the outside, and not to a program of the office."""


def outcomes(
    targets: Sequence[ChatTarget],
    rows: Iterable[Outgoing],
    *,
    secrets: Mapping[str, str],
    post: Post,
    clock: Callable[[], float],
) -> Iterator[Outcome]:
    """Hand each row to its target; one outcome a row, in order, whatever happens.

    `secrets` by the names of their variables, as the environment has them. What is missing on our side is RETRY.
    `clock` gives seconds since 1970.
    """
    by_name = {target.name: target for target in targets}
    for row in rows:
        target = by_name.get(row.recipient)
        if target is None or target.kind != row.sender:
            yield _outcome(row, Posted.REFUSED, f"sites.yaml has no {row.sender} of this name any more")
            continue
        prepared = _prepared(target, row, secrets, clock())
        if isinstance(prepared, str):
            yield _outcome(row, Posted.RETRY, prepared)
            continue
        answer = post(prepared.url, prepared.body, prepared.headers, robot=target.kind != WEBHOOK)
        state, reason = verdict(target.kind, answer)
        yield _outcome(row, state, _without(reason, [secrets.get(name, "") for name in _variables(target)]))


def lacking(targets: Sequence[ChatTarget], secrets: Mapping[str, str]) -> tuple[str, ...]:
    """What keeps messages from being sent, a sentence each; nothing is sent."""
    found = [f"{target.name}: {said}" for target in targets if isinstance(said := _key(target, secrets), str)]
    robots = any(target.kind != WEBHOOK for target in targets)
    return tuple(found) + ((_INSTALL,) if robots and importlib.util.find_spec("apprise") is None else ())


def _variables(target: ChatTarget) -> list[str]:
    return [name for name in (target.key_env, target.secret_env) if name]


def _key(target: ChatTarget, secrets: Mapping[str, str]) -> Key | str:
    """A target's key and secret, or what is wrong with its variables."""
    for name in _variables(target):
        if not secrets.get(name, "").strip():
            return f"the environment variable {name} is not set"
    secret = secrets.get(target.secret_env, "") if target.secret_env else ""
    if target.kind == WEBHOOK:
        return Key(host="", key="", secret=secret.strip())
    key = key_of(target.kind, secrets[target.key_env], secret)
    return key if isinstance(key, Key) else f"the environment variable {' or '.join(_variables(target))}: {key}"


def _prepared(target: ChatTarget, row: Outgoing, secrets: Mapping[str, str], at: float) -> Parcel | str:
    """What is to be posted for a row, or why it cannot be."""
    key = _key(target, secrets)
    if isinstance(key, str):
        return key
    if target.kind != WEBHOOK:
        try:
            from monitor.chat.robot import parcel
        except ImportError:
            return _INSTALL
        return parcel(target.kind, key, row.content.decode(), at=at)
    headers = {"Content-Type": "application/json", "User-Agent": "FreshnessMonitor", "X-Monitor-Delivery": row.id}
    if key.secret:
        signature = hmac.new(key.secret.encode(), row.content, hashlib.sha256).hexdigest()
        headers["X-Monitor-Signature"] = f"sha256={signature}"
    return Parcel(url=target.url, body=row.content, headers=headers)


def _without(text: str, secrets: Iterable[str]) -> str:
    """The other side's words without what only we should know, should it repeat that."""
    for secret in secrets:
        for part in (secret.strip(), *secret.replace("?", "/").replace("=", "/").split("/")[-1:]):
            for form in {part, quote(part, safe="")}:
                if len(form) >= _SHORTEST:
                    text = text.replace(form, "…")
    return text


def _outcome(row: Outgoing, state: Posted, reason: str) -> Outcome:
    return Outcome(id=row.id, recipient=row.recipient, state=state, reason=printable(reason, 300))
