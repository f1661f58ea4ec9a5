"""Pages that are not what their status says: soft 404s, taken over, under works; and odd ones that live."""

from __future__ import annotations

import itertools

from faults.case import ALIVE, DEAD, SUSPICIOUS, TITLE, UNVERIFIED, Behaviour, Case, Truth, answer, case, markup
from faults.visit import Visit
from monitor.model import LinkState

_NAV = (
    "<div>首页</div><div>政务公开</div><div>新闻中心</div><div>办事服务</div><div>互动交流</div>"
    "<p>版权所有：某某市粮食局　地址：某某市某某路1号　备案序号：00000000号　网站标识码：0000000000</p>"
)
_LINKS = "".join(
    f'<li><a href="/{n}/">{w}</a></li>'
    for n, w in enumerate(("政务公开", "新闻中心", "办事服务", "互动交流", "专题专栏"))
)
_WEATHER = itertools.count()
_ADVERTS = ("阳光家园公益助残", "全民阅读书香城市", "垃圾分类从我做起", "消防安全知识竞赛", "节约用水人人有责")
DEEP = "/zwgk/202011/t20201105_1.html"


def _site(missing: Behaviour, living: bytes | Behaviour | None = None, at: str = "/zwgk/real.html") -> Behaviour:
    """A site of its own: `living` at one address, `missing` at all others."""

    async def behave(visit: Visit) -> None:
        if visit.target.partition("?")[0] == at and living is not None:
            if isinstance(living, bytes):
                await visit.send(living)
            else:
                await living(visit)
        else:
            await missing(visit)

    return behave


def _says(body: str, title: str = "某某市粮食局", status: str = "200 OK") -> Behaviour:
    async def behave(visit: Visit) -> None:
        await visit.send(answer(markup(body, title), status))

    return behave


async def _adverts(visit: Visit) -> None:
    """The message, and an advertisement that changes at every look."""
    advert = _ADVERTS[next(_WEATHER) % len(_ADVERTS)]
    await visit.send(answer(markup(f"{_NAV}<h1>您访问的页面不存在</h1><div>{advert * 3}</div>", "某某市粮食局")))


async def _clock(visit: Visit) -> None:
    n = next(_WEATHER)
    text = f"{_NAV}<h1>哎呀，迷路了</h1><p>今天是2020年11月{n % 28 + 1}日，您是第{n * 7919}位访客</p>"
    await visit.send(answer(markup(text, "某某市粮食局")))


async def _echo(visit: Visit) -> None:
    await visit.send(
        answer(markup(f"<h1>Oops</h1><p>We looked for {visit.target} everywhere.</p>{_NAV}", visit.target))
    )


async def _home_in_place(visit: Visit) -> None:
    await visit.send(
        answer(markup(_NAV + "<ul><li>市粮食局召开秋收工作会议</li><li>今日要闻</li></ul>" * 5, "某某市粮食局"))
    )


async def _to_home(visit: Visit) -> None:
    if visit.target == "/":
        await _home_in_place(visit)
    else:
        await visit.send(answer("", "302 Found", "Location: /"))


async def _to_error_page(visit: Visit) -> None:
    if visit.target.startswith("/error/404.html"):
        await visit.send(answer(markup("<h1>页面走丢了</h1>" + _NAV, "出错")))
    else:
        await visit.send(answer("", "302 Found", "Location: /error/404.html"))


async def _to_tips(visit: Visit) -> None:
    """Every unknown address to one page, whose name tells nothing."""
    if visit.target.startswith("/tips.jsp"):
        await visit.send(answer(markup("<h1>温馨提示</h1>" + _NAV, "提示")))
    else:
        await visit.send(answer("", "302 Found", f"Location: /tips.jsp?from={visit.target}"))


async def _shell(visit: Visit) -> None:
    """An application that only a browser can fill; every address answers alike."""
    await visit.send(answer('<html><head><title>政务服务网</title></head><body><div id="app"></div>'
                            '<script src="/js/app.4f2a.js"></script></body></html>'))  # fmt: skip


async def _honest(visit: Visit) -> None:
    await visit.send(answer(markup("not here", "404"), "404 Not Found"))


def _soft(name: str, how: Behaviour, *expected: LinkState, path: str = DEEP, truth: Truth = Truth.MISSING) -> Case:
    return case(name, "soft", how, truth, *(expected or (DEAD,)), path=path, door="own")


