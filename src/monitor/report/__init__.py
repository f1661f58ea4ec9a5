"""Reports: values laid out as pages, tables, JSON and letters. Nothing is judged here."""

from monitor.report.document import document, dump, lines, restore
from monitor.report.folder import write
from monitor.report.letter import letter
from monitor.report.sheets import period
from monitor.report.view import expiring

__all__ = ["document", "dump", "expiring", "letter", "lines", "period", "restore", "write"]
