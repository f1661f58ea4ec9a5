"""The signs by which a page gives itself away: a wall, a notice of works, a page taken over by others."""

from __future__ import annotations

import re

from monitor import urls
from monitor.links.plain import has_script, title_of, visible
from monitor.model import Fetch
from monitor.text import printable

_WALLS = {
    401: "login wall (401)",
    402: "payment wall (402)",
    403: "access refused (403)",
    405: "request refused (405)",
    406: "request refused (406)",
    407: "proxy login asked (407)",
    412: "firewall (412)",
    418: "firewall (418)",
    428: "firewall (428)",
    429: "too many requests (429)",
    451: "withheld for legal reasons (451)",
    511: "network login asked (511)",
    521: "firewall (521)",
    566: "firewall (566)",
    567: "firewall (567)",
    999: "access refused (999)",
}
_CHALLENGE = re.compile(
    r"\$_ts\s*=\s*window|__jsl_clearance|acw_sc__v2|acw_tc=|yunsuo_session|security_session_(?:verify|mid)|wzws"
    r"|__cf_chl|cf-browser-verification|cdn-cgi/challenge-platform|/_guard/|aliyun_waf|TencentCaptcha\(|_incapsula_"
    r"|geetest\.com/static|ddos-guard|sucuri_cloudproxy|awswafintegration|<meta[^>]{0,300}\sr=['\"]m['\"]",
    re.IGNORECASE,
)
_RELOAD = re.compile(r"location\s*\.\s*reload\s*\(|location\s*\[\s*['\"]reload['\"]\s*\]", re.IGNORECASE)
_MOVE = re.compile(r"location(?:\.href|\.replace|\.assign)?\s*[=(]", re.IGNORECASE)
_COOKIE = re.compile(r"document\s*(?:\.\s*cookie|\[\s*['\"]cookie['\"]\s*\])\s*=", re.IGNORECASE)
_EVALUATES = re.compile(r"\beval\s*\(|atob\s*\(|String\.fromCharCode|unescape\s*\(", re.IGNORECASE)
_CAPTCHA = re.compile(
    r"人机验证|滑动验证|拖动.{0,6}滑块|安全验证|访问验证|身份验证中|verify (?:that )?you are (?:a )?human"
    r"|are you a robot|not a robot|just a moment|checking your browser"
    r"|attention required|complete the captcha|security check|unusual traffic"
    r"|(?:访问|请求|操作)(?:过于|太)频繁|(?:为了|为保障|检测到).{0,30}验证|验证码?.{0,8}(?:继续|后).{0,4}(?:访问|浏览)",
    re.IGNORECASE,
)
_CAPTCHA_MEANS = re.compile(r"captcha|verif|slider|geetest|yzm|validate|<form|<canvas|<input", re.IGNORECASE)
_BLOCKED = re.compile(
    r"(?:请求|访问|操作|IP|行为|参数).{0,20}(?:被|已).{0,10}(?:拦截|阻断|拒绝|禁止)|(?:请求|访问|URL).{0,20}(?:存在威胁|造成安全威胁|不合法)"
    r"|access denied|request (?:was |has been )?(?:blocked|rejected)|you have been blocked|url was rejected"
    r"|forbidden by waf|blocked by .{0,30}firewall",
    re.IGNORECASE,
)
_BLOCKED_TITLE = re.compile(
    r"\W*(?:(?:网站|web|应用|云)*(?:防火墙|云盾|安全狗|创宇盾|云锁)"
    r"|访问(?:拦截|被?拒绝|禁止|受限)|拦截提示|request rejected|access denied|blocked)\W*",
    re.IGNORECASE,
)
_LOGIN_ADDRESS = re.compile(
    r"^https?://(?:sso|login|passport|cas|auth|oauth)\."
    r"|/(?:[^/?#]*(?:login|signin|sign-in|passport|logon)[^/?#]*|sso|cas|oauth2?)(?:[/?#]|$)",
    re.IGNORECASE,
)
_PASSWORD = re.compile(r"<input\b[^>]{0,400}type\s*=\s*['\"]?password", re.IGNORECASE)

_MAINTENANCE = re.compile(
    r"(?:升级|改版|维护|建设|调试|迁移|筹建|装修)中|正在(?:进行)?.{0,8}(?:升级|改版|维护|建设|调试|迁移)"
    r"|(?:系统|网站|服务器|栏目|页面)(?:升级|维护|改版)"
    r"|升级维护|升级改版|暂停(?:服务|访问|开放)|暂时关闭|敬请期待|under (?:maintenance|construction)"
    r"|down for maintenance"
    r"|scheduled maintenance|coming soon|be back (?:soon|shortly)|технические работы|на реконструкции",
    re.IGNORECASE,
)
_NOTICE_TITLE = re.compile(r"关于.{2,60}(?:通知|公告|通告|公示|说明|函)|\bnotice\b.{0,20}\babout\b", re.IGNORECASE)

