"""Tables and properties of the link verdicts: one, exactly on the border, and beside."""

from __future__ import annotations

import unicodedata
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor import links
from monitor.model import Cause, Failure, Fetch, Hop, LinkState, Phase, TlsFault

HOME = "http://www.example.gov.cn/"
PAGE = HOME + "zwgk/202011/t1.html"
NAV = "<div>首页</div><div>政务公开</div><div>办事服务</div><p>版权所有 某市粮食局 地址：某路1号</p>"
ARTICLE = NAV + "<h1>放假通知</h1><p>国庆节放假七天，请各科室做好值班工作。</p>"
GONE = NAV + "<h1>哎呀，迷路了</h1>"


def look(status: int | None = 200, *, url: str = PAGE, final: str = "", body: bytes = b"x", **more: object) -> Fetch:
    return Fetch(asked=url, url=final or url, status=status, body=body, **more)  # type: ignore[arg-type]


def failed(cause: Cause, phase: Phase = Phase.CONNECT, **more: object) -> Fetch:
    return look(None, body=b"", failure=Failure(cause=cause, phase=phase, detail="as told"), **more)


def page(body: str, title: str = "某市粮食局") -> str:
    return f"<html><head><title>{title}</title></head><body>{body}</body></html>"


def moved(url: str, to: str) -> Fetch:
    return look(url=url, final=to, hops=(Hop(url=url, status=302, location=to),))


def profile(*bodies: str, to: str = "", title: str = "某市粮食局") -> links.MissingPage | None:
    asked = [HOME.rstrip("/") + links.probe_path(str(n)) for n in range(len(bodies))]
    probes = [moved(a, to) if to else look(url=a) for a in asked]
    return links.missing_page(probes, [page(b, title) for b in bodies], HOME)


@pytest.mark.parametrize(
    ("status", "state"),
    [
        (200, LinkState.ALIVE),
        (203, LinkState.ALIVE),
        (204, LinkState.UNVERIFIED),
        (206, LinkState.ALIVE),
        (304, LinkState.ALIVE),
        (400, LinkState.FAILING),
        (401, LinkState.UNVERIFIED),
        (403, LinkState.UNVERIFIED),
        (404, LinkState.DEAD),
        (407, LinkState.UNVERIFIED),
        (409, LinkState.FAILING),
        (410, LinkState.DEAD),
        (412, LinkState.UNVERIFIED),
        (429, LinkState.UNVERIFIED),
        (500, LinkState.FAILING),
        (503, LinkState.FAILING),
        (521, LinkState.UNVERIFIED),
        (599, LinkState.FAILING),
        (600, LinkState.UNVERIFIED),
        (0, LinkState.UNVERIFIED),
        (999, LinkState.UNVERIFIED),
    ],
)
def test_state_of_each_status(status: int, state: LinkState) -> None:
    assert links.verdict(look(status)).state is state


DEAD_CAUSES = {Cause.BAD_ADDRESS, Cause.BAD_REDIRECT, Cause.REDIRECT_LOOP}
UNKNOWABLE = {Cause.BLOCKED_ADDRESS, Cause.ROBOTS, Cause.PROXY, Cause.OURS, Cause.CERTIFICATE, Cause.TOO_LARGE}


@pytest.mark.parametrize("cause", list(Cause))
def test_state_of_each_cause(cause: Cause) -> None:
    expected = LinkState.DEAD if cause in DEAD_CAUSES else LinkState.FAILING
    if cause in UNKNOWABLE:
        expected = LinkState.UNVERIFIED
    said = links.verdict(failed(cause))
    assert said.state is expected
    assert cause.value in said.reason


