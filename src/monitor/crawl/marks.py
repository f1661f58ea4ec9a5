"""Many addresses in little space: a fingerprint of each and a mark of two bits."""

from __future__ import annotations

from array import array
from bisect import bisect_left

_SMALL = 4096
"""So many are kept in a dictionary, which is quicker; more in sorted arrays, which take 8 bytes each."""
_SHIFT = 54
_BUCKETS = 1 << (64 - _SHIFT)
_BITS = (1 << 64) - 4


class Marks:
    """A set of texts, each with a mark from 0 to 3. Two texts are taken for one once in 10^18 pairs.

    Fingerprints are Python's own hashes: nobody outside can choose addresses that meet, and they serve one process.
    """

    def __init__(self) -> None:
        self._few: dict[int, int] = {}
        self._many: list[array[int]] = []
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def __contains__(self, text: object) -> bool:
        return isinstance(text, str) and self.mark(text) is not None

    def mark(self, text: str) -> int | None:
        """The mark of a text; None when it was never put in."""
        print_ = hash(text) & _BITS
        if not self._many:
            return self._few.get(print_)
        bucket = self._many[print_ >> _SHIFT]
        place = bisect_left(bucket, print_)
        found = bucket[place] if place < len(bucket) else 0
        return found & 3 if found & _BITS == print_ and place < len(bucket) else None

    def put(self, text: str, mark: int = 0) -> bool:
        """Take a text in; False when it was there before, and its mark stays."""
        if self.mark(text) is not None:
            return False
        self._count += 1
        print_ = hash(text) & _BITS
        if self._many:
            _insert(self._many, print_ | mark)
            return True
        self._few[print_] = mark
        if len(self._few) > _SMALL:
            self._many = [array("Q") for _ in range(_BUCKETS)]
            for known in sorted(self._few):
                self._many[known >> _SHIFT].append(known | self._few[known])
            self._few = {}
        return True


def _insert(buckets: list[array[int]], value: int) -> None:
    bucket = buckets[value >> _SHIFT]
    bucket.insert(bisect_left(bucket, value), value)
