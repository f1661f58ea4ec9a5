"""A glance at an article sees what reading it whole sees, page after page of one site."""

from __future__ import annotations

import tracemalloc
from datetime import date
from pathlib import Path

import pytest

from gold.traps import TRAPS
from monitor import links
from monitor.model import Fetch, PageKind, Place
from monitor.page import Glances, read
from monitor.page.glance.memory import Memory, Room
from monitor.text import decode
from soup import FORMS, soup

SHARED = Path(__file__).resolve().parents[2] / "shared"
TODAY = date(2026, 11, 23)
ARTICLE = "http://www.example.gov.cn/gzdt/202611/t20261103_1234567.html"
PROSE = "为进一步做好相关工作，现将有关事项通知如下，请各单位结合实际认真贯彻落实。" * 20
FRAME = """<!DOCTYPE html>
<html><head>
<meta charset="utf-8">
<title>关于防汛工作的通知</title>
<script src="/js/jquery.js"></script>
</head>
<body>
<div class="header">
<ul class="nav">
<li><a href="/">首页</a></li>
<li><a href="/tzgg/">通知公告</a></li>
</ul>
</div>
<div class="text">
{}
<p>{}</p>
</div>
<div class="footer">
<a href="http://www.gov.cn/"><img src="/logo.png" alt="中国政府网"></a>
</div>
</body></html>
"""


def agree(glances: Glances, body: bytes, url: str) -> bool:
    """Whether a glance answered; fails where it answered otherwise than the page read whole."""
    glance = glances.at(body, url)
    if glance is None:
        return False
    page = read(body, url, TODAY)
    assert page.kind is PageKind.ARTICLE
    assert set(glance.outlinks) == set(page.outlinks)
    assert set(glance.bad_links) == set(page.bad_links)
    assert page.next_page is None
    assert page.forwards_to is None
    fetch = Fetch(asked=url, url=url, status=200, body=body)
    quick = None if glance.doubtful else links.plainly_alive(fetch, title=glance.title, letters=glance.letters)
    assert quick in (None, links.verdict(fetch, text=decode(body).text))
    return True


def real_pages() -> list[tuple[str, Path]]:
    folders = [SHARED / "sites", SHARED / "pages"]
    if not all(folder.is_dir() for folder in folders):
        pytest.skip(f"the real pages are not here: {SHARED}/pages or {SHARED}/sites is absent")
    found = ((f, p) for f in folders for p in sorted(f.rglob("*")) if p.suffix in (".html", ".htm", ".shtml"))
    return [(p.relative_to(f).parts[0], p) for f, p in found]


def test_real_pages_look_the_same() -> None:
    pages = real_pages()
    glances = {site: Glances(links.DOUBTS) for site, _ in pages}
    answered = 0
    for site, path in pages:
        address = f"http://www.example.gov.cn/{path.relative_to(SHARED)}"
        answered += agree(glances[site], path.read_bytes(), address)
    assert answered > 280


def test_traps_look_the_same() -> None:
    glances = Glances(links.DOUBTS)
    for trap in TRAPS:
        agree(glances, trap.body.encode(), ARTICLE)
        agree(glances, FRAME.format(trap.body, PROSE).encode(), ARTICLE)


@pytest.mark.parametrize("form", FORMS)
def test_forms_look_the_same(form: str) -> None:
    for written in (form, form.replace(">", ">\n")):
        agree(Glances(), FRAME.format(written, PROSE).encode(), ARTICLE)


def test_soup_looks_the_same() -> None:
    glances = Glances(links.DOUBTS)
    answered = 0
    for seed in range(1200):
        markup = soup(seed).replace("<body>", "").replace("</div>", "</div>\n")
        answered += agree(glances, FRAME.format(markup, PROSE).encode(), ARTICLE)
    assert answered > 100


def test_a_frame_seen_before_serves_in_another_folder_and_place() -> None:
    glances = Glances()
    line = '<li><a href="a.html">一</a></li>\n'
    first = FRAME.format(f"<ul>\n{line}</ul>", PROSE).encode()
    second = FRAME.format(f'<div class="foot">\n<ul>\n{line}</ul>\n</div>', PROSE).encode()
    assert agree(glances, first, "http://www.example.gov.cn/a/t20261103_1.html")
    assert agree(glances, second, "http://www.example.gov.cn/b/t20261103_2.html")
    glance = glances.at(second, "http://www.example.gov.cn/b/t20261103_2.html")
    assert glance is not None
    assert [o.place for o in glance.outlinks if o.url == "http://www.example.gov.cn/b/a.html"] == [Place.FOOTER]


def test_a_link_is_one_object_page_after_page() -> None:
    glances = Glances()
    one = glances.at(FRAME.format("<p>一</p>", PROSE).encode(), ARTICLE)
    two = glances.at(FRAME.format("<p>二</p>", PROSE).encode(), ARTICLE.replace("4567", "4568"))
    assert one is not None
    assert two is not None
    assert {id(o) for o in one.outlinks} == {id(o) for o in two.outlinks}