@pytest.mark.parametrize(
    ("fetch", "text", "reason"),
    [
        (look(404), "", "404 Not Found"),
        (look(412), "", "firewall (412)"),
        (look(401), "", "login wall (401)"),
        (failed(Cause.TIMEOUT, Phase.TLS), "", "timed out (tls)"),
        (failed(Cause.REFUSED), "", "connection refused"),
        (look(tls_fault=TlsFault.EXPIRED), "", "200 OK; certificate expired"),
        (look(truncated=True), "", "200 OK, in part"),
        (look(600), "", "status 600, which HTTP does not know"),
        (look(0), "", "status 000, which HTTP does not know"),
        (look(body=b""), "", "200 OK with an empty body"),
        (look(200, final="http://news.example.com/1"), "", "200 OK, now at news.example.com"),
    ],
)
def test_reason_is_one_plain_clause(fetch: Fetch, text: str, reason: str) -> None:
    assert links.verdict(fetch, text=text).reason == reason


def test_certificate_fault_alone_does_not_kill() -> None:
    for fault in TlsFault:
        assert links.verdict(look(tls_fault=fault)).state is LinkState.ALIVE


def test_answer_cut_in_its_body_is_alive_in_part_and_failing_without_one() -> None:
    late = Failure(cause=Cause.TIMEOUT, phase=Phase.BODY)
    assert links.verdict(look(200, body=b"<p>half", failure=late)).state is LinkState.ALIVE
    assert links.verdict(look(200, body=b"", failure=late)).state is LinkState.FAILING
    assert links.verdict(look(404, body=b"<p>half", failure=late)).state is LinkState.DEAD


def test_head_answer_with_a_length_is_not_empty() -> None:
    assert links.verdict(look(body=b"", headers={"content-length": "10"})).state is LinkState.ALIVE
    for length in ("0", "00", "-1", "x", "٣", "9" * 40):
        assert links.verdict(look(body=b"", headers={"content-length": length})).state is LinkState.UNVERIFIED


def test_redirects_that_a_browser_may_yet_follow_are_not_dead() -> None:
    loop = Failure(cause=Cause.REDIRECT_LOOP, phase=Phase.REDIRECT)
    long = tuple(Hop(url=f"{HOME}{n}", status=302, location=f"/{n + 1}") for n in range(11))
    back = (*long[:10], Hop(url=HOME + "10", status=302, location="/3"))
    assert links.verdict(look(302, failure=loop, hops=long)).state is LinkState.UNVERIFIED
    assert links.verdict(look(302, failure=loop, hops=back)).state is LinkState.DEAD
    gate = look(302, failure=loop, hops=back, headers={"set-cookie": "a=b"})
    assert links.verdict(gate).state is LinkState.UNVERIFIED


@pytest.mark.parametrize(
    ("location", "state"),
    [
        ("weixin://dl", LinkState.UNVERIFIED),
        ("mailto:a@example.com", LinkState.UNVERIFIED),
        ("javascript:alert(1)", LinkState.DEAD),
        ("FILE:///etc/passwd", LinkState.DEAD),
        ("http://[::1", LinkState.DEAD),
    ],
)
def test_redirect_out_of_the_web(location: str, state: LinkState) -> None:
    bad = Failure(cause=Cause.BAD_REDIRECT, phase=Phase.REDIRECT)
    assert links.verdict(look(302, body=b"", failure=bad, headers={"location": location})).state is state


# --- soft 404 ---------------------------------------------------------------------------------


def test_honest_site_has_an_honest_profile() -> None:
    probes = [look(404, url=HOME + "x.html"), look(410, url=HOME + "y.html")]
    found = links.missing_page(probes, ["", ""])
    assert found is not None
    assert found.honest


@pytest.mark.parametrize("status", [403, 412, 500, 302])
def test_no_profile_from_a_wall_or_an_error(status: int) -> None:
    assert links.missing_page([look(status)], [""]) is None
    assert links.missing_page([look(200), look(status)], [page(GONE), ""]) is None


def test_no_profile_from_a_probe_that_came_in_part_or_has_little_in_common_with_the_other() -> None:
    whole = page("<ul><li>首页</li><li>政务公开</li></ul>" + GONE)
    assert links.missing_page([look(200), look(200, truncated=True)], [whole, whole]) is None
    assert links.missing_page([look(200), look(200)], [whole, page("<p>今天天气晴朗，适宜出行</p>", "天气")]) is None
    assert links.missing_page([look(200), look(200, body=b"")], [whole, ""]) is None
    assert links.missing_page([look(200), look(200)], [whole, whole]) is not None


