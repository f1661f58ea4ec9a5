"""Walls: log-ins, firewalls, challenges for browsers, captchas. Behind each the page may well live."""

from __future__ import annotations

from faults.case import ALIVE, FAILING, UNVERIFIED, Behaviour, Case, Truth, answer, case, markup
from faults.visit import Visit
from monitor.model import LinkState

G = "walls"
_BLANK = "<html><head></head><body></body></html>"
_RUISHU = (
    '<!DOCTYPE html><html><head><meta charset="utf-8"><meta id="9DhefwqGPrzGxEp9hPaoag" content="abc{}" r="m">'
    "<script>$_ts=window['$_ts'];if(!$_ts)$_ts={};$_ts.nsd=68331;$_ts.cd=\"qEa\";if($_ts.lcd)$_ts.lcd();</script>"
    '<script src="/4QbVtADbnLVIc/d.FxJzG50F.js"></script><script>_$aZ();</script></head><body></body></html>'
)
_JIASULE = (
    "<script>document.cookie=('_')+('_')+('j')+('s')+('l')+('_clearance_s')+('=')+(1+'6')+';max-age=3600;path=/';"
    "location.href=location.pathname+location.search</script>"
)
_JIASULE_TWO = (
    '<script>function go(_0x1){eval(_0x1)};go({"bts":["1604540000.123|0|","x"],"tn":"__jsl_clearance",'
    '"vt":"3600","ha":"md5"})</script>'
)
_ALIYUN = (
    "<html><script>var arg1='3000176000856006061501533003690027800375';var _0x4818=['csKHwqMI'];"
    "function setCookie(n,v){document.cookie=n+'='+v};function reload(x){setCookie('acw_sc__v2',x);"
    "document.location.reload();}</script></html>"
)
_CLOUDFLARE = (
    "<!DOCTYPE html><html><head><title>Just a moment...</title></head><body><noscript>Enable JavaScript and cookies"
    " to continue</noscript><script>window._cf_chl_opt={cvId:'3'};var a=document.createElement('script');"
    "a.src='/cdn-cgi/challenge-platform/h/b/orchestrate/chl_page/v1';</script></body></html>"
)
_YUNSUO = (
    '<html><body><script>function YunSuoAutoJump(){self.location="/x?security_verify_data=313932";}'
    'document.cookie="yunsuo_session_verify=1";setTimeout("YunSuoAutoJump()",50);</script></body></html>'
)
_WZWS = (
    "<html><head><meta http-equiv='Content-Type' content='text/html; charset=utf-8'/><script>var dynamicurl="
    "'/WZWSREL2luZGV4Lmh0bWw=';var wzwsquestion='a';window.location=dynamicurl</script></head></html>"
)
_CAPTCHA = markup(
    '<form action="/verify"><p>为了您的访问安全，请输入验证码后继续访问</p><img src="/captcha.jpg"><input name="code"></form>',
    "安全验证",
)
_SLIDER = "<html><head><title>人机验证</title></head><body><div id=s>请拖动滑块完成拼图</div><script>init()</script></body></html>"
_BLOCK = (
    "<html><head><title>访问拦截</title></head><body><h1>很抱歉，由于您访问的URL有可能对网站造成安全威胁，您的访问被阻断。</h1>"
    "<p>您的请求ID是: 781bad0a16</p></body></html>"
)
_DOG = (
    "<html><head><title>网站防火墙</title></head><body>您的请求带有不合法参数，已被网站管理员设置拦截！</body></html>"
)
_LOGIN = markup(
    '<form method=post><input name=user><input type="password" name=pw><button>登录</button></form>', "统一身份认证"
)


def _wall(name: str, body: str, status: str = "200 OK", *headers: str) -> Case:
    return case(name, G, answer(body, status, *headers), Truth.WALL, UNVERIFIED)


def _after(value: str) -> Case:
    name = f"busy-retry-{len(value)}-{sum(value.encode()) % 1000}"
    return case(name, G, answer("slow down", "429 Too Many Requests", f"Retry-After: {value}"), Truth.WALL, UNVERIFIED)


def _calms(status: str) -> Behaviour:
    """Busy for the first callers of every case, then the page."""
    seen = 0

    async def behave(visit: Visit) -> None:
        nonlocal seen
        seen += 1
        await visit.send(answer("busy", status, "Retry-After: 0") if seen == 1 else answer())

    return behave


async def _login_redirect(visit: Visit) -> None:
    if "/login" in visit.target:
        await visit.send(answer(_LOGIN))
    else:
        await visit.send(answer("", "302 Found", f"Location: {visit.target}/login?service=x"))


async def _reload_with_cookie(visit: Visit) -> None:
    """521 with a script; a browser runs it and comes back."""
    known = "__jsl_clearance" in visit.headers.get("cookie", "")
    await visit.send(answer() if known else answer(_JIASULE, "521 ", "Set-Cookie: __jsluid_h=abc; path=/"))


def _lives(name: str, text: str, title: str, *, head: str = "", tail: str = "", expected: LinkState = ALIVE) -> Case:
    """A page for readers that merely speaks of walls, or carries their words."""
    return case(name, G, answer(markup(text, title, head=head, tail=tail)), Truth.PAGE, expected)


