"""The freshness monitor for public portals: crawls, judges and reports."""

__version__ = "0.1.0"
