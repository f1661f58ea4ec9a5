"""What an operator is told when a cluster cannot do a run."""

from __future__ import annotations


class ClusterError(Exception):
    """The cluster does not answer, or no longer; the sentence says what to do. What was kept stays."""


class UnfitError(ClusterError):
    """The cluster, or this installation, is not as it must be; the sentence says what to change."""