def _lives(name: str, missing: Behaviour, living: bytes | Behaviour, path: str = "/zwgk/real.html") -> Case:
    """A living page on a site that lies about missing ones."""
    return _soft(name, _site(missing, living, path), ALIVE, path=path, truth=Truth.PAGE)


_ARTICLE = answer(
    markup(
        _NAV + "<h1>市粮食局召开秋季收购工作会议</h1><p>11月5日，市粮食局召开会议，部署秋粮收购。会议强调……</p>", TITLE
    )
)
_SHORT = answer(markup(_NAV + "<h1>放假通知</h1><p>国庆节放假七天。</p>", "某某市粮食局"))
_REMOVED = answer(
    markup(
        _NAV + "<h1>Register of notices</h1><p>Notice 12 has been removed. Notice 13 has been removed.</p>" * 3,
        "Register",
    )
)
_FAQ = answer(markup(
    _NAV + "<h1>网站常见问题</h1><p>问：打开链接时提示“您访问的页面不存在”怎么办？答：请核对地址，或拨打服务热线。若文件已被删除，可申请公开。</p>" * 3,
    "网站常见问题解答"))  # fmt: skip
_QUESTION = answer(markup(_LINKS + "<h1>提示“页面不存在”怎么办</h1><p>请拨打服务热线。</p>", "某某市粮食局"))
_LAW = answer(
    markup(
        "<h1>关于废止部分文件的决定</h1>" + "<p>下列文件内容已失效，原文件不存在的，不再公布。</p>" * 9,
        "关于废止部分文件的决定",
    )
)
_TALE = answer(markup("<h1>404 Not Found: a short history</h1>" + "<p>The page not found error is as old as the web. </p>" * 20,
                      "The story of 404 Not Found"))  # fmt: skip
_SOFT = (
    _soft("phrase-page", _says("<h1>对不起，您访问的页面不存在</h1>" + _NAV)),
    _soft("phrase-only", _says("对不起，您要访问的页面不存在！", "")),
    _soft("titled-404", _says("<h1>404</h1><p>抱歉，页面没有找到</p>", "404 Not Found")),
    _soft("english", _says("<h1>Sorry</h1><p>The page you requested could not be found.</p>" + _NAV, "City Office")),
    _soft("russian", _says("<h1>Страница не найдена</h1>" + _NAV, "Город")),
    _soft("no-known-phrase", _says("<h1>哎呀，迷路了</h1>" + _NAV)),
    _soft("article-deleted", _site(_says("<p>该文章不存在或已被删除</p>", "系统提示"))),
    _soft("random-advert", _adverts),
    _soft("clock-and-counter", _clock),
    _soft("echoes-address", _echo),
    _soft("home-in-place", _home_in_place),
    _soft("all-to-home", _to_home),
    _soft("all-to-404-page", _to_error_page),
    _soft("all-to-tips", _to_tips),
    _soft("alert-and-back", _says("<script>alert('信息不存在或已被删除！');history.go(-1);</script>", "")),
    _soft("script-to-404", lambda v: v.send(answer("<script>window.location.href='/404.html';</script>"))),
    _soft("meta-to-404", lambda v: v.send(answer('<meta http-equiv="refresh" content="0;url=/error/404.html">'))),
    _soft("cms-record-missing", _site(_honest, answer(markup("对不起，该信息不存在！", "")), DEEP)),
    _soft(
        "phrase-in-template",
        _site(
            _honest,
            answer(
                markup(
                    _LINKS + "<h1>抱歉，您访问的页面不存在</h1><p>请检查网址是否正确，或返回首页。</p>", "某某市粮食局"
                )
            ),
            DEEP,
        ),
    ),
    _soft(
        "english-in-template",
        _site(
            _honest,
            answer(markup(_LINKS + "<p>Sorry, the page you are looking for has been removed.</p>", "City Office")),
            DEEP,
        ),
    ),
    _soft("index-with-phrase", _says("<h1>对不起，您访问的栏目不存在</h1>" + _NAV), path="/zwgk/index.html"),
    _soft("numbered-record", _says("<h1>对不起，您访问的信息不存在</h1>" + _NAV), path="/?id=99999"),
    _soft("for-a-file", _says("<h1>您访问的文件不存在</h1>" + _NAV), path="/files/plan.pdf"),
    _soft("application-shell", _shell, ALIVE, UNVERIFIED, truth=Truth.PAGE),
    _soft("home-of-redirecting-site", _to_home, ALIVE, path="/", truth=Truth.PAGE),
    _soft("home-of-lying-site", _home_in_place, ALIVE, path="/", truth=Truth.PAGE),
    _soft("index-of-lying-site", _home_in_place, ALIVE, UNVERIFIED, path="/index.html", truth=Truth.PAGE),
    _soft("section-of-redirecting-site", _site(_to_home, _ARTICLE, "/zwgk/"), ALIVE, path="/zwgk/", truth=Truth.PAGE),
    _lives("article-on-lying-site", _says("<h1>对不起，您访问的页面不存在</h1>" + _NAV), _ARTICLE),
    _lives("short-on-lying-site", _says("<h1>对不起，您访问的页面不存在</h1>" + _NAV), _SHORT),
    _lives("short-on-wordless-site", _says("<h1>哎呀，迷路了</h1>" + _NAV), _SHORT),
    _lives("article-on-home-site", _home_in_place, _ARTICLE),
    _lives("article-on-redirecting-site", _to_home, _ARTICLE),
    _lives("article-on-advert-site", _adverts, _SHORT),
    _lives("article-on-empty-template", _says(_NAV), _SHORT),
    _lives("removed-in-text", _honest, _REMOVED),
    _lives("removed-in-text-lying", _says("<h1>This page has been removed</h1>" + _NAV), _REMOVED),
    _lives("question-and-answer", _says("<h1>您访问的页面不存在</h1>" + _NAV), _FAQ),
    _lives("abolished-documents", _honest, _LAW),
    _lives("short-question", _honest, _QUESTION),
    _lives("shallow-way-in", _to_home, _ARTICLE, "/cn"),
    _lives("story-of-404", _honest, _TALE),
    _lives("article-404-in-address", _honest, _ARTICLE, "/zwgk/404.html"),
    _lives("article-number-404", _honest, _ARTICLE, "/error/404"),
)

