"""What an answer to a message means: a robot that refuses says so with HTTP 200. Pure."""

from __future__ import annotations

import json

from monitor.model import Answer, Posted
from monitor.text import printable

_LATER = frozenset({407, 408, 425, 429})
_TOO_MANY = {
    "wecom": frozenset({-1, 45009, 45033}),
    "dingtalk": frozenset({-1, 130101, 410100}),
    "feishu": frozenset({11232, 99991400}),
}
"""Robots' own codes for "busy" and "too many messages"; all others are final."""
_WORDS = 4000


def verdict(kind: str, answer: Answer) -> tuple[Posted, str]:
    """What became of a message, and why in one line; the other side's own words where it said any."""
    if answer.status is None:
        return (Posted.UNCERTAIN if answer.gone else Posted.RETRY), answer.trouble
    code, words = _own(answer.body) if kind != "webhook" else (None, "")
    said = f"HTTP {answer.status}"
    if kind == "webhook" and answer.status // 100 != 2 and not answer.body.lstrip().startswith(b"<"):
        said = f"{said} {printable(answer.body.decode('utf-8', 'replace'), _WORDS)}".strip()
    if code is not None:
        said = f"{code} {words}".strip() if answer.status == 200 else f"{said}: {code} {words}".strip()
        if code in _TOO_MANY[kind]:
            return Posted.RETRY, said
    if answer.status // 100 == 5 or answer.status in _LATER:
        return Posted.RETRY, said
    if answer.status // 100 == 3:
        return Posted.REFUSED, f"{said}: it points to another address, which is not followed"
    if answer.status // 100 != 2:
        return Posted.REFUSED, said
    if kind == "webhook" or code == 0:
        return Posted.SENT, said
    if code is not None:
        return Posted.REFUSED, said
    # It may have been taken all the same, so that trying for days would fill the group with copies.
    return Posted.UNCERTAIN, f"{said}, but {answer.trouble or 'it does not answer as a robot does'}"


def _own(body: bytes) -> tuple[int | None, str]:
    """A robot's code, 0 for taken, and its words; None when it said none."""
    try:
        told = json.loads(body)
    except ValueError:
        return None, ""
    if not isinstance(told, dict):
        return None, ""
    code = next((told[name] for name in ("errcode", "code", "StatusCode") if name in told), None)
    words = next((told[name] for name in ("errmsg", "msg", "StatusMessage") if name in told), "")
    if not isinstance(code, int) or isinstance(code, bool):
        return None, ""
    return code, printable(str(words), _WORDS)
