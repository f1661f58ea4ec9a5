"""What a site says of itself: read from home pages as they are, held against what it must say."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.model import Identity, Sign
from monitor.page import identify

SHARED = Path(__file__).resolve().parents[2] / "shared"
URL = "http://www.qqhr.gov.cn/"


def home(foot: str, *, head: str = "", body: str = "") -> bytes:
    rows = "".join(f"<li><a href='/n{n}.html'>关于做好第{n}号工作的通知</a></li>" for n in range(30))
    return (
        f"<!DOCTYPE html><html><head><meta charset='utf-8'><title>某市</title>{head}</head><body>{body}"
        f"<ul>{rows}</ul><div class='footer'>{foot}</div></body></html>"
    ).encode()


def read(foot: str, **more: str) -> Identity:
    return identify(home(foot, **more), URL)


# The foot of the city report, as it stands in its text.
CITY = """<p><a href="/about/">关于我们</a> | <a href="/sm/">网站声明</a> | <a href="/map/">网站地图</a></p>
<p>主办:齐齐哈尔市人民政府 版权所有:齐齐哈尔市人民政府</p><p>承办:齐齐哈尔市政务公开领导小组办公室 技术支持:齐齐哈尔市信息中心</p>
<p>黑ICP备 05009380 号 黑公网安备 23020302000022号</p><p>网站标识码: 2302000004 网站邮箱:1299668005@qq.com</p>
<p>本站建议使用IE9.0以上 分辨率1440×900</p>"""


def test_the_citys_foot() -> None:
    found = read(CITY)
    assert found.site_code == Sign(value="2302000004", evidence="标识码: 2302000004", where="text")
    assert found.icp == Sign(value="黑ICP备05009380号", evidence="黑ICP备 05009380 号", where="text")
    assert found.police == Sign(
        value="黑公网安备23020302000022号", evidence="黑公网安备 23020302000022号", where="text"
    )
    assert found.organiser == Sign(value="齐齐哈尔市人民政府", evidence="主办:齐齐哈尔市人民政府", where="text")
    assert found.owner.value == "齐齐哈尔市人民政府"
    assert found.contractor.value == "齐齐哈尔市政务公开领导小组办公室"
    assert found.contact == Sign(value="1299668005@qq.com", evidence="1299668005@qq.com", where="text")
    assert found.site_map == Sign(value="http://www.qqhr.gov.cn/map/", evidence="网站地图 /map/", where="link")
    assert [found.badge.evidence, found.error_entry.evidence, found.search.evidence] == ["", "", ""]
    assert found.script_footer == ""
    assert found.wordless_images == 0


@pytest.mark.parametrize(
    ("foot", "code"),
    [
        ("网站标识码：2302000004", "2302000004"),
        ("网 站 标 识 码 ： 2302000004", "2302000004"),
        ("政府网站标识码:5109030018", "5109030018"),
        ("网站标识码５１０９０３００１８", "5109030018"),
        ("网站标识码：bm55000001 京ICP备19014889号", "bm55000001"),
        ("网站标识码：<span>bm14000002</span>&nbsp;|&nbsp;京", "bm14000002"),
        ("网站标识码：N000000672", "N000000672"),
        ("<td>网站标识码：</td><td>2302000004</td>", "2302000004"),
        ("政府网站标识码：310000000044", "310000000044"),  # not of the known form: for the judge
        ("网站标识码：3300000020<a><img>浙公网安备 33010602009328号</a>", "3300000020"),
        ("网站标识码：230200 0004 电话：0452-2791234", "2302000004"),
    ],
)
def test_site_codes(foot: str, code: str) -> None:
    assert read(f"<table><tr>{foot}</tr></table>" if "<td" in foot else foot).site_code.value == code


def test_a_label_without_its_code_is_not_sure() -> None:
    assert read("网站标识码：").site_code == Sign(evidence="网站标识码", where="text", sure=False)


@pytest.mark.parametrize(
    ("foot", "icp", "sure"),
    [
        ("黑ICP备 05009380 号", "黑ICP备05009380号", True),
        ("京<span>ICP</span>备<span>19054529</span>号<span>-1</span>", "京ICP备19054529号-1", True),
        ("ICP备案号： 冀ICP备15003849号", "冀ICP备15003849号", True),
        ("沪ICP备：12004267", "沪ICP备：12004267", True),
        ("苏ICP备2021001234号-3", "苏ICP备2021001234号-3", True),
        ("ICP证：桂B2-20040022-5", "", False),
        ("备案号：苏IPC备16022877号", "", False),
        ("<a href='https://beian.miit.gov.cn/'>备案</a>", "", False),
    ],
)
def test_registrations(foot: str, icp: str, sure: bool) -> None:
    found = read(foot).icp
    assert (found.value, found.sure) == (icp, sure)
    assert found.evidence


@pytest.mark.parametrize(
    ("foot", "police"),
    [
        ("黑公网安备 23020302000022号", "黑公网安备23020302000022号"),
        ("冀公网安备： 13030202002230", "冀公网安备13030202002230号"),
        ("沪公安备：31010102045442号", "沪公网安备31010102045442号"),
        ("湘公安网备号43010402000231号", "湘公网安备43010402000231号"),
        ("公安机关备案号：43010302000524", "43010302000524"),
        ("网警备案号：45010302000153", "45010302000153"),
        (
            "<a href='http://www.beian.gov.cn/portal/registerSystemInfo?recordcode=44011702000081'><img src=a.png></a>",
            "44011702000081",
        ),
    ],
)
def test_police_registrations(foot: str, police: str) -> None:
    assert read(foot).police.value == police


@pytest.mark.parametrize(
    ("foot", "organiser"),
    [
        ("主办：齐齐哈尔市人民政府　承办：市政府办", "齐齐哈尔市人民政府"),
        ("主 办：市住房和城乡建设局 技术支持：某公司", "市住房和城乡建设局"),
        ("主　办　单　位：某经济技术开发区管委会 | 邮编：100000", "某经济技术开发区管委会"),
        ("<span>主办：省教育厅科学技术处</span>\n<span>制作维护：省教育管理信息中心</span>", "省教育厅科学技术处"),
        ("主管单位：省政府办公厅&nbsp;&nbsp;主办单位：<a href='#'>省大数据中心</a>", "省大数据中心"),
        ("<span>某市人民政府主办</span> <span>某市人民政府办公室承办</span>", "某市人民政府"),
        ("主办：中共船山区委 船山区人民政府　承办: 船山区人民政府办公室", "中共船山区委 船山区人民政府"),
        ("主办单位：某市财政局 联系信箱：czj@czfb.gov.cn", "某市财政局"),
        ("版权所有：某市水利局", ""),
        ("科普活动周由自治区人民政府主办，" + "各市协办并组织群众参加。" * 10, ""),
    ],
)
def test_organisers(foot: str, organiser: str) -> None:
    assert read(foot).organiser.value == organiser


@pytest.mark.parametrize(
    ("foot", "contact"),
    [
        ("技术支持电话：022-24538244 政务投诉电话：022-88908890", "022-88908890"),
        ("联系电话：23111111", "23111111"),
        ("电话： 0335-3650560  冀公网安备： 13030202002230", "0335-3650560"),
        ("网站邮箱:1299668005@qq.com", "1299668005@qq.com"),
        ("<a href='mailto:a@b.gov.cn'>来信</a>", "a@b.gov.cn"),
        ("<a href='/lxwm/'>联系我们</a> 地址：某路1号", "http://www.qqhr.gov.cn/lxwm/"),
        ("地址：某区金融大街甲15号邮政编码：100033", "某区金融大街甲15号"),
        ("技术支持电话：022-24538244", ""),
    ],
)
def test_contacts(foot: str, contact: str) -> None:
    assert read(foot).contact.value == contact


def test_an_organiser_above_the_foot_is_not_sure() -> None:
    found = read(CITY.replace("主办:齐齐哈尔市人民政府", ""), body="<p>主办单位：省文联</p>")
    assert found.organiser == Sign(value="省文联", evidence="主办单位：省文联", where="text", sure=False)


CONAC = "document.write(unescape(\"%3Cspan id='_ideConac' %3E%3C/span%3E%3Cscript src='http://dcs.conac.cn/js/33/CA330000000604258890010.js' type='text/javascript'%3E%3C/script%3E\"));"


@pytest.mark.parametrize(
    ("foot", "where", "sure"),
    [
        (f"<script>{CONAC}</script>", "script", True),
        (f"<script>\n//{CONAC}\nvar a;</script>", "", True),  # switched off
        (f"<!--<script>{CONAC}</script>-->", "", True),
        ("<script src='//dcs.conac.cn/js/33/CA330000000604258890010.js'></script>", "script", True),
        ("<a href='http://bszs.conac.cn/sitename?method=show&amp;id=6E7C'><img src='a.png'></a>", "link", True),
        ("<div style='display:none'><a href='http://bszs.conac.cn/sitename?id=6E7C'>x</a></div>", "link", False),
        ("<img src='http://dcs.conac.cn/image/blue.png'>", "image", True),
        ("<img src='/images/a.png' alt='党政机关网站标识'>", "image", True),
        ("<img src='/images/gov_red.png'>", "image", False),
        ("<img src='/imgs/scju_red.png'>", "image", False),
        ("<img src='/images/predict.png'>", "", True),
        ("<a href='/zfjg/'>党政机关</a>", "link", False),
    ],
)
def test_badges(foot: str, where: str, sure: bool) -> None:
    found = read(foot).badge
    assert (found.where, found.sure) == (where, sure)


@pytest.mark.parametrize(
    ("foot", "where", "code", "sure"),
    [
        ("<script id=\"_jiucuo_\" sitecode='2302000004' src='https://zfwzgl.www.gov.cn/exposure/jiucuo.js'></script>", "script", "2302000004", True),
        ("<script id='_jiucuo_' sitecode='2202000014' src='images/jiucuo.js'></script>", "script", "2202000014", True),
        ("<a href='http://121.43.68.40/exposure/jiucuo.html?site_code=3204000012&url=x'><img src=z.png></a>", "link", "3204000012", True),
        ("<a style='display:none;' href='http://pucha.kaipuyun.cn/exposure/jiucuo.html?site_code=3300000020'>x</a>", "link", "3300000020", False),
        ("<script>function j(){open('https://zfwzgl.www.gov.cn/exposure/jiucuo.html?site_code=5300000002')}</script>", "script", "5300000002", True),
        ("<p>我为政府网站找错</p>", "text", "", True),
        ("<a href='/jc/'><img src='/j.png' alt='政府网站找错'></a>", "image", "", True),
        ("<a href='/jc/'>我要纠错</a>", "link", "", False),
        ("<!--<script id='_jiucuo_' sitecode='5100000062' src='http://pucha.kaipuyun.cn/exposure/jiucuo.js'></script>-->", "", "", True),
    ],
)  # fmt: skip
def test_error_entries(foot: str, where: str, code: str, sure: bool) -> None:
    found = read(foot).error_entry
    assert (found.where, found.value, found.sure) == (where, code, sure)


@pytest.mark.parametrize(
    ("body", "where", "sure"),
    [
        ("<form action='/search.jspx'><input name='q'></form>", "form", True),
        ("<input type='text' id='SearchWord' value='请输入关键字'>", "form", True),
        ("<form action='http://www.baidu.com/s'><input name='wd'></form>", "form", False),
        ("<form action='/login'><input name='username'><input type=password name=p></form>", "", True),
        ("<a href='/was5/web/'>全文检索</a>", "link", True),
        ("<a href='javascript:void(0)'>搜索</a>", "link", False),
        ("<iframe src='/public/search.html'></iframe>", "form", True),
        ("<script src='/js/search.js'></script>", "script", False),
        ("<a href='/n.html'>我市搜索引擎企业座谈会</a>", "", True),
    ],
)
def test_searches(body: str, where: str, sure: bool) -> None:
    found = read(CITY, body=body).search
    assert (found.where, found.sure) == (where, sure)


@pytest.mark.parametrize(
    ("foot", "reason"),
    [
        ("<script src='/js/foot.js'></script>", "script /js/foot.js"),
        ("<iframe src='/html/footer.html'></iframe>", "iframe /html/footer.html"),
        ("<div id='footer'></div>", "empty div footer"),
        ("<div id=f></div><script>$('#footer').load('/public/footer.html');</script>", "script $('#footer').load("),
        ("<p>x</p><script src='/js/jquery.js'></script>", "nothing of a foot on the page, but 1 scripts from files"),
        (CITY + "<script src='/js/jquery.js'></script>", ""),
        ("<p>x</p><script>b.innerText='主办：某区政府 网站标识码:5109030018'</script>", "script b.innerText='主办"),
        (CITY + "<script>b.innerText='主办：某区政府'</script>", ""),  # it stands on the page, too
        (CITY + "<div class='bottom-line'></div>", ""),
        (CITY + "<div class='bottom'></div>", ""),  # a foot stands there
        (CITY + "<script src='/js/foot.js'></script>", "script /js/foot.js"),
    ],
)
def test_feet_that_a_script_fills(foot: str, reason: str) -> None:
    assert read(foot).script_footer.startswith(reason)
    assert bool(read(foot).script_footer) == bool(reason)


def test_what_a_script_writes_is_read() -> None:
    found = read("<script>document.writeln('<p>主办：某市人民政府</p>');document.writeln(\"<p>政府网站标识码：1200000052</p>\")</script>")  # fmt: skip
    assert (found.organiser.value, found.site_code.value) == ("某市人民政府", "1200000052")


def test_images_without_words() -> None:
    found = read(CITY + "<img src=/a.png><a href='/x'><img src=/b.png></a><img src=/c.png alt=警徽>"
                 "<a href='http://www.beian.gov.cn/x'><img src=/d.png></a><a href='/y'><img src=/e.png>无障碍</a>")  # fmt: skip
    assert found.wordless_images == 2


def test_page_tags() -> None:
    head = "<META NAME=sitename content='某市'><meta content='2302000004' name=\"SiteIDCode\"/><meta name=SiteDomain content=''><meta name=ColumnName content=null>"
    found = read(CITY, head=head)
    assert found.tags == {"SiteName": "某市", "SiteIDCode": "2302000004"}
    assert found.empty_tags == {"SiteDomain", "ColumnName"}


@pytest.mark.parametrize("charset", ["gb18030", "utf-8", "utf-16"])
def test_encodings(charset: str) -> None:
    label = "gb2312" if charset == "gb18030" else charset
    body = home(CITY).decode().replace("charset='utf-8'", f"charset='{label}'").encode(charset)
    assert identify(body, URL).organiser.value == "齐齐哈尔市人民政府"


@given(st.binary(max_size=600) | st.text(max_size=600).map(str.encode))
def test_any_bytes(body: bytes) -> None:
    assert identify(body, URL).url == URL
    assert identify(home("") + body, URL).url == URL


PIECES = ["主办", "：", "版权所有", " ", "\n", "标识码", "1", "黑ICP备", "公网安备", "电话", "@", "a.", "<p>", "<a href=x>", "</a>",
          "<img src=x>", "<input name=q>", "<form>", "<script>", "</script>", "//", "%3", "foot", "<div id=footer>", "由"]  # fmt: skip


@given(st.lists(st.sampled_from(PIECES), max_size=60), st.integers(1, 300))
def test_any_mixture(pieces: list[str], times: int) -> None:
    identify(("".join(pieces) * times).encode(), URL)


HOSTILE = {
    "han": "由" * 1_300_000,
    "blanks": "主 " * 600_000,
    "owners": "版权所有" * 300_000,
    "organisers": "主办单位：" * 200_000,
    "named": "某市人民政府主办 " * 100_000,
    "codes": "标识码1" * 200_000,
    "digits": "标识码" + "1 " * 800_000,
    "phones": "电话(" * 300_000,
    "mails": "a" * 2_000_000 + "@",
    "links": "<a href=x>" * 60_000,
    "boxes": "<form>" + "<input name=q>" * 60_000,
    "deep boxes": "<div>" * 300 + "<input name=zz>" * 60_000,
    "images": "<img src=x>" * 60_000,
    "named elements": "<div id=footer>" * 60_000,
    "scripts": "<script>foot') .</script>" * 60_000,
    "one script": "<script>" + "foot" * 900_000 + "</script>",
    "addresses": "<a href='" + "beian?" * 500_000 + "'>x</a>",
}


@pytest.mark.parametrize("kind", HOSTILE)
@pytest.mark.timeout(20)
def test_hostile_pages_are_read(kind: str) -> None:
    assert identify(HOSTILE[kind].encode(), URL).url == URL


REAL = {
    "pages/atxlyj_cn/index.html": {"site_code": "2202000006", "icp": "吉ICP备05005864号", "police": "吉公网安备22021102000204号", "organiser": "", "error_entry": "2202000014", "contact": "0432-64606800"},
    "pages/gzdzhrss_com/index.html": {"site_code": "", "icp": "", "police": "", "organiser": "道真县人力资源网", "contact": "0851-257842065"},
    "pages/jspn_js_cn/index.html": {"site_code": "", "organiser": "", "owner": "江苏省物价局-江苏省物价局网站"},
    "pages/hdjxedu_cn/index.html": {"site_code": "", "icp": "闽ICP备16009600号", "police": "闽公网安备35020602000117号", "owner": "北京市海淀区教师进修学校"},
    "sites/scest_net/index.html": {"site_code": "5100000016", "icp": "蜀ICP备19002444号-1", "organiser": "四川省教育厅科学技术处-四川省教育服务公共平台网站", "error_entry": "5100000016"},
    "sites/scest_net/index1.html": {"site_code": "5100000062", "icp": "蜀ICP备13001288号", "police": "川公网安备51010402000507号", "organiser": "四川省大数据中心", "error_entry": ""},
    "pages/gne/tests/shanxi/1.html": {"site_code": "1400000045", "icp": "晋ICP备12000773号", "organiser": "山西省人民政府办公厅", "error_entry": "1400000045"},
    "pages/gne/tests/gzggw/1.html": {"site_code": "3300000020", "icp": "浙ICP备05018911号", "police": "浙公网安备33010602009328号", "organiser": ""},
    "pages/gbk/atxlyj_cn_xxgk_bmwj_index.lying.html": {"site_code": "2202000006", "icp": "吉ICP备05005864号"},
}  # fmt: skip


@pytest.mark.parametrize("name", REAL)
def test_real_pages(name: str) -> None:
    path = SHARED / name
    if not path.is_file():
        pytest.skip(f"the real pages are not here: {name} is absent")
    found = identify(path.read_bytes(), URL)
    assert {mark: getattr(found, mark).value for mark in REAL[name]} == REAL[name]
