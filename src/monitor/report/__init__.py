"""Reports: values laid out as pages, tables, JSON, letters and papers. Nothing is judged here."""

from monitor.report.chat import chat_json, chat_text, is_well
from monitor.report.document import document, dump, lines, restore
from monitor.report.dossier import notice_name, printed_notice
from monitor.report.folder import write
from monitor.report.letter import letter
from monitor.report.operator import operator_letter, passed_on
from monitor.report.own import offered, read_style, style_of, to_be_changed
from monitor.report.paper import FORMS, check_forms, circular_of, circular_paper, notice_paper, shipped_form
from monitor.report.sheets import period
from monitor.report.style import PACKAGE, Style
from monitor.report.table import ledger_table
from monitor.report.told import follow_up_letter, notice_letter
from monitor.report.trial import check_style
from monitor.report.view import expiring
from monitor.report.wordform import FormError

__all__ = [
    "FORMS",
    "PACKAGE",
    "FormError",
    "Style",
    "chat_json",
    "chat_text",
    "check_forms",
    "check_style",
    "circular_of",
    "circular_paper",
    "document",
    "dump",
    "expiring",
    "follow_up_letter",
    "is_well",
    "ledger_table",
    "letter",
    "lines",
    "notice_letter",
    "notice_name",
    "notice_paper",
    "offered",
    "operator_letter",
    "passed_on",
    "period",
    "printed_notice",
    "read_style",
    "restore",
    "shipped_form",
    "style_of",
    "to_be_changed",
    "write",
]