_PARKED = re.compile(
    r"domain (?:name )?(?:is |may be )?(?:for sale|parked|available for purchase)|buy this domain"
    r"|this domain (?:has )?expired|domain has expired"
    r"|sedoparking|parkingcrew|hugedomains|afternic|bodis\.com|dan\.com/buy-domain|域名.{0,8}(?:出售|转让|待售"
    r"|可售|已过期|已到期|竞价)"
    r"|(?:出售|转让|购买)(?:此|该|本)?域名|домен (?:продается|припаркован)",
    re.IGNORECASE,
)
PARKED_WORDS = ("domain", "域名", "sedoparking", "parkingcrew", "afternic", "bodis.com", "dan.com", "домен")
"""No parked page is without one of these, in lower case."""
_DEFAULT_TITLE = re.compile(
    r"welcome to nginx!?|apache2 .{0,30}default page.*|iis windows( server)?|iis\d*|test page for .{0,60}"
    r"|恭喜，?站点创建成功！?|没有找到站点"
    r"|站点未找到|apache tomcat/?[\d.]*|welcome to openresty!?|welcome to tengine!?|internet information services.*",
    re.IGNORECASE,
)
VICE = (
    "博彩", "百家乐", "老虎机", "六合彩", "时时彩", "北京赛车", "pk10", "真人娱乐", "真人荷官", "体育投注",
    "娱乐城", "新葡京", "永利", "威尼斯人", "开云体育", "亚博", "皇冠体育", "必威", "bet365", "棋牌游戏",
    "赌场", "电竞投注", "私彩", "幸运飞艇", "开户送", "首存", "返水", "彩金", "成人视频", "成人影院",
    "av在线", "无码", "一级毛片", "裸聊", "casino", "judi", "togel", "sportsbook", "baccarat", "jackpot",
    "poker online", "slot online", "slotonline",
)  # fmt: skip
_AGAINST_VICE = re.compile(
    r"打击|查处|整治|治理|严禁|禁止|防范|警惕|反诈|诈骗|举报|违法|犯罪|公安|案例|涉赌|禁赌|戒赌|police|illegal"
    r"|crack ?down|warning|fraud",
    re.IGNORECASE,
)
_HAN = re.compile(r"[\u4e00-\u9fff]")
_FOREIGN_PATH = re.compile(r"(?:^|[/.])(?:en|eng|english|ru|fr|de|es|jp|ja|kr|ko|ar)(?:[/.]|$)", re.IGNORECASE)

_SECOND_LEVELS = frozenset(
    ("com", "net", "org", "gov", "edu", "ac", "mil", "co", "go", "or", "ne", "gob", "gouv", "idv")
)
_PROVINCES = frozenset(re.findall("..", "bjshtjcqhesxnmlnjlhljszjahfjjxsdhahbhngdgxhiscgzynxzsngsqhnxxjtwhkmo"))


def wall(fetch: Fetch, text: str = "") -> str:
    """What turned the monitor away, as one clause; "" when nothing did.

    `text` is the decoded markup. A page that was meant for readers and merely speaks of walls is none.
    """
    if fetch.failure is not None or fetch.status is None:
        return ""
    if "cf-mitigated" in fetch.headers:
        return f"challenge for browsers (cf-mitigated, {fetch.status})"
    seen = visible(text) if text else ""
    if text and len(seen) <= 400 and has_script(text) and _CHALLENGE.search(text):
        return f"script challenge ({fetch.status})"
    if fetch.status in _WALLS:
        return _WALLS[fetch.status]
    if fetch.status in (404, 410) or not text:
        return ""
    return _wall_by_text(fetch, text, seen)


def _wall_by_text(fetch: Fetch, text: str, seen: str) -> str:
    """The walls that answer like a page: scripts that reload, captchas, refusals in words, log-in forms."""
    if len(seen) <= 40 and has_script(text) and _only_script_reloads(text):
        return f"script challenge ({fetch.status})"
    title = title_of(text)
    if len(seen) <= 400 and (_CAPTCHA.search(title) or (_CAPTCHA.search(seen) and _CAPTCHA_MEANS.search(text))):
        return f"asks to prove that one is human ({fetch.status})"
    if len(seen) <= 200 and re.search(r"(?:访问|请求|操作)(?:过于|太)频繁", seen):
        return f"too many requests, it says ({fetch.status})"
    if (len(seen) <= 200 and _BLOCKED.search(seen)) or (len(seen) <= 400 and _BLOCKED_TITLE.fullmatch(title)):
        return f"firewall says no ({fetch.status})"
    if fetch.hops and _LOGIN_ADDRESS.search(fetch.url) and not _LOGIN_ADDRESS.search(fetch.asked):
        return f"redirected to a log-in page ({fetch.status})"
    if fetch.hops and len(seen) <= 600 and _PASSWORD.search(text):
        return f"redirected to a log-in page ({fetch.status})"
    return ""


