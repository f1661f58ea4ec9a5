"""Addresses as browsers see them, by the rules of the URL standard (WHATWG).

The library beneath (ada) carries and passes the web platform's own `urltestdata`; the forms here are our own, written
from the rules, and hold what `monitor.urls` promises on top of it: no fragment in the address, no credentials, queries
in the page's letters, and the keys by which a site's pages are told apart.
"""

from __future__ import annotations

import ada_url
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from monitor import urls

BASE = "http://www.example.gov.cn/zwgk/tzgg/index.html?p=1#top"
SECURE = "https://www.example.gov.cn/zwgk/"
HOST = "http://www.example.gov.cn"
FOLDER = f"{HOST}/zwgk/tzgg"

FORMS: tuple[tuple[str, str | None], ...] = (
    # relative
    ("", f"{FOLDER}/index.html?p=1"),
    ("a.html", f"{FOLDER}/a.html"),
    ("./a.html", f"{FOLDER}/a.html"),
    ("a/b/", f"{FOLDER}/a/b/"),
    ("/a.html", f"{HOST}/a.html"),
    ("/", f"{HOST}/"),
    (".", f"{FOLDER}/"),
    ("./", f"{FOLDER}/"),
    ("?p=2", f"{FOLDER}/index.html?p=2"),
    ("?", f"{FOLDER}/index.html?"),
    ("a?b?c", f"{FOLDER}/a?b?c"),
    ("a;v=1", f"{FOLDER}/a;v=1"),
    ("a:b", "a:b"),
    ("./a:b", f"{FOLDER}/a:b"),
    ("//other.example/x", "http://other.example/x"),
    ("//other.example", "http://other.example/"),
    ("///other.example/x", "http://other.example/x"),
    ("////other.example/x", "http://other.example/x"),
    ("http:a.html", f"{FOLDER}/a.html"),
    ("http:/a.html", f"{HOST}/a.html"),
    ("http:?q", f"{FOLDER}/index.html?q"),
    ("https:a.html", "https://a.html/"),
    ("https:/other.example", "https://other.example/"),
    ("https:other.example/x", "https://other.example/x"),
    ("http:///other.example/", "http://other.example/"),
    # dot segments
    ("..", f"{HOST}/zwgk/"),
    ("../", f"{HOST}/zwgk/"),
    ("../a", f"{HOST}/zwgk/a"),
    ("../../a", f"{HOST}/a"),
    ("../../../../a", f"{HOST}/a"),
    ("/..", f"{HOST}/"),
    ("/a/./b", f"{HOST}/a/b"),
    ("/a/../b", f"{HOST}/b"),
    ("/a/b/..", f"{HOST}/a/"),
    ("/a/b/.", f"{HOST}/a/b/"),
    ("/a/...", f"{HOST}/a/..."),
    ("/a/%2e/b", f"{HOST}/a/b"),
    ("/a/%2E%2e/b", f"{HOST}/b"),
    ("/a/.%2e/b", f"{HOST}/b"),
    ("/a//b", f"{HOST}/a//b"),
    ("/a//../b", f"{HOST}/a/b"),
    # backslashes
    ("\\a", f"{HOST}/a"),
    ("a\\b", f"{FOLDER}/a\\b".replace("\\", "/")),
    ("..\\a", f"{HOST}/zwgk/a"),
    ("\\\\other.example\\x", "http://other.example/x"),
    ("http:\\\\other.example\\x", "http://other.example/x"),
    ("/\\other.example/x", "http://other.example/x"),
    ("/a?b\\c", f"{HOST}/a?b\\c"),
    # blanks, tabs and line ends
    (" a.html ", f"{FOLDER}/a.html"),
    ("\na.html\r\n", f"{FOLDER}/a.html"),
    ("\x00\x1fa.html\x00", f"{FOLDER}/a.html"),
    ("a\tb\nc\r.html", f"{FOLDER}/abc.html"),
    ("ht\ntp://other.ex\tample/", "http://other.example/"),
    ("a b.html", f"{FOLDER}/a%20b.html"),
    ("/a?b c", f"{HOST}/a?b%20c"),
    ("\u3000a.html", f"{FOLDER}/%E3%80%80a.html"),
    ("\u00a0a.html", f"{FOLDER}/%C2%A0a.html"),
    ("http://oth er.example/", None),
    # scheme, host and port
    ("HTTP://Other.Example/A", "http://other.example/A"),
    ("http://other.example:80/", "http://other.example/"),
    ("https://other.example:443/", "https://other.example/"),
    ("http://other.example:443/", "http://other.example:443/"),
    ("https://other.example:80/", "https://other.example:80/"),
    ("http://other.example:/", "http://other.example/"),
    ("http://other.example:0/", "http://other.example:0/"),
    ("http://other.example:08080/", "http://other.example:8080/"),
    ("http://other.example:65535/", "http://other.example:65535/"),
    ("http://other.example:65536/", None),
    ("http://other.example:8a/", None),
    ("http://other.example:-1/", None),
    ("http://:80/", None),
    ("http://", None),
    ("http:///", None),
    ("http://?q", None),
    ("http://other.example.", "http://other.example./"),
    ("http://other..example/", "http://other..example/"),
    ("http://other_house.example/", "http://other_house.example/"),
    ("http://oth%65r.example/", "http://other.example/"),
    ("http://other%2fexample/", None),
    ("http://other%00.example/", None),
    ("http://oth<er.example/", None),
    ("http://oth^er.example/", None),
    ("http://oth|er.example/", None),
    ("http://oth#er.example/", "http://oth/"),
    ("http://oth?er.example/", "http://oth/?er.example/"),
    # letters of the world in hosts
    ("http://政务.中国/", "http://xn--zfr164b.xn--fiqs8s/"),
    ("http://xn--zfr164b.xn--fiqs8s/", "http://xn--zfr164b.xn--fiqs8s/"),
    ("http://政务。中国/", "http://xn--zfr164b.xn--fiqs8s/"),
    ("http://ｅｘａｍｐｌｅ.cn/", "http://example.cn/"),
    ("http://EXÄMPLE.cn/", "http://xn--exmple-cua.cn/"),
    ("http://faß.example/", "http://xn--fa-hia.example/"),
    ("http://a\u00adb.example/", "http://ab.example/"),
    ("http://a\u200bb.example/", "http://ab.example/"),
    ("http://%E4%B8%AD.example/", "http://xn--fiq.example/"),
    ("http://a\ufffdb.example/", None),
    # IPv4 in odd dress
    ("http://127.0.0.1/", "http://127.0.0.1/"),
    ("http://127.1/", "http://127.0.0.1/"),
    ("http://2130706433/", "http://127.0.0.1/"),
    ("http://0x7f000001/", "http://127.0.0.1/"),
    ("http://0x7f.1/", "http://127.0.0.1/"),
    ("http://0177.0.0.01/", "http://127.0.0.1/"),
    ("http://127.0.0.1./", "http://127.0.0.1/"),
    ("http://１２７.０.０.１/", "http://127.0.0.1/"),
    ("http://127。0。0。1/", "http://127.0.0.1/"),
    ("http://0/", "http://0.0.0.0/"),
    ("http://0x/", "http://0.0.0.0/"),
    ("http://256.0.0.1/", None),
    ("http://1.2.3.4.5/", None),
    ("http://4294967296/", None),
    ("http://09.1.1.1/", None),
    ("http://a.1.2.3.4/", None),
    ("http://1.2.3.4a/", "http://1.2.3.4a/"),
    # IPv6
    ("http://[::1]/", "http://[::1]/"),
    ("http://[0:0:0:0:0:0:0:1]:8080/", "http://[::1]:8080/"),
    ("http://[2001:DB8:0:0:1::1]/", "http://[2001:db8::1:0:0:1]/"),
    ("http://[2001:db8:0:1:0:0:0:2]/", "http://[2001:db8:0:1::2]/"),
    ("http://[::ffff:127.0.0.1]/", "http://[::ffff:7f00:1]/"),
    ("http://[::1/", None),
    ("http://::1/", None),
    ("http://[::1]a/", None),
    ("http://[1::2::3]/", None),
    ("http://[::1%25eth0]/", None),
    ("http://[]/", None),
    # percent signs, and letters outside the query
    ("/a%zz", f"{HOST}/a%zz"),
    ("/a%", f"{HOST}/a%"),
    ("/%7Ea", f"{HOST}/%7Ea"),
    ("/~a", f"{HOST}/~a"),
    ("/%e4%b8%ad", f"{HOST}/%e4%b8%ad"),
    ("/中/文.html", f"{HOST}/%E4%B8%AD/%E6%96%87.html"),
    ("/a?b=中", f"{HOST}/a?b=%E4%B8%AD"),
    ('/a"<>`{}', f"{HOST}/a%22%3C%3E%60%7B%7D"),
    ("/a|b[c]", f"{HOST}/a|b[c]"),
    ("/a'(b)", f"{HOST}/a'(b)"),
    ("/a?'\"<>", f"{HOST}/a?%27%22%3C%3E"),
    ("/a?b={}|`", f"{HOST}/a?b={{}}|`"),
    ("/a\x7fb", f"{HOST}/a%7Fb"),
    ("/\U0001f600", f"{HOST}/%F0%9F%98%80"),
    # credentials are neither sent nor shown
    ("http://user@other.example/", "http://other.example/"),
    ("http://user:pass@other.example/x", "http://other.example/x"),
    ("http://a@b@other.example/", "http://other.example/"),
    ("http://other.example@evil.example/", "http://evil.example/"),
    ("http://user:p%40ss@other.example:8080/", "http://other.example:8080/"),
    ("http://@/", None),
    ("/a@b", f"{HOST}/a@b"),
    ("/a?m=a@b", f"{HOST}/a?m=a@b"),
    # other schemes
    ("javascript:void(0)", "javascript:void(0)"),
    ("JavaScript:alert(1)", "javascript:alert(1)"),
    ("mailto:a@b.example", "mailto:a@b.example"),
    ("tel:0451-12345", "tel:0451-12345"),
    ("data:text/html,a b", "data:text/html,a b"),
    ("about:blank", "about:blank"),
    ("file:///C:/a", "file:///C:/a"),
    ("file:\\\\c:\\a", "file:///c:/a"),
    ("file://localhost/a", "file:///a"),
    ("ftp://other.example:21/a", "ftp://other.example/a"),
    ("weixin://dl/chat", "weixin://dl/chat"),
    ("1http://a", f"{FOLDER}/1http://a"),
    ("：//a", f"{FOLDER}/%EF%BC%9A//a"),
)  # fmt: skip