def test_no_profile_from_a_failure_or_from_nothing() -> None:
    assert links.missing_page([failed(Cause.TIMEOUT)], [""]) is None
    assert links.missing_page([], []) is None


def test_likeness_to_the_missing_page_kills_and_anything_besides_saves() -> None:
    missing = profile(GONE, GONE)
    assert links.verdict(look(), text=page(GONE), missing=missing).state is LinkState.DEAD
    assert links.verdict(look(), text=page(ARTICLE), missing=missing).state is LinkState.ALIVE
    assert links.verdict(look(), text=page(GONE + "<p>国庆节放假七天</p>"), missing=missing).state is LinkState.ALIVE
    assert links.verdict(look(), text=page(GONE, "放假通知"), missing=missing).state is LinkState.ALIVE


def test_template_alone_as_missing_page_spares_short_articles() -> None:
    assert links.verdict(look(), text=page(ARTICLE), missing=profile(NAV, NAV)).state is LinkState.ALIVE


def test_profile_of_another_site_says_nothing() -> None:
    far = look(url="http://www.example.com/zwgk/1.html")
    assert links.verdict(far, text=page(GONE), missing=profile(GONE, GONE)).state is LinkState.ALIVE


def test_random_parts_of_the_missing_page_are_tolerated() -> None:
    adverts = [GONE + f"<div>{w * 4}</div>" for w in ("阳光家园助残", "垃圾分类先行", "全民阅读书香")]
    missing = profile(adverts[0], adverts[1])
    assert missing is not None
    assert 0 < missing.noise < 1
    assert links.verdict(look(), text=page(adverts[2]), missing=missing).state is LinkState.DEAD
    assert links.verdict(look(), text=page(ARTICLE), missing=missing).state is LinkState.ALIVE


def test_echoed_addresses_do_not_hide_the_likeness() -> None:
    asked = [HOME.rstrip("/") + links.probe_path(str(n)) for n in range(2)]
    texts = [page(f"{NAV}<p>We looked for {a} everywhere</p>") for a in asked]
    missing = links.missing_page([look(url=a) for a in asked], texts, HOME)
    mine = page(f"{NAV}<p>We looked for {PAGE} everywhere</p>")
    assert links.verdict(look(), text=mine, missing=missing).state is LinkState.DEAD


def test_home_page_is_guarded_by_all_its_names() -> None:
    missing = profile(GONE, GONE)
    for name in ("", "index.html", "index.php", "default.aspx"):
        found = links.verdict(look(url=HOME + name), text=page(GONE), missing=missing, home=HOME)
        assert found.state is LinkState.ALIVE, name
    elsewhere = HOME + "portal/start.html"
    assert links.verdict(look(url=elsewhere), text=page(GONE), missing=missing, home=elsewhere).state is LinkState.ALIVE
    assert links.verdict(look(url=HOME + "home.html"), text=page(GONE), missing=missing).state is LinkState.UNVERIFIED


def test_every_unknown_address_goes_home() -> None:
    missing = profile(ARTICLE, ARTICLE, to=HOME)
    assert missing is not None
    assert missing.goes_home
    text = page(ARTICLE)
    assert links.verdict(moved(PAGE, HOME), text=text, missing=missing, home=HOME).state is LinkState.DEAD
    assert links.verdict(moved(HOME + "cn", HOME), text=text, missing=missing, home=HOME).state is LinkState.UNVERIFIED
    assert links.verdict(look(url=HOME), text=text, missing=missing, home=HOME).state is LinkState.ALIVE
    assert links.verdict(look(), text=text, missing=missing, home=HOME).state is LinkState.ALIVE
    assert links.verdict(moved(PAGE, HOME + "a.html"), text=text, missing=missing, home=HOME).state is LinkState.ALIVE


