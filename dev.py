"""Everything a developer does here, one word each: `python3 dev.py`. Needs Python 3.11 or newer with pip, no more."""

from __future__ import annotations

import os
import subprocess
import sys
import venv
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")


def run(*words: str | Path) -> None:
    """Run a command in the project's folder; end with its exit code when it fails."""
    done = subprocess.run([str(word) for word in words], cwd=ROOT, check=False)
    if done.returncode:
        raise SystemExit(done.returncode)


def set_up(lock: str = "requirements-dev.txt") -> None:
    """Make .venv with the pinned, hash-checked packages of a lock file; quick when it is there already."""
    wanted = (ROOT / lock).read_bytes()
    mark = VENV / f"installed-{lock}"
    if mark.exists() and mark.read_bytes() == wanted:
        return
    print(f"Setting up {VENV.name} from {lock} (a minute, once) ...", flush=True)
    if not PYTHON.exists():
        venv.create(VENV, with_pip=False)  # Debian's Python cannot put pip into it; the pip outside serves both
    pip = (sys.executable, "-m", "pip", "--python", PYTHON, "--disable-pip-version-check", "--quiet", "install")
    run(*pip, "--require-hashes", "--only-binary", ":all:", "-r", lock)
    run(*pip, "--no-deps", "--no-build-isolation", "--no-index", "--editable", ".")
    mark.write_bytes(wanted)


def demo() -> None:
    """Set up, crawl the made-up city, write its report, and say where it is."""
    if not (VENV / "installed-requirements-dev.txt").exists():
        set_up("requirements.txt")
    run(PYTHON, "-m", "monitor", "demo", *sys.argv[2:])


def test() -> None:
    """Set up and run the tests; further words go to pytest."""
    set_up()
    run(PYTHON, "-m", "pytest", "-n", "auto", "--dist", "loadfile", *sys.argv[2:])


def lint() -> None:
    """Style, import order, layers: whatever can be said without running the code."""
    set_up()
    run(BIN / "ruff", "check", ".")
    run(BIN / "ruff", "format", "--check", ".")
    run(BIN / "lint-imports")


def types() -> None:
    """Check the types, strictly."""
    set_up()
    run(BIN / "mypy")


def gold() -> None:
    """Score the reading of pages against the labelled real ones, with pinned floors."""
    set_up()
    run(PYTHON, "tests/gold/test_gold.py")
    run(PYTHON, "-m", "pytest", "-q", "tests/gold", *sys.argv[2:])


def browser() -> None:
    """Install the browser's driver and run the tests that need a real one; Chromium must be on the PATH."""
    set_up()
    set_up("requirements-browser.txt")
    run(PYTHON, "-m", "pytest", "-n", "auto", "tests/test_render.py", *sys.argv[2:])


def kill() -> None:
    """Kill the daily run at 100 moments (or as many as the next word says), and see that nothing is lost."""
    set_up()
    run(PYTHON, "tests/kill.py", *sys.argv[2:])


def month() -> None:
    """Play 30 days of the living demo city (or as many as the next word says), and judge what became of its notices."""
    set_up()
    run(PYTHON, "tests/month.py", *sys.argv[2:])


def post() -> None:
    """Mail 10,000 notices (or as many as the next word says) through a server that fails, and see that none is lost."""
    set_up()
    run(PYTHON, "tests/post.py", *sys.argv[2:])


def bench() -> None:
    """Race the monitor against other link checkers on generated portals; the next words go to bench/side_by_side.py."""
    set_up()
    run(PYTHON, "bench/side_by_side.py", *(sys.argv[2:] or ["cold"]))


def schema() -> None:
    """Write the JSON Schema of sites.yaml from the code that enforces it."""
    set_up()
    code = "from monitor import config; import sys; sys.stdout.write(config.schema())"
    text = subprocess.run([str(PYTHON), "-c", code], cwd=ROOT, check=True, capture_output=True, encoding="utf-8").stdout
    (ROOT / "src/monitor/data/sites.schema.json").write_text(text, encoding="utf-8")


def words() -> None:
    """Compile the catalogues of phrases, once they are whole and agree."""
    set_up()
    run(PYTHON, "tools/catalogues.py", "src/monitor/locale")


def forms() -> None:
    """Make the forms for papers that ship in the package; offices change theirs in Word."""
    set_up()
    run(PYTHON, "tools/forms.py", "src/monitor/report/forms")


def lock() -> None:
    """Pin all packages anew, with hashes and without the address of any index. Needs `uv`."""
    common = (
        "uv",
        "pip",
        "compile",
        "--quiet",
        "--universal",
        "--generate-hashes",
        "--no-emit-index-url",
        "--no-annotate",
    )
    common += ("--custom-compile-command", "python3 dev.py lock", "--python-version", "3.11", "pyproject.toml")
    run(*common, "--group", "build", "-o", "requirements.txt")
    run(*common, "--group", "dev", "-o", "requirements-dev.txt")
    run(*common, "--extra", "browser", "--constraint", "requirements-dev.txt", "-o", "requirements-browser.txt")


def check() -> None:
    """All that must be green before a change lands: lint, types, tests."""
    lint()
    types()
    test()


TASKS: dict[str, Callable[[], None]] = {
    task.__name__: task
    for task in (demo, test, lint, types, check, gold, browser, kill, month, post, bench, schema, words, forms, lock)
}


def main() -> None:
    """Do the task that the first word names, or list them all."""
    task = TASKS.get(sys.argv[1]) if len(sys.argv) > 1 else None
    if task is None:
        print("python3 dev.py TASK\n")
        for name, known in TASKS.items():
            print(f"  {name:8} {known.__doc__}")
        raise SystemExit(2 if len(sys.argv) > 1 else 0)
    task()


if __name__ == "__main__":
    main()