@pytest.mark.parametrize(("href", "address"), FORMS, ids=lambda value: ascii(value)[:50])
def test_a_link_leads_where_a_browser_goes(href: str, address: str | None) -> None:
    found = urls.resolve(BASE, href)
    assert (found[0] if found else None) == address


def test_the_table_is_large() -> None:
    assert len({href for href, _ in FORMS}) == len(FORMS) >= 120


@pytest.mark.parametrize(
    ("href", "address", "fragment"),
    [
        ("#", "/zwgk/tzgg/index.html?p=1", ""),
        ("#a", "/zwgk/tzgg/index.html?p=1", "a"),
        ("#附件", "/zwgk/tzgg/index.html?p=1", "%E9%99%84%E4%BB%B6"),
        ("a#b#c", "/zwgk/tzgg/a", "b#c"),
        ("a# b", "/zwgk/tzgg/a", "%20b"),
        ("/a?b#c?d", "/a?b", "c?d"),
        ("#a@b", "/zwgk/tzgg/index.html?p=1", "a@b"),
        ("/a%23b", "/a%23b", ""),
    ],
)
def test_a_fragment_stands_apart(href: str, address: str, fragment: str) -> None:
    assert urls.resolve(BASE, href) == (HOST + address, fragment)


@pytest.mark.parametrize(
    ("href", "charset", "query"),
    [
        ("?q=通知", "gb18030", "q=%CD%A8%D6%AA"),
        ("?q=通知", "gbk", "q=%CD%A8%D6%AA"),
        ("?q=公告", "big5", "q=%A4%BD%A7i"),
        ("?q=通知", "utf-8", "q=%E9%80%9A%E7%9F%A5"),
        ("?q=通知", "", "q=%E9%80%9A%E7%9F%A5"),
        ("?q=Привет", "windows-1251", "q=%CF%F0%E8%E2%E5%F2"),
        ("?q=通知", "windows-1251", "q=%26%2336890%3B%26%2330693%3B"),
        ("?q=a b&c=<", "gbk", "q=a%20b&c=%3C"),
        ("?q=%CD%A8", "gbk", "q=%CD%A8"),
        ("?q=通知", "no-such-charset", "q=%26%2336890%3B%26%2330693%3B"),
    ],
)
def test_a_query_goes_in_the_letters_of_its_page(href: str, charset: str, query: str) -> None:
    assert urls.resolve(BASE, "/s" + href, charset) == (f"{HOST}/s?{query}", "")


