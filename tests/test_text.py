"""Strangers' text: decoding by the web's rules, and lines that cannot steer a sink."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.text import decode, file_name, is_formula, printable

LETTER = "朱镕基同志：关于印发《实施方案》的通知，各县（市）区人民政府，市政府各委、办、局。"


@pytest.mark.parametrize(
    ("body", "header", "encoding"),
    [
        (LETTER.encode(), "", "utf-8"),
        (LETTER.encode(), "text/html; charset=gb2312", "utf-8"),
        (b"\xef\xbb\xbf" + LETTER.encode(), "", "utf-8"),
        (b"\xff\xfe" + LETTER.encode("utf-16le"), "", "utf-16le"),
        (LETTER.encode("gb18030"), "text/html;charset=GB2312", "gb18030"),
        (b'<meta charset="gbk">' + LETTER.encode("gb18030"), "", "gb18030"),
        (b'<meta charset="utf-8">' + LETTER.encode("gb18030"), "", "gb18030"),
        (LETTER.encode("gb18030"), "", "gb18030"),
        (LETTER.encode("gb18030"), "text/html; charset=rot13", "gb18030"),
        ("中華民國政府資訊公開網最新消息公告".encode("big5"), "text/html; charset=big5", "big5"),
        (("中華民國政府資訊公開網最新消息公告，關於會議的報告。" * 6).encode("big5"), "", "big5"),
        ("Новости администрации".encode("cp1251"), "text/html; charset=windows-1251", "windows-1251"),
    ],
)
def test_decoding(body: bytes, header: str, encoding: str) -> None:
    decoded = decode(body, header)
    assert decoded.encoding == encoding
    assert "\ufffd" not in decoded.text


def test_gb2312_means_gb18030() -> None:
    assert "朱镕基" in decode(LETTER.encode("gb18030"), "text/html; charset=gb2312").text


def test_one_damaged_byte_does_not_lose_the_label() -> None:
    body = b'<meta charset="gb2312">' + (LETTER * 5).encode("gb18030") + b"\xff" + LETTER.encode("gb18030")
    assert decode(body).encoding == "gb18030"
    assert "实施方案" in decode(body).text


@given(st.binary(max_size=400), st.text(max_size=60))
def test_decode_never_raises(body: bytes, header: str) -> None:
    assert isinstance(decode(body, header).text, str)


@given(st.text(max_size=300))
def test_printable_is_one_safe_line(text: str) -> None:
    line = printable(text)
    assert len(line) <= 200
    assert all(c >= " " and c not in "\u202e\u200b\x7f\u2028" for c in line)


@pytest.mark.parametrize("letter", "\u034f\u115f\u180b\u2800\u3164\ufe00\uffa0\U000e0041\U000e0100\U0001d173")
def test_letters_that_show_nothing_are_spaces_in_short_and_long_texts(letter: str) -> None:
    assert printable(f"公{letter}告") == "公 告"
    assert printable(letter) == ""
    assert printable(f"公{letter}告" + "x" * 300) == "公 告" + "x" * 196 + "…"


def test_a_letter_keeps_four_marks_and_scripts_that_need_them_stay() -> None:
    assert printable("a" + "\u0336" * 50 + "b") == "a" + "\u0336" * 4 + "b"
    for text in ("نَصٌّ", "ที่นี่", "שָׁלוֹם", "Việt Nam", "☎️ 电话"):
        assert printable(text) == text


@pytest.mark.parametrize("sign", "=+-−@|%'＝＋－＠｜％＇﹦﹢﹣﹫⁺⁻")
def test_signs_of_formulas_in_every_width(sign: str) -> None:
    assert is_formula(f"{sign}1+1")


@pytest.mark.parametrize("text", ["", "1-1", "公告", "#", "a=b", "“=1”", "·"])
def test_what_is_no_formula(text: str) -> None:
    assert not is_formula(text)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("〔2026〕17号.docx", "〔2026〕17号.docx"), ("../../etc/passwd", "_.._etc_passwd"), ("C:\\x.eml", "C__x.eml"), ("con.txt", "_con.txt"),
        ("LPT1", "_LPT1"), ("nul .x.eml", "_nul .x.eml"), ("", "_"), ("..", "_"), ("a\r\nb\0.csv", "a b .csv"), ("x.html::$DATA", "x.html__$DATA"),
        ("长" * 100 + ".docx", "长" * 65 + ".docx"), ("x" * 300, "x" * 200), ("report.", "report"), ("\u202egnp.exe", "gnp.exe"),
    ],
)  # fmt: skip
def test_a_file_name_is_one_on_every_system(text: str, name: str) -> None:
    assert file_name(text) == name