_LONG = (
    "为进一步规范网络安全管理，现就有关事项说明如下。请各单位认真组织学习，按照要求落实责任，完善制度，加强值守。" * 12
)
CASES = (
    _wall("login-401", markup("login", "401"), "401 Unauthorized", 'WWW-Authenticate: Basic realm="x"'),
    _wall("login-401-bare", "", "401 Unauthorized"),
    _wall("login-401-ntlm", "", "401 Unauthorized", "WWW-Authenticate: NTLM", "WWW-Authenticate: Negotiate"),
    _wall("forbidden-403", markup("403 Forbidden", "403"), "403 Forbidden"),
    _wall("forbidden-403-whole-page", markup(), "403 Forbidden"),
    _wall("proxy-407", "", "407 Proxy Authentication Required", "Proxy-Authenticate: Basic"),
    _wall("precondition-412", _RUISHU, "412 Precondition Failed"),
    _wall("precondition-412-bare", "", "412 Precondition Failed"),
    _wall("ruishu-202", _RUISHU, "202 Accepted"),
    _wall("ruishu-200", _RUISHU),
    _wall("ruishu-400", _RUISHU, "400 Bad Request"),
    _wall("teapot-418", "", "418 I'm a teapot"),
    _wall("legal-451", markup("unavailable", "451"), "451 Unavailable For Legal Reasons"),
    _wall("portal-511", markup("log in to the network", "511"), "511 Network Authentication Required"),
    _wall("jiasule-521", _JIASULE, "521 ", "Set-Cookie: __jsluid_h=abc"),
    case("jiasule-521-real", G, _reload_with_cookie, Truth.WALL, UNVERIFIED),
    _wall("jiasule-200", _JIASULE_TWO),
    _wall("origin-521-bare", "", "521 Web Server Is Down", "Server: cloudflare"),
    _wall("linkedin-999", "<html><script>x()</script></html>", "999 Request denied"),
    _wall("aliyun-200", _ALIYUN),
    _wall("aliyun-405", _BLOCK, "405 Not Allowed"),
    _wall("cloudflare-403", _CLOUDFLARE, "403 Forbidden", "cf-mitigated: challenge"),
    _wall("cloudflare-503", _CLOUDFLARE, "503 Service Temporarily Unavailable", "Server: cloudflare"),
    _wall("cloudflare-200", _CLOUDFLARE, "200 OK", "cf-mitigated: challenge"),
    _wall("cloudflare-404", _BLANK, "404 Not Found", "cf-mitigated: challenge"),
    _wall("ruishu-404", _RUISHU, "404 Not Found"),
    _wall("yunsuo-200", _YUNSUO),
    _wall("wzws-200", _WZWS),
    _wall("script-reload", "<script>document.cookie='a=1';location.reload();</script>"),
    _wall("script-reload-bracket", "<html><script>window.location['reload'](true)</script></html>"),
    _wall("script-cookie-eval", "<script>document['cookie']='k=v';eval(atob('bG9jYXRpb24='))</script>"),
    _wall("captcha", _CAPTCHA),
    _wall("slider", _SLIDER),
    _wall("captcha-english", markup("<form>Please verify you are a human</form>", "Security check")),
    _wall("too-often", markup("您的访问过于频繁，请稍后再试。", "提示")),
    _wall("blocked-200", _BLOCK),
    _wall("blocked-dog", _DOG),
    _wall("blocked-english", "<html><title>Access Denied</title><h1>Access Denied</h1>Reference #18.2f</html>"),
    _wall("rejected-f5", "<html><head><title>Request Rejected</title></head><body>The requested URL was rejected."
                         " Please consult with your administrator. Your support ID is: 1234</body></html>"),
    case("gate-redirect", G, _login_redirect, Truth.WALL, UNVERIFIED),
    *(_after(v) for v in ("1", "3600", "Fri, 31 Dec 2999 23:59:59 GMT", "-1e99", "NaN", "soon", "1.5",
                          "99999999999999999999", "Thu, 01 Jan 1970 00:00:00 GMT", "１０", "\x00")),
    case("busy-503-retry-year", G, answer("busy", "503 Service Unavailable", "Retry-After: 31536000"), Truth.BROKEN,
         FAILING),
    case("busy-then-page", G, _calms("503 Service Unavailable"), Truth.PAGE, ALIVE),
    case("limited-then-page", G, _calms("429 Too Many Requests"), Truth.PAGE, ALIVE),
    _lives("speaks-of-captcha", "如何在办事大厅请输入验证码？" + _LONG, "验证码使用说明"),
    _lives("speaks-of-firewall", "关于采购防火墙及安全验证设备的公告。" + _LONG, "防火墙采购公告"),
    _lives("speaks-of-access-denied", "If you see “Access Denied”, call the office. " + _LONG, "Access denied: help"),
    _lives("buys-a-firewall", "市局防火墙设备采购公告，预算一百万元，请登录采购网报名。", "采购公告"),
    _lives("query-form", '<form>请输入查询编号<input name=no>请输入验证码<input name=code><button>查询</button></form>', "信件查询"),
    _lives("home-with-password-form", _LONG, "某局", tail='<form><input type="password"></form>'),
    _lives("page-with-reload-script", _LONG, "直播", tail="<script>setTimeout(function(){location.reload()},9e5)</script>"),
    _lives("page-with-cookie-script", _LONG, "某局", head="<script>document.cookie='seen=1';eval('1')</script>"),
    _lives("page-with-challenge-script", _LONG, "某局", tail='<script src="/cdn-cgi/challenge-platform/x.js"></script>'),
    _lives("page-with-geetest", _LONG, "某局", tail='<script src="https://static.geetest.com/static/tools/gt.js"></script>'),
    case("script-goes-to-first-child", G, answer('<script>window.location.href="/heads/plain"</script>'), Truth.PAGE,
         ALIVE, UNVERIFIED),
    case("meta-goes-to-first-child", G, answer('<meta http-equiv=refresh content="0;url=/heads/plain">'), Truth.PAGE,
         ALIVE, UNVERIFIED),
)  # fmt: skip