def test_path_and_fragment_go_in_utf_8_whatever_the_page() -> None:
    assert urls.resolve(BASE, "/中?中#中", "gbk") == (f"{HOST}/%E4%B8%AD?%D6%D0", "%E4%B8%AD")


def test_a_base_that_is_none_resolves_only_what_is_absolute() -> None:
    assert urls.resolve("no base", "a.html") is None
    assert urls.resolve("mailto:a@b.example", "a.html") is None
    assert urls.resolve(SECURE, "//other.example/") == ("https://other.example/", "")


@pytest.mark.parametrize(
    ("given", "normal"),
    [
        ("http://WWW.Example.gov.cn", f"{HOST}/"),
        (" http://www.example.gov.cn:80/a/../b?c#d ", f"{HOST}/b?c"),
        ("http://user:pw@www.example.gov.cn/", f"{HOST}/"),
        ("www.example.gov.cn", None),
        ("ftp://www.example.gov.cn/", None),
        ("mailto:a@b.example", None),
        ("", None),
        ("http://[", None),
    ],
)
def test_normalise_takes_web_addresses_only(given: str, normal: str | None) -> None:
    assert urls.normalise(given) == normal


# --- parts ----------------------------------------------------------------------------------


def test_the_parts_of_an_address() -> None:
    address = "https://www.example.gov.cn:8443/zwgk/a.html?b=/c"
    assert urls.authority(address) == "www.example.gov.cn:8443"
    assert urls.host(address) == "www.example.gov.cn"
    assert urls.port(address) == 8443
    assert urls.path(address) == "/zwgk/a.html"
    assert (urls.port("http://a.example/"), urls.port("https://a.example/")) == (80, 443)
    assert urls.host("http://[::1]:8080/") == "::1"
    assert [urls.authority("mailto:a"), urls.host("http://[bad"), urls.path("http://[bad")] == ["", "", ""]


