"""Charsets: told truly, told falsely, and names that must never be believed."""

from __future__ import annotations

from faults.case import ALIVE, UNVERIFIED, Case, Truth, answer, case, markup

G = "letters"
_RARE = markup("人事任免：朱镕基、镕、喆、堃、祎。" + "关于印发实施方案的通知。" * 20, "朱镕基同志题词 喆")
_ASCII = markup("Notice on the grain purchase. " * 20, "Notice on grain")


def _said(name: str, charset: str | None, body: bytes, shows: str) -> Case:
    kind = "text/html" if charset is None else f"text/html; charset={charset}"
    return case(name, G, answer(body, kind=kind), Truth.PAGE, ALIVE, shows=shows)


def _meta(name: str, tag: str, body_charset: str, shows: str = "朱镕基") -> Case:
    page = markup("人事任免：朱镕基。" + "关于印发实施方案的通知。" * 20, "朱镕基", head=tag)
    return case(name, G, answer(page.encode(body_charset), kind="text/html"), Truth.PAGE, ALIVE, shows=shows)


_NEVER = (
    *("rot13", "hex", "base64", "zlib", "bz2", "uu", "quopri", "idna", "punycode", "undefined", "mbcs", "oem"),
    *("unicode_escape", "raw_unicode_escape", "utf-7", "utf-32", "utf-16", "cp037", "x-user-defined", "replacement"),
    *("none", "gb2312,utf-8", "../../etc/passwd", "a" * 900, "%s%n", "utf8mb4"),
)

CASES = (
    _said("utf-8", "utf-8", _RARE.encode(), "朱镕基"),
    _said("utf-8-bom", None, b"\xef\xbb\xbf" + _RARE.encode(), "朱镕基"),
    _said("utf-8-bom-lying", "gbk", b"\xef\xbb\xbf" + _RARE.encode(), "朱镕基"),
    _said("gbk", "gbk", _RARE.encode("gbk"), "朱镕基"),
    _said("gb2312-means-gbk", "gb2312", _RARE.encode("gbk"), "朱镕基"),
    _said("gb2312-on-utf-8", "gb2312", _RARE.encode(), "朱镕基"),
    _said("utf-8-on-gbk", "utf-8", _RARE.encode("gbk"), "朱镕基"),
    _said("gb18030-four-bytes", "gb18030", markup("㐀㐁 朱镕基" * 30, "㐀").encode("gb18030"), "㐀㐁"),
    _said("big5", "big5", "<html><title>糧食收購</title><p>關於糧食收購工作的通知，發布時間。</html>".encode("big5"), "糧食收購"),
    _said("windows-1251", "windows-1251",("<html><title>Закупка</title><p>" + "Объявление о закупке зерна. " * 20 + "</html>").encode("cp1251"),
          "Объявление"),
    _said("latin-1-on-gbk", "iso-8859-1", _RARE.encode("gbk"), ""),
    _said("silent-gbk", None, _RARE.encode("gbk"), "朱镕基"),
    _said("silent-utf-8", None, _RARE.encode(), "朱镕基"),
    _said("quoted", '"gbk"', _RARE.encode("gbk"), "朱镕基"),
    _said("single-quoted", "'gbk'", _RARE.encode("gbk"), "朱镕基"),
    _said("spaces", " gbk ", _RARE.encode("gbk"), "朱镕基"),
    _said("charset-empty", "", _RARE.encode(), "朱镕基"),
    _said("utf-16-bom", None, _RARE.encode("utf-16"), "朱镕基"),
    _said("utf-16-bom-big", None, b"\xfe\xff" + _RARE.encode("utf-16-be"), "朱镕基"),
    _said("utf-16le-said", "utf-16le", _RARE.encode("utf-16-le"), ""),
    case("utf-16-silent", G, answer(_RARE.encode("utf-16-le"), kind="text/html"), Truth.BROKEN, ALIVE, UNVERIFIED),
    _said("bad-bytes-in-utf-8", "utf-8", _RARE.encode().replace("通知".encode(), b"\xe9\x80", 1), "朱镕基"),
    _said("bad-bytes-in-gbk", "gbk", _RARE.encode("gbk").replace(b"</title>", b"\xff</title>", 1), "朱镕基"),
    _said("cut-letter", "utf-8", _RARE.encode()[: _RARE.encode().rindex("通".encode()) + 1], "朱镕基"),
    _meta("meta", '<meta charset="gbk">', "gbk"),
    _meta("meta-old", '<meta http-equiv="Content-Type" content="text/html; charset=gb2312">', "gbk"),
    _meta("meta-lying", '<meta charset="utf-8">', "gbk"),
    _meta("meta-utf-16", '<meta charset="utf-16">', "utf-8"),
    _meta("meta-twice", '<meta charset="gbk"><meta charset="utf-8">', "gbk"),
    _meta("meta-broken", "<meta charset=gbk", "gbk", ""),
    _meta("meta-late", "<!--" + "x" * 3000 + '--><meta charset="gbk">', "gbk"),
    _meta("meta-in-comment", '<!-- <meta charset="big5"> --><meta charset="gbk">', "gbk"),
    *(_said(f"never-{n[:20].replace('/', '-').replace('.', '').replace(',', '-').replace('%', '')}", n, _ASCII.encode(),
            "grain purchase") for n in _NEVER),
)  # fmt: skip