def test_one_deep_page_that_goes_home_cannot_be_told() -> None:
    said = links.verdict(moved(PAGE, HOME), text=page(ARTICLE), home=HOME)
    assert said.state is LinkState.UNVERIFIED
    assert "home page" in said.reason
    assert links.verdict(moved(HOME + "cn", HOME), text=page(ARTICLE), home=HOME).state is LinkState.ALIVE


def test_redirect_to_a_page_named_404() -> None:
    gone = page("<h1>走丢了</h1>")
    assert links.verdict(moved(PAGE, HOME + "error/404.html"), text=gone).state is LinkState.DEAD
    assert links.verdict(look(url=HOME + "404.html"), text=gone).state is LinkState.ALIVE
    article = page("<p>全市秋季粮食收购工作有序推进，各县市区积极行动。</p>" * 20)
    assert links.verdict(moved(PAGE, HOME + "article/404"), text=article).state is LinkState.ALIVE


def test_application_shell_cannot_be_told() -> None:
    shell = '<div id="app"></div><script src="/app.js"></script>'
    assert links.verdict(look(), text=page(shell), missing=profile(shell, shell)).state is LinkState.UNVERIFIED


@pytest.mark.parametrize(
    ("title", "body", "state"),
    [
        ("404 Not Found", "<h1>404 Not Found</h1>", LinkState.DEAD),
        ("页面不存在", "<p>抱歉，页面不存在</p>", LinkState.DEAD),
        ("", "对不起，您访问的页面不存在！", LinkState.DEAD),
        ("某局", "<script>alert('该文章不存在');history.back()</script>", LinkState.DEAD),
        ("某局", "<a href=/>首页</a><h1>您要查看的信息不存在或已删除</h1><p>请返回首页</p>", LinkState.DEAD),
        ("某局", "<p>The page you are looking for has been removed.</p>", LinkState.DEAD),
        ("Register", "<p>Notice 12 has been removed.</p>", LinkState.ALIVE),
        ("某局", "<h1>提示“页面不存在”怎么办</h1><p>请拨打服务热线。</p>", LinkState.ALIVE),
        ("关于页面不存在问题的答复", "<p>您访问的页面不存在的问题已经解决。</p>", LinkState.ALIVE),
        (
            "某局",
            "<p>文件不存在的，不予受理。</p>" + "<p>其余事项照旧办理，请各单位遵照执行。</p>" * 9,
            LinkState.ALIVE,
        ),
        ("某局", "<p>该信息不存在涉密内容，同意公开。</p>", LinkState.ALIVE),
        ("某局", "<p>该信息不存在或已删除，请返回首页。</p>", LinkState.DEAD),
        ("404 Not Found: a history", "<p>The page not found error is old. </p>" * 40, LinkState.ALIVE),
    ],
)
def test_phrases(title: str, body: str, state: LinkState) -> None:
    assert links.verdict(look(), text=page(body, title)).state is state


# --- walls, works, strangers -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "walled"),
    [
        ("<script>document.cookie='a=1';location.reload()</script>", True),
        ("<script>var arg1='30';function f(){document.cookie='acw_sc__v2='+arg1;location.reload()}</script>", True),
        (page("<form>为了您的访问安全，请输入验证码后继续访问</form>"), True),
        (page("<h1>您的请求已被网站防火墙拦截</h1>"), True),
        (page("<form>请输入编号<input>请输入验证码<input></form>"), False),
        (page(ARTICLE + "<script>setTimeout(function(){location.reload()},1)</script>"), False),
        ("<script>location.href='/cn/'</script>", False),
        (page("市局防火墙采购公告"), False),
    ],
)
def test_walls_by_their_text(text: str, walled: bool) -> None:
    assert links.is_wall(look(), text) is walled
    state = links.verdict(look(), text=text).state
    assert state is (LinkState.UNVERIFIED if walled else LinkState.ALIVE)


def test_mitigated_404_is_a_wall_and_a_plain_one_is_not() -> None:
    assert links.is_wall(look(404, headers={"cf-mitigated": "challenge"}))
    assert not links.is_wall(look(404))


