"""A server that misbehaves by table: every case a way in which the web answers, what a reader gets, and our verdict.

`python -m faults --serve` (from tests/) keeps it up for other tools; `--list` prints the table; `--check` looks at all.
"""

from faults.case import Case, Truth
from faults.house import House
from faults.table import CASES

__all__ = ["CASES", "Case", "House", "Truth"]