@pytest.mark.parametrize(
    "part",
    [
        '<meta http-equiv="refresh" content="0;url=/x.html">',
        "<script>location.href='/x.html';</script>",
        '<a href="2.html">下一页</a>',
        '<script>createPageHTML(9, 0, "index", "html");</script>',
        "<ul>" + "<li><a href=1.html>关于安全生产的通知公告</a><span>2026-11-03</span></li>" * 12 + "</ul>",
    ],
)
def test_what_may_be_more_than_an_article_is_left_to_be_read(part: str) -> None:
    page = FRAME.replace("</head>", part + "</head>") if part.startswith("<meta") else FRAME
    body = page.format(part if page is FRAME else "", PROSE if "<li>" not in part else "短").encode()
    assert Glances().at(body, ARTICLE) is None


@pytest.mark.parametrize(
    "text",
    [
        "<table><tr><td><p>短<td>{}</table>",
        "<table><tr><td><p>短</td><td>{}</td></tr></table>",
        "<button><p>短</button>{}",
        "<ul><li><p>{}</p></li></ul>",
        "<ol><li>短</ol><dl><dd><p>{}</dl>",
        "<p>短<h3>{}</h3>",
        "<p>短<ul></ul>{}",
        "<p>短<form>{}</form>",
        "<p><a href=/x.html>{}</a></p>",
        "<a href=/x.html><div>短</div><p>{}</p></a>",
        "<a href=/x.html></div><div><p>{}</p></a>",
        "<li><div>短</div><p>{}</p>",
    ],
)
def test_only_paragraphs_are_running_text(text: str) -> None:
    rows = "".join(
        f"<li><a href=/{n}.html>关于安全生产的通知公告{n}</a><span>2026-11-0{n}</span></li>" for n in range(1, 8)
    )
    pieces = "".join(text.format(PROSE[:180]) for _ in range(6))
    page = FRAME.replace("<p>{}</p>", "{}").format(f"<ul>{rows}</ul>", pieces).encode()
    assert read(page, ARTICLE, TODAY).kind is PageKind.LIST
    assert Glances().at(page, ARTICLE) is None
    plain = FRAME.format(f"<ul>{rows}</ul>", PROSE).encode()
    assert agree(Glances(), plain, ARTICLE)


@pytest.mark.parametrize("words", ["该页面不存在", "百家乐 老虎机 六合彩", "域名出售", "&#21338;&#24425;"])
def test_words_of_doubt_want_a_closer_look(words: str) -> None:
    glances = Glances(links.DOUBTS)
    for _ in range(2):
        glance = glances.at(FRAME.format(f"<p>{words}</p>", PROSE).encode(), ARTICLE)
        assert glance is not None
        assert glance.doubtful
    calm = glances.at(FRAME.format("<p>一</p>", PROSE).encode(), ARTICLE)
    assert calm is not None
    assert not calm.doubtful


def test_what_is_kept_of_large_pages_is_bounded() -> None:
    glances = Glances(links.DOUBTS)
    tracemalloc.start()
    try:
        for n in range(30):
            text = "".join(f"<p>第{n}页第{m}段：{PROSE[:160]}</p>\n" for m in range(450))
            assert glances.at(FRAME.format(text, PROSE).encode(), ARTICLE) is not None
        kept, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert kept < 40_000_000


@pytest.mark.parametrize("part", ["<b>", "<a href=x>", "</div>", "<p>\n", "<script>x</script>", "<!-- x -->", "&amp;"])
def test_floods_are_left_to_whoever_reads_whole_pages(part: str) -> None:
    glances = Glances()
    assert glances.at(FRAME.format(part * 12_000, PROSE).encode(), ARTICLE) is None or part == "&amp;"


def test_with_little_room_a_stretch_is_kept_that_is_met_again_and_goes_when_nobody_asks() -> None:
    room = Room()
    room.share = 10
    memory = Memory[str](room, len)
    keys = [hash(f"stretch {n}") for n in range(40)]
    assert memory.find(keys[0]) == (False, None)
    memory.offer(keys[0], "a")
    assert memory.find(keys[0]) == (False, None)  # most are never met again
    memory.offer(keys[0], "a")
    for key in keys[1:]:
        assert memory.find(keys[0]) == (True, "a")  # asked for again and again, it stays
        memory.offer(key, "bbb")
        memory.offer(key, "bbb")
    assert [memory.find(keys[n])[0] for n in (1, 2, 39)] == [False, False, True]


def test_the_room_is_shared_by_all_sites_of_a_process() -> None:
    alone = Room()
    others = [Room() for _ in range(5000)]
    alone.measure()
    crowded = alone.share
    del others
    alone.measure()
    assert crowded < alone.share / 50
