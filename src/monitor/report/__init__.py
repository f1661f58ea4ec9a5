"""Reports: values laid out as pages, tables, JSON, letters and papers. Nothing is judged here."""

from monitor.report.document import document, dump, lines, restore
from monitor.report.dossier import notice_name, printed_notice
from monitor.report.folder import write
from monitor.report.letter import letter
from monitor.report.paper import FORMS, check_forms, circular_of, circular_paper, notice_paper, shipped_form
from monitor.report.sheets import period
from monitor.report.table import ledger_table
from monitor.report.view import expiring
from monitor.report.wordform import FormError

__all__ = [
    "FORMS",
    "FormError",
    "check_forms",
    "circular_of",
    "circular_paper",
    "document",
    "dump",
    "expiring",
    "ledger_table",
    "letter",
    "lines",
    "notice_name",
    "notice_paper",
    "period",
    "printed_notice",
    "restore",
    "shipped_form",
    "write",
]