G = "taken"
_VICE = "澳门新葡京娱乐城 百家乐 老虎机 六合彩 真人荷官 首存送彩金 开户送88"
_ENGLISH = "Best online casino with sportsbook, baccarat and jackpot every day. Play now and win real money. " * 4
_POLICE = "全市公安机关严厉打击网络赌博违法犯罪，查处百家乐、老虎机、六合彩等赌博活动，提醒群众警惕诈骗，积极举报。" * 5


def _to_other_name(path: str) -> Behaviour:
    """To the same server by its other name, which is another registered domain."""

    async def behave(visit: Visit) -> None:
        door = visit.house.doors["second"].replace("127.0.0.1", "localhost")
        await visit.send(answer("", "302 Found", f"Location: {door}{path}"))

    return behave


def _taken(name: str, text: str, title: str, *expected: LinkState) -> Case:
    return case(name, G, answer(markup(text, title)), Truth.TAKEN, *(expected or (SUSPICIOUS,)))


_TAKEN = (
    _taken("gambling", _VICE * 3, "新葡京娱乐城_百家乐_老虎机官网"),
    _taken("gambling-under-old-title", _VICE * 3, "某某县粮食局"),
    _taken("english-casino", _ENGLISH, "Casino online"),
    _taken("adult", "成人视频 成人影院 av在线 无码 一级毛片 " * 9, "某某网"),
    _taken("for-sale", "<h1>example.com</h1>This domain is for sale. Buy this domain.", "example.com"),
    _taken("for-sale-chinese", "<h1>域名出售</h1>您正在访问的域名可以转让，本域名出售，请联系。", "域名出售"),
    _taken("expired-domain", "该域名已过期，请联系注册商续费。", "域名已过期"),
    _taken("parked-by-script", '<script src="//img.sedoparking.com/x.js"></script>', ""),
    _taken("nginx-default", "<h1>Welcome to nginx!</h1>If you see this page, the web server is installed.", "Welcome to nginx!"),
    _taken("panel-default", "<h1>恭喜，站点创建成功！</h1>这是默认index.html", "恭喜，站点创建成功！"),
    _taken("panel-no-site", "<h1>没有找到站点</h1>您没有将此域名或IP绑定到对应站点!", "没有找到站点"),
    _taken("iis-default", '<a href="//go.microsoft.com"><img src="iis-85.png"></a>', "IIS Windows Server"),
    case("police-report", G, answer(markup(_POLICE, "我市公安机关打击网络赌博")), Truth.PAGE, ALIVE),
    case("lottery-office", G, answer(markup("福利彩票双色球开奖公告，体育彩票公益金使用情况。" * 9, "市福利彩票发行中心")), Truth.PAGE, ALIVE),
    case("speaks-of-domains", G, answer(markup("关于清理过期域名的通知：个别单位域名已过期仍未注销，应及时处理。" * 50, "关于清理域名的通知")),
         Truth.PAGE, ALIVE),
    case("english-edition", G, answer(markup("Welcome to the city. " * 40, "City of Somewhere")), Truth.PAGE, ALIVE),
)  # fmt: skip