# --- one page under its many names ----------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("http://a.example/", "https://www.a.example/index.html", True),
        ("http://a.example/x/", "http://a.example/x/default.aspx", True),
        ("http://a.example/x/", "http://a.example:80/x/index.jsp", True),
        ("https://a.example:443/x", "http://a.example/x", True),
        ("http://a.example/x;jsessionid=0A1B", "http://a.example/x", True),
        ("http://a.example/x?jsessionid=1&id=7", "http://a.example/x?id=7", True),
        ("http://a.example/x?id=7&utm_source=w&spm=1.2", "http://a.example/x?id=7", True),
        ("http://a.example/x?", "http://a.example/x", True),
        ("http://a.example/x?id=7", "http://a.example/x?id=8", False),
        ("http://a.example/x", "http://a.example/x/", False),
        ("http://a.example/X", "http://a.example/x", False),
        ("http://a.example/x", "http://a.example:8080/x", False),
        ("http://a.example/", "http://b.a.example/", False),
        ("http://a.example/index_1.html", "http://a.example/", False),
        ("http://a.example/myindex.html", "http://a.example/", False),
        ("http://a.example/x?outsid=1", "http://a.example/x", False),
    ],
)
def test_pages_are_told_apart(one: str, other: str, same: bool) -> None:
    assert (urls.same_page(one) == urls.same_page(other)) is same


