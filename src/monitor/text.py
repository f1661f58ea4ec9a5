"""Strangers' text: bytes to letters by the web's rules, letters made safe. Door for charset_normalizer."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from charset_normalizer import from_bytes

# C0, DEL, C1, bidi controls and isolates, zero-width and line separators, BOM, surrogates, unseen notes and shorthand.
_CONTROL = (
    "\x00-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufeff\ufff0-\ufffb\ufffe\uffff"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
)
# Letters by name that show nothing, and isprintable() by Python's: fillers, tags, variation selectors but emoji's.
_BLANK = "\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0d\uffa0\U000e0000-\U000e0fff"
# Marks above, below and through a letter: without end they cover the lines around it.
_MARK = (
    "\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u0610-\u061a\u064b-\u065f\u06d6-\u06e8\u0e34-\u0e3a\u0e47-\u0e4e"
    "\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20f0\ufe20-\ufe2f"
)
_UNSAFE = re.compile(f"[{_CONTROL}{_BLANK}]+")
_PILE = re.compile(f"([{_MARK}]{{4}})[{_MARK}]+")
_RARE = re.compile(f"[{_BLANK}{_MARK}]")
_SPACES = re.compile(r"\s+")


def printable(text: str, limit: int = 200) -> str:
    """One line that cannot steer a terminal, a log, a mail header or a spreadsheet, nor cover its neighbours.

    Control, bidi and invisible characters become spaces, runs of spaces one; a letter keeps four marks at most; cut to
    `limit` characters with "…".
    """
    if len(text) <= limit and text.isprintable() and (text.isascii() or not _RARE.search(text)):
        return " ".join(text.split())
    line = _PILE.sub(r"\1", _SPACES.sub(" ", _UNSAFE.sub(" ", text[: limit * 8]))).strip()
    return line if len(line) <= limit else line[: limit - 1] + "…"


_SIGNS = frozenset("=+-−@|%'")


def is_formula(line: str) -> bool:
    """Whether a spreadsheet may take a printable line for a formula, or swallow its first letter.

    The wide, small and raised forms of the signs are signs to some spreadsheets of East Asia.
    """
    return unicodedata.normalize("NFKC", line[:1]) in _SIGNS


_UNFIT = re.compile(r'[/\\:*?"<>|]')
_DEVICE = re.compile(r"(?:con|prn|aux|nul|clock\$|conin\$|conout\$|(?:com|lpt)[0-9¹²³])\s*(?:\..*)?", re.IGNORECASE)


def file_name(text: str, limit: int = 200) -> str:
    """Text as the name of a file on any system: it leads into no folder and to no device; never empty.

    Cut to `limit` bytes of UTF-8 before its ending.
    """
    line = _UNFIT.sub("_", printable(text, len(text))).strip(" .")
    if len(line.encode()) > limit:
        stem, dot, ending = line.rpartition(".")
        end = dot + ending if dot and len(ending) <= 8 else ""
        room = limit - len(end.encode())
        line = (stem if end else line).encode()[:room].decode(errors="ignore").rstrip(" .") + end
    line = line or "_"
    return f"_{line}" if _DEVICE.fullmatch(line) else line


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoded:
    """A body as text; `encoding` is the WHATWG name in lower case, `how` the step that decided."""

    text: str
    encoding: str
    how: str


_BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16le"), (b"\xfe\xff", "utf-16be"))
_META = re.compile(
    rb"<meta\b[^>]{0,300}?charset\s*=\s*[\"']?\s*([a-zA-Z0-9_:.-]{1,40})|<\?xml[^>]{0,100}?encoding\s*=\s*[\"']([a-zA-Z0-9_:.-]{1,40})",
    re.IGNORECASE,
)
_HEADER = re.compile(r"charset\s*=\s*[\"']?\s*([a-zA-Z0-9_:.-]{1,40})", re.IGNORECASE)
_GB = [
    "gb2312",
    "gbk",
    "gb18030",
    "gb_2312",
    "gb_2312-80",
    "x-gbk",
    "chinese",
    "csgb2312",
    "iso-ir-58",
    "csiso58gb231280",
    "cp936",
    "ms936",
    "gb2312-80",
    "euc-cn",
    "x-euc-cn",
]
_BIG5 = ("big5", "big5-hkscs", "cn-big5", "csbig5", "x-x-big5", "big5hkscs", "big-5")
_SINGLE = ("koi8-r", "koi8-u", "windows-1250", "windows-1251", "windows-1253", "windows-1254", "windows-1255",
           "windows-1256", "windows-1257", "windows-1258", "windows-874", "iso-8859-2", "iso-8859-5", "iso-8859-7",
           "iso-8859-15", "ibm866", "macintosh", "euc-kr", "shift_jis", "euc-jp", "iso-2022-jp")  # fmt: skip
# WHATWG label -> (canonical name, Python codec). UTF-16 in a meta means UTF-8; unknown labels are no evidence.
_LABELS: dict[str, tuple[str, str]] = {
    **dict.fromkeys(_GB, ("gb18030", "gb18030")),
    **dict.fromkeys(_BIG5, ("big5", "big5hkscs")),
    **{name: (name, name) for name in _SINGLE},
    **dict.fromkeys(("utf-8", "utf8", "unicode-1-1-utf-8", "utf-16", "utf-16le", "utf-16be"), ("utf-8", "utf-8")),
    **dict.fromkeys(
        ("iso-8859-1", "latin1", "ascii", "us-ascii", "windows-1252", "cp1252", "l1"), ("windows-1252", "cp1252")
    ),
    **dict.fromkeys(("cp1251", "x-cp1251", "win-1251"), ("windows-1251", "cp1251")),
    **dict.fromkeys(("koi8", "koi", "cskoi8r"), ("koi8-r", "koi8-r")),
    **dict.fromkeys(("sjis", "ms_kanji", "x-sjis", "windows-31j", "shift-jis"), ("shift_jis", "cp932")),
    **dict.fromkeys(("ks_c_5601-1987", "korean", "windows-949", "cseuckr"), ("euc-kr", "cp949")),
    "iso-8859-9": ("windows-1254", "cp1254"),
    "macintosh": ("macintosh", "mac_roman"),
    "windows-874": ("windows-874", "cp874"),
    "shift_jis": ("shift_jis", "cp932"),
    "euc-kr": ("euc-kr", "cp949"),
}
_SNIFF = 64 * 1024


def decode(body: bytes, content_type: str = "") -> Decoded:
    """Letters from bytes by the web's rules: BOM, strict UTF-8, the labels of header and meta, detection, GB18030.

    Strict UTF-8 wins over a wrong label; gb2312 and gbk mean gb18030. Never raises.
    """
    for mark, name in _BOMS:
        if body.startswith(mark):
            return Decoded(text=body[len(mark) :].decode(name, "replace"), encoding=name, how="byte order mark")
    try:
        return Decoded(text=body.decode("utf-8"), encoding="utf-8", how="valid UTF-8")
    except UnicodeDecodeError as cut:
        # A page cut in the middle of its last letter is still UTF-8.
        if cut.start >= len(body) - 3 and cut.start > 0 and "unexpected end" in cut.reason:
            return Decoded(text=body.decode("utf-8", "replace"), encoding="utf-8", how="valid UTF-8, cut short")
    return _by_label(body, content_type) or _by_detection(body)


def _by_label(body: bytes, content_type: str) -> Decoded | None:
    """The first known label that the bytes obey; else the first that they nearly obey (damaged pages are met)."""
    damaged: Decoded | None = None
    for label, how in _labels(body, content_type):
        name, codec = _LABELS[label]
        try:
            return Decoded(text=body.decode(codec), encoding=name, how=how)
        except UnicodeDecodeError:
            text = body.decode(codec, "replace")
            letters = len(text) or 1
            if damaged is None and text.count("\ufffd") * 50 <= letters:
                damaged = Decoded(text=text, encoding=name, how=how + ", damaged")
    return damaged


def _labels(body: bytes, content_type: str) -> list[tuple[str, str]]:
    found = [(m[1].lower(), "header") for m in [_HEADER.search(content_type[:500])] if m]
    for match in _META.finditer(body[:_SNIFF]):
        found.append(((match[1] or match[2]).decode("ascii").lower(), "meta"))
        if len(found) > 4:
            break
    return [(label, how) for label, how in found if label in _LABELS]


def _by_detection(body: bytes) -> Decoded:
    sample = body[:_SNIFF]
    best = from_bytes(sample, cp_isolation=["gb18030", "big5", "big5hkscs", "utf_8"], threshold=0.5).best()
    name, codec = {
        "big5": ("big5", "big5hkscs"), "big5hkscs": ("big5", "big5hkscs"), "utf_8": ("utf-8", "utf-8"),
    }.get(best.encoding if best else "", ("gb18030", "gb18030"))  # fmt: skip
    how = "detected" if best else "nothing else fits"
    return Decoded(text=body.decode(codec, "replace"), encoding=name, how=how)