G2 = "works"


def _works(name: str, text: str, title: str = "", status: str = "200 OK", *expected: LinkState) -> Case:
    return case(name, G2, answer(markup(text, title), status), Truth.WORKS, *(expected or (ALIVE,)))


_WORKS = (
    _works("upgrade", "<h1>网站升级改版中，敬请期待</h1>", "升级改版中"),
    _works("maintenance", "网站维护中，给您带来不便敬请谅解。预计2020年12月1日恢复。"),
    _works("building", "本栏目正在建设中……"),
    _works("works-english", "We are down for maintenance and will be back soon.", "Maintenance"),
    case(
        "speaks-of-works",
        G2,
        answer(
            markup("各县区网站升级改版中发现的问题，应当及时整改，正在建设中的栏目应当下线。" * 20, "网站检查情况通报")
        ),
        Truth.PAGE,
        ALIVE,
    ),
)

_EVIL = "\x1b[2J\x1b]0;owned\x07\u202e\u2066=cmd|' /C calc'!A0\x00"
G3 = "odd"
_ODD = (
    case("evil-title", G3, answer(markup("内容" * 200, _EVIL)), Truth.PAGE, ALIVE),
    case("no-title", G3, answer("<p>" + "通知内容。" * 100), Truth.PAGE, ALIVE),
    case("plain-text", G3, answer("关于收购工作的通知\n" * 50, kind="text/plain; charset=utf-8"), Truth.PAGE, ALIVE),
    case("very-short", G3, answer("ok"), Truth.PAGE, ALIVE),
    case("frameset", G3, answer('<html><frameset><frame src="/heads/plain"></frameset></html>'), Truth.PAGE, ALIVE),
    case("only-images", G3, answer('<html><body><img src="a.jpg"><img src="b.jpg"></body></html>'), Truth.PAGE, ALIVE),
    case("deep-nesting", G3, answer("<div>" * 100_000 + "内容"), Truth.PAGE, ALIVE),
    case("many-attributes", G3, answer("<p " + "a=b " * 100_000 + ">内容</p>"), Truth.PAGE, ALIVE),
    case("misnested", G3, answer("<b><i><a>" * 3000 + "</b></i></a>" * 3000), Truth.PAGE, ALIVE),
    case("unclosed-tags", G3, answer("内容" * 99 + "<script " * 40_000), Truth.PAGE, ALIVE),
    case("unclosed-comment", G3, answer("内容" * 99 + "<!--" * 60_000), Truth.PAGE, ALIVE),
    case("many-titles", G3, answer("内容" * 99 + "<title>a</title>" * 20_000), Truth.PAGE, ALIVE),
    case("long-title", G3, answer(markup("内容" * 99, " .-404" * 100_000)), Truth.PAGE, ALIVE),
    case("entities", G3, answer("内容" * 99 + "&#x41;&#99999999999;&bogus;" * 20_000), Truth.PAGE, ALIVE),
    case("json", G3, answer('{"code": 404, "message": "not a page"}', kind="application/json"), Truth.PAGE, ALIVE, UNVERIFIED),
    case("xml", G3, answer('<?xml version="1.0"?><rss><item><title>x</title></item></rss>', kind="text/xml"), Truth.PAGE, ALIVE),
    case("xml-bomb", G3, answer('<!DOCTYPE l [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]><l>&b;</l>', kind="text/xml"), Truth.PAGE, ALIVE),
)  # fmt: skip

CASES: tuple[Case, ...] = _SOFT + _TAKEN + _WORKS + _ODD