def _only_script_reloads(text: str) -> bool:
    if _RELOAD.search(text):
        return True
    return bool(_COOKIE.search(text) and (_MOVE.search(text) or _EVALUATES.search(text)))


def is_wall(fetch: Fetch, text: str = "") -> bool:
    """Whether a firewall, a log-in or a challenge answered instead of the page."""
    return bool(wall(fetch, text))


def is_maintenance(text: str, title: str = "") -> bool:
    """Whether a short page says that the site is being worked on (升级改版中) instead of showing it.

    `text` is markup or plain text. Long pages and announcements (关于…的通知) speak of works; they are not shut.
    """
    title = title or title_of(text)
    seen = visible(text)
    if len(seen) > 300 or _NOTICE_TITLE.search(title) or _NOTICE_TITLE.search(seen):
        return False
    return bool(_MAINTENANCE.search(seen) or _MAINTENANCE.search(title))


def registered_domain(host: str) -> str:
    """The part of a host's name that somebody registered: "a.b.gov.cn" -> "b.gov.cn"; an address stays whole."""
    labels = host.lower().strip(".").split(".")
    if len(labels) <= 2 or ":" in host or labels[-1].isdigit():
        return host.lower().strip(".")
    deep = len(labels[-1]) == 2 and (labels[-2] in _SECOND_LEVELS or (labels[-1] == "cn" and labels[-2] in _PROVINCES))
    return ".".join(labels[-3:] if deep else labels[-2:])


def hijacked(fetch: Fetch, text: str = "", title: str = "", *, official: bool = False) -> str:
    """The evidence that a page is no longer its owner's, as one clause; "" when there is none.

    `text` is the decoded markup; `official` says that the link is one of the authorities' own. A new
    domain alone proves nothing: offices merge and move.
    """
    if not text:
        return ""
    title = title or title_of(text)
    seen = visible(text)
    quoted = printable(title or seen, 60)
    parked = (len(seen) <= 1500 and _PARKED.search(f"{title} {seen}")) or (len(seen) <= 300 and _PARKED.search(text))
    if parked and not _NOTICE_TITLE.search(title):
        return f"domain parked or for sale: “{quoted}”"
    if is_default_title(title) or seen == "It works!":
        return f"a web server's default page: “{quoted}”"
    before, after = registered_domain(urls.host(fetch.asked)), registered_domain(urls.host(fetch.url))
    moved = before != after
    vice = _vice(title, seen)
    if len(vice) >= (2 if moved else 3):
        way = f"now leads to {after}, with" if moved else "carries"
        return f"{way} gambling or adult words ({', '.join(sorted(vice)[:4])}): “{quoted}”"
    if moved and _belongs(fetch.asked, official) and not _belongs(fetch.url, False) and _foreign(fetch.asked, seen):
        return f"now leads to {after}, in another language: “{quoted}”"
    return ""


def is_default_title(title: str) -> bool:
    """Whether a title is that of a web server's own page."""
    return _DEFAULT_TITLE.fullmatch(title.strip()) is not None


def _vice(title: str, seen: str) -> set[str]:
    """The distinct words of the trade; none where the page is against it."""
    said = f"{title} {seen}".lower()
    found = {word for word in VICE if word in said}
    if found and (_AGAINST_VICE.search(title) or len(_AGAINST_VICE.findall(seen)) >= 3):
        return set()
    return found


def _belongs(address: str, official: bool) -> bool:
    return official or urls.host(address).endswith(".gov.cn")


def _foreign(asked: str, seen: str) -> bool:
    """Whether a page behind a Chinese link holds letters enough, and next to none of them Chinese.

    Only a .cn host, or one that is a bare number, lets us expect Chinese; other portals speak their own tongue.
    """
    host = urls.host(asked)
    if _FOREIGN_PATH.search(asked.partition("://")[2]) or not (host.endswith(".cn") or host[-1:].isdigit()):
        return False
    letters = sum(c.isalpha() for c in seen)
    return letters >= 80 and len(_HAN.findall(seen)) < letters * 0.01
