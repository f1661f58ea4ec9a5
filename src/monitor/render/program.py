"""The browser's program: where it is, how it is started, and why there is none."""

from __future__ import annotations

import importlib.util
import os
import shutil
from pathlib import Path

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "msedge", "microsoft-edge")
_KEPT = frozenset(
    ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "TEMP", "TMP", "SYSTEMROOT", "LOCALAPPDATA", "USERPROFILE")
)
FLAGS = (
    "--disable-gpu",
    "--disable-dev-shm-usage",  # containers have 64 MB there
    "--disable-quic",
    "--dns-prefetch-disable",
    "--no-pings",
    "--disable-features=DnsOverHttps,WebRtcHideLocalIpsWithMdns,MediaRouter,OptimizationHints,Translate",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",  # whatever does not pass the gate goes nowhere
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    "--js-flags=--max-old-space-size=512",
    "--mute-audio",
)


def program(configured: str = "") -> str | None:
    """The path of the browser to be used: the configured one, or the first that is installed; None for none."""
    if configured:
        return configured if Path(configured).is_file() and os.access(configured, os.X_OK) else None
    return next((path for path in map(shutil.which, _NAMES) if path), None)


def absent(configured: str = "") -> str:
    """Why no browser can be used, in one plain clause; "" when one can."""
    if importlib.util.find_spec("playwright") is None:
        return "none is installed: pip install freshness-monitor[browser] and Chromium"
    if program(configured) is None:
        return f"no program at crawl.browser: {configured}" if configured else "no Chromium found: install it"
    return ""


def surroundings() -> dict[str, str]:
    """The environment that the browser is given: no secret of ours among it."""
    return {name: value for name, value in os.environ.items() if name.upper() in _KEPT}


def may_sandbox() -> bool:
    """Whether the browser can lock itself in; as root it cannot."""
    return not hasattr(os, "geteuid") or os.geteuid() != 0
