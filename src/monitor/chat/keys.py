"""How a robot is reached: the key in what an operator copied from the product. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

_PRODUCTS = {
    "wecom": ("qyapi.weixin.qq.com", "/cgi-bin/webhook/send?key=", "[A-Za-z0-9_-]{1,200}"),
    "dingtalk": ("oapi.dingtalk.com", "/robot/send?access_token=", "[A-Za-z0-9]{1,200}"),
    "feishu": ("open.feishu.cn", "/open-apis/bot/v2/hook/", "[A-Za-z0-9_-]{1,200}"),
}
"""Host and path of each product's own address, and the letters of its keys, which stand at the end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """Where a robot listens, and by what it knows us."""

    host: str
    """The product's, or that of an office's own installation."""
    key: str = field(repr=False)
    secret: str = field(default="", repr=False)
    """With which messages are signed; "": they are not."""


def key_of(kind: str, given: str, secret: str = "") -> Key | str:
    """The key in a robot's whole address, or the key alone; what is meant instead where it is neither.

    What was given is not repeated: it may be a secret in the wrong place.
    """
    host, path, letters = _PRODUCTS[kind]
    match = re.fullmatch(rf"(?:https://([^/?#@\s]+){re.escape(path)})?({letters})/?", given.strip())
    if match is None:
        return f"the robot's address is meant, such as https://{host}{path}…, or the key at its end"
    if secret and not re.fullmatch(letters, secret.strip()):
        return "the secret is meant that the robot's settings show for signing"
    return Key(host=match[1] or host, key=match[2], secret=secret.strip())