@pytest.mark.parametrize(
    ("text", "title", "works"),
    [
        ("网站升级改版中，敬请期待", "", True),
        ("本栏目正在建设中", "某局", True),
        ("Sorry, we are down for maintenance", "", True),
        ("关于网站升级改版的通知：网站维护中", "关于网站升级改版的通知", False),
        ("网站维护中" + "，各单位应当认真落实" * 31, "", False),
        ("放假通知", "", False),
    ],
)
def test_maintenance(text: str, title: str, works: bool) -> None:
    assert links.is_maintenance(text, title) is works


def test_new_domain_alone_is_no_hijack_and_vice_with_it_is() -> None:
    there = "http://www.example.com/"
    assert links.hijacked(moved(PAGE, there), page(ARTICLE), official=True) == ""
    vice = page("百家乐 老虎机", "娱乐城")
    assert "example.com" in links.hijacked(moved(PAGE, there), vice)
    english = page("<p>Best prices for shoes and bags of all kinds, order now.</p>" * 4, "Shoes")
    assert "another language" in links.hijacked(moved(PAGE, there), english)
    assert links.hijacked(moved(HOME + "en/index.html", there), english) == ""
    assert links.hijacked(moved("http://a.example.org/", there), english, official=True) == ""
    assert links.hijacked(moved(PAGE, "http://new.other.gov.cn/"), english) == ""


def test_police_reports_of_gambling_are_no_hijack() -> None:
    text = page("公安机关查处百家乐、老虎机、六合彩等赌博窝点", "打击网络赌博违法犯罪")
    assert links.verdict(look(), text=text).state is LinkState.ALIVE


@pytest.mark.parametrize(
    ("title", "body", "taken"),
    [
        ("example.com", "<p>This domain is for sale</p>", True),
        ("", "It works!", True),
        ("某局", "It works!" + "网站运行情况通报", False),
        ("Welcome to nginx!", "<h1>Welcome to nginx!</h1>", True),
        ("Welcome to nginx! A course", "<h1>Lesson one</h1>", False),
        ("关于某域名转让的公告", "<p>本局旧域名转让事项公告如下。</p>", False),
        ("通报", "<p>部分单位域名已过期。</p>" + "<p>请各单位按照要求认真整改，落实责任。</p>" * 90, False),
    ],
)
def test_parked_and_default_pages(title: str, body: str, taken: bool) -> None:
    assert (links.verdict(look(), text=page(body, title)).state is LinkState.SUSPICIOUS) is taken


@pytest.mark.parametrize(
    ("final", "walled"),
    [
        ("https://sso.example.gov.cn/?service=x", True),
        (HOME + "user/login.jsp", True),
        (HOME + "cas/", True),
        (HOME + "case/1.html", False),
        ("https://assessor.example.gov.cn/", False),
    ],
)
def test_redirect_to_a_log_in(final: str, walled: bool) -> None:
    assert links.is_wall(moved(PAGE, final), page(ARTICLE)) is walled
    assert not links.is_wall(look(url=final), page(ARTICLE))


def test_evidence_is_printable() -> None:
    text = page("百家乐 老虎机 六合彩", "娱乐城\x1b[2J\u202e")
    reason = links.verdict(look(), text=text).reason
    assert "娱乐城" in reason
    assert reason.isprintable()


def test_web_page_instead_of_a_file_is_not_called_alive() -> None:
    file = look(url=HOME + "a.pdf", body=b"<!DOCTYPE html><html>")
    assert links.verdict(file, text=page(ARTICLE)).state is LinkState.UNVERIFIED
    assert links.verdict(look(url=HOME + "a.pdf", body=b"%PDF-1.4")).state is LinkState.ALIVE


@pytest.mark.parametrize(
    ("fetch", "worth"),
    [
        (look(200), False),
        (look(404), True),
        (look(410), True),
        (look(429), True),
        (look(403), False),
        (look(499), False),
        (look(500), True),
        (look(599), True),
        (look(600), False),
        (failed(Cause.TIMEOUT), True),
        (failed(Cause.REDIRECT_LOOP), True),
        (failed(Cause.NO_SUCH_HOST), False),
        (failed(Cause.ROBOTS), False),
    ],
)
def test_second_look(fetch: Fetch, worth: bool) -> None:
    assert links.worth_second_look(fetch) is worth


