"""A text as a chat robot wants to be sent it. Door for apprise."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import logging
from types import ModuleType, SimpleNamespace
from typing import Any
from urllib.parse import urlencode, urlsplit, urlunsplit

from apprise.plugins import dingtalk, feishu, wecombot

from monitor.chat.keys import Key
from monitor.chat.parcel import Parcel

for _name in ("apprise", "urllib3"):
    logging.getLogger(_name).setLevel(logging.CRITICAL)  # what they say may hold a key; we tell what happened


def parcel(kind: str, key: Key, text: str, *, at: float) -> Parcel:
    """The text as a robot wants it, signed where it has a secret. `at`: seconds since 1970, for Feishu's signature."""
    module, plugin = _plugin(kind, key)
    asked = _overheard(module, plugin, text)
    parts = urlsplit(asked.url)
    if parts.scheme != "https":
        raise RuntimeError(f"apprise would reach {kind} without TLS")
    body = _signed(asked.body, key.secret, at) if kind == "feishu" and key.secret else asked.body
    url = urlunsplit(parts._replace(netloc=key.host, path=parts.path.rstrip("/")))
    return Parcel(url=url, body=body, headers=asked.headers)


def _plugin(kind: str, key: Key) -> tuple[ModuleType, Any]:
    """The plugin for a kind of robot, and the module that it stands in."""
    if kind == "wecom":
        return wecombot, wecombot.NotifyWeComBot(key=key.key)
    if kind == "dingtalk":
        return dingtalk, dingtalk.NotifyDingTalk(token=key.key, secret=key.secret or None)
    return feishu, feishu.NotifyFeishu(token=key.key)


def _overheard(module: Any, plugin: Any, text: str) -> Parcel:
    """What a plugin would post. It shows that to nobody, so it is given a `requests` that only listens."""
    heard: list[Parcel] = []

    def listen(url: str, *, data: str | bytes, headers: dict[str, str], params: Any = None, **_: object) -> Any:
        # The plugin has quoted its signature already: quoted twice, DingTalk would refuse it (310000).
        query = urlencode(params or {}, safe="%")
        body = data.encode() if isinstance(data, str) else data
        heard.append(Parcel(url=url + (f"&{query}" if query else ""), body=body, headers=dict(headers)))
        return SimpleNamespace(status_code=200, content=b"{}")

    real = module.requests
    module.requests = SimpleNamespace(post=listen, codes=real.codes, RequestException=real.RequestException)
    try:
        plugin.send(body=text)
    finally:
        module.requests = real
    if len(heard) != 1:
        raise RuntimeError(f"apprise would post {len(heard)} messages instead of one")
    return heard[0]


def _signed(body: bytes, secret: str, at: float) -> bytes:
    """The message with the signature that Feishu asks for, of which apprise knows nothing."""
    stamp = str(int(at))
    sign = hmac.new(f"{stamp}\n{secret}".encode(), digestmod=hashlib.sha256).digest()
    whole = {"timestamp": stamp, "sign": base64.b64encode(sign).decode(), **json.loads(body)}
    return json.dumps(whole, ensure_ascii=False).encode()