@pytest.mark.parametrize(
    ("address", "inside"),
    [
        ("http://www.slj.example.gov.cn/a", True),
        ("https://slj.example.gov.cn/a", True),
        ("http://slj.example.gov.cn:80/", True),
        ("http://slj.example.gov.cn:8080/", True),
        ("http://slj.example.gov.cn:8081/", False),
        ("http://example.gov.cn/", False),
        ("http://a.slj.example.gov.cn/", False),
        ("http://slj.example.gov.cn.evil.example/", False),
        ("http://evil.example/slj.example.gov.cn/", False),
        ("http://evilslj.example.gov.cn/", False),
        ("mailto:a@slj.example.gov.cn", False),
        ("http://[bad", False),
    ],
)
def test_what_belongs_to_a_site(address: str, inside: bool) -> None:
    scope = urls.scope_of("http://www.slj.example.gov.cn/index.html", "slj.example.gov.cn:8080")
    assert urls.in_scope(address, scope) is inside


def test_a_scope_is_made_of_addresses_and_bare_hosts() -> None:
    assert urls.scope_of("http://WWW.a.example/x", "B.example", "", "c.example:443") == {
        "a.example",
        "b.example",
        "c.example",
    }
    assert urls.bare("WWW.A.example:443") == "a.example"
    assert not urls.in_scope("", urls.scope_of(""))


# --- whatever stands there ------------------------------------------------------------------

_ODD = st.text(st.sampled_from("htp:/\\?#@[]%.0 1xa中。\t\n&=;\x00\ud800"), max_size=30) | st.text(max_size=60)


@given(_ODD, st.sampled_from((BASE, SECURE, "", "x", "mailto:a")), st.sampled_from(("utf-8", "gbk", "big5", "no-such")))
@example("http://[::1", BASE, "utf-8")
@example("?\ud800", BASE, "gbk")
@example("http://a@\udfff", BASE, "utf-8")
def test_no_text_stops_the_resolving(href: str, base: str, charset: str) -> None:
    found = urls.resolve(base, href, charset)
    if found is None:
        return
    address, _ = found
    assert "#" not in address
    assert address.isascii()
    if urls.is_web(address):
        assert urls.resolve(BASE, address) == (address, ""), "an absolute address is itself"
        assert urls.normalise(address) == address
        assert "@" not in urls.authority(address)
        assert urls.authority(address).startswith(("[", urls.host(address)))
        assert urls.same_page(address)
        assert urls.in_scope(address, urls.scope_of(address))


@given(_ODD)
def test_normalising_twice_changes_nothing(text: str) -> None:
    once = urls.normalise(text)
    assert once is None or urls.normalise(once) == once


@given(_ODD)
def test_no_text_stops_the_telling_apart(text: str) -> None:
    assert urls.in_scope(text, frozenset(("a.example",))) in (True, False)
    assert isinstance(urls.authority(text), str)
    assert isinstance(urls.host(text), str)
    assert isinstance(urls.path(text), str)


@given(
    st.sampled_from(["http://a.example", "https://A.example:443", "http://a.example:80", "http://u:p@a.example", "http://0x7f.1", "http://[::1]:8080", "ftp://a.example", "http://a.example:99999", "file:"]),
    st.sampled_from(["", "/", "/b/c.html", "?q=/x/y", "#/x/y", "/b/?q=1"]),
    st.from_regex(r"(?:/[\w.-]{1,8}){1,4}/?", fullmatch=True),
)  # fmt: skip
def test_plain_paths_resolve_as_the_library_says(start: str, rest: str, href: str) -> None:
    base = start + rest
    try:
        whole = ada_url.join_url(base, href)
    except ValueError:
        assert urls.resolve(base, href) is None
    else:
        assert urls.resolve(base, href) == (urls.without_user(whole), "")