# --- fragments ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fragment", "lives"),
    [
        ("", True),
        ("top", True),
        ("TOP", True),
        ("one", True),
        ("#one", True),
        ("two", False),
        ("ONE", False),
        ("%E7%AB%A0", True),
        ("章", True),
        ("%zz", False),
        (":~:text=word", True),
        ("one:~:text=word", True),
        ("two:~:text=word", False),
        ("/list/3", True),
        ("!/list", True),
    ],
)
def test_fragments(fragment: str, lives: bool) -> None:
    assert links.fragment_lives(fragment, frozenset(("one", "章"))) is lives


@given(st.text(min_size=1))
def test_every_anchor_is_found_as_written_and_percent_encoded(name: str) -> None:
    if ":~:" in name or name.startswith("#"):
        return
    anchors = frozenset((name,))
    assert links.fragment_lives(name, anchors)
    if name.isprintable():
        assert links.fragment_lives(quote(name, safe=""), anchors)


# --- properties --------------------------------------------------------------------------------

MARKUP = st.lists(
    st.sampled_from(["<p>", "</p>", "<a href=x>", "<script>", "</script>", "<!--", "-->", "<title>", "404", "页面不存在",
                     "“", "location.reload()", "验证码", "\x00", "&#x41;", "<", ">", "建设中", "博彩"]) | st.text(max_size=9),
    max_size=30,
).map("".join)  # fmt: skip
FETCHES = st.builds(
    look,
    st.integers(0, 1200) | st.none(),
    url=st.sampled_from([PAGE, HOME, "http://[::1", "http://a.cn/x.pdf", "gopher://x", ""]),
    final=st.sampled_from(["", HOME, "https://b.com/login", "http://[", "http://b.com/404.html"]),
    body=st.binary(max_size=20),
    truncated=st.booleans(),
    headers=st.dictionaries(st.sampled_from(["location", "set-cookie", "content-length"]), st.text(max_size=9)),
    hops=st.lists(st.builds(Hop, url=st.text(max_size=9), status=st.just(302), location=st.text(max_size=9)), max_size=3).map(tuple),
    failure=st.none() | st.builds(Failure, cause=st.sampled_from(list(Cause)), phase=st.sampled_from(list(Phase)), detail=st.text()),
)  # fmt: skip


@given(FETCHES, MARKUP, MARKUP, st.booleans())
def test_verdict_takes_anything_and_says_something_printable(
    fetch: Fetch, text: str, title: str, official: bool
) -> None:
    said = links.verdict(fetch, text=text, title=title, home=HOME, official=official, missing=profile(GONE, GONE))
    assert said.reason
    assert not any(unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp") for c in said.reason)
    if fetch.failure is None and fetch.status in (403, 429, 999):
        assert said.state is LinkState.UNVERIFIED


@given(st.lists(MARKUP, min_size=1, max_size=3))
def test_profile_takes_anything(texts: list[str]) -> None:
    missing = links.missing_page([look(url=PAGE + str(n)) for n in range(len(texts))], texts, HOME)
    if missing is None:
        assert len(set(texts)) > 1, "one answer cannot disagree with itself"
    else:
        assert 0 <= missing.noise <= 1


@given(st.text(), st.text())
def test_likeness_is_a_measure(a: str, b: str) -> None:
    assert links.likeness(a, a) == 1
    assert links.likeness(a, b) == links.likeness(b, a)
    assert 0 <= links.likeness(a, b) <= 1


@given(st.text())
def test_probe_paths_are_plain_and_repeatable(seed: str) -> None:
    found = links.probe_path(seed)
    assert found == links.probe_path(seed)
    assert found.isascii()
    assert len(found) == 22
    assert found != links.probe_path(seed + "x")
