"""Run one command and say what it took: wall, CPU of it and all its children, peak memory of its largest process.

`run` does it in a small process of its own (this file as a script): the kernel counts a child's memory from before it
became another program, so a large parent would be measured instead of a small tool.
"""

import json
import os
import signal
import sys
import time

CHILD_ONLY = __name__ == "__main__"
if not CHILD_ONLY:
    import subprocess
    from dataclasses import dataclass
    from pathlib import Path

    @dataclass(frozen=True, slots=True, kw_only=True)
    class Took:
        """What a command took. Seconds and megabytes."""

        wall: float
        cpu: float
        peak: float
        code: int
        stopped: bool
        """Whether it was ended at the limit; what its children took is then not counted."""
        out: str

    def run(words: list[str], folder: Path, limit: float) -> Took:
        """Run a command in a folder; its output is kept there, too."""
        out = folder / "out.txt"
        asked = [sys.executable, "-I", "-S", __file__, str(limit), str(out), str(folder / "err.txt"), *words]
        said = subprocess.run(asked, cwd=folder, stdout=subprocess.PIPE, check=True, text=True).stdout
        return Took(**json.loads(said), out=out.read_text("utf-8", "replace"))


def _child(limit: float, out: str, err: str, words: list[str]) -> None:
    begun = time.monotonic()
    pid = os.fork()
    if pid == 0:
        os.setsid()
        for number, name in ((1, out), (2, err)):
            os.dup2(os.open(name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), number)
        os.execvp(words[0], words)  # noqa: S606 - no shell is meant
    stopped = False

    def stop(*_: object) -> None:
        nonlocal stopped
        stopped = True
        os.killpg(pid, signal.SIGKILL)

    signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, limit)
    _, status, used = os.wait4(pid, 0)
    took = {
        "wall": time.monotonic() - begun,
        "cpu": used.ru_utime + used.ru_stime,
        "peak": used.ru_maxrss / 1024,
        "code": os.waitstatus_to_exitcode(status),
        "stopped": stopped,
    }
    print(json.dumps(took))


if CHILD_ONLY:
    _child(float(sys.argv[1]), sys.argv[2], sys.argv[3], sys.argv[4:])
