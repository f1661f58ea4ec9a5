"""What the phrases say in each language: days, spans, clauses, sentences."""

import re
from dataclasses import replace
from datetime import date
from importlib.resources import files

import pytest

import sample
from monitor.model import Cause, Change, ColumnClass, Kind, LinkState, Phase, Reading, Span, TlsFault
from monitor.report.sentence import sentence
from monitor.report.view import view
from monitor.report.words import LANGUAGES, words

SOURCES = list(files("monitor.report").joinpath("templates").iterdir())


@pytest.mark.parametrize("tag", LANGUAGES)
def test_every_noun_of_ours_has_a_word(tag: str) -> None:
    entries = words(tag).entries
    for kind in Kind:
        assert {f"kind.{kind}", f"basis.{kind}", f"remedy.{kind}"} <= set(entries)
    assert {f"change_word.{c}" for c in Change} <= set(entries)
    assert {f"link_state.{s}" for s in LinkState} <= set(entries)
    assert {f"reading.{r}" for r in Reading} <= set(entries)
    assert {f"class.{c}" for c in ColumnClass} <= set(entries)
    assert {"site_verdict.ok", "site_verdict.violations", "site_verdict.not looked at"} <= set(entries)


def test_no_template_holds_words_of_a_language_or_turns_escaping_off() -> None:
    assert len(SOURCES) >= 8
    for source in SOURCES:
        content = source.read_text("utf-8")
        assert not re.search(r"\|\s*safe|autoescape|Markup|http-equiv=.refresh|https?://", content), source
        if source.name not in ("style.css", "table.js"):
            assert not re.search(r"[\u4e00-\u9fff]", re.sub(r"\{.*?\}|font-family:[^;]*;", "", content)), source


def test_a_language_we_do_not_have_reads_the_nearest() -> None:
    assert words("zh-TW").language == "zh-CN"
    assert words("ru").language == "en"
    assert words("").language == "en"


def test_one_is_said_in_the_singular() -> None:
    english, chinese = words("en"), words("zh-CN")
    assert english.say("columns.day_count", n=1) == "1 day"
    assert english.say("columns.day_count", n=2) == "2 days"
    assert chinese.say("columns.day_count", n=1) == "1 天"


def test_days_spans_and_limits_by_language() -> None:
    assert words("zh-CN").day(date(2026, 11, 23)) == "2026年11月23日 星期一"
    assert words("en").day(date(2026, 11, 3)) == "Tuesday, 2026-11-03"
    assert words("zh-CN").limit(Span(months=6), 184) == "6 个月"
    assert words("zh-CN").limit(None, 184) == "184 天"
    assert words("en").limit(Span(), None) == ""
    assert words("zh-CN").over(0) == "已到时限"
    assert words("zh-CN").age(31, "14 天", 17) == "31 天未更新（时限 14 天，超期 17 天）"


def test_braces_in_strangers_words_stay_as_they_are() -> None:
    assert words("zh-CN").say("report.quote", text="{0.__class__}{n}") == "“{0.__class__}{n}”"


@pytest.mark.parametrize("clause", [*Cause, *TlsFault, *(r for r in Reading if r not in (Reading.READ, Reading.BLANK))])
def test_every_cause_of_ours_is_said_in_chinese(clause: str) -> None:
    said = words("zh-CN").clause(str(clause.value))  # type: ignore[attr-defined]
    assert not re.search(r"[a-z]{3}", said.replace("Cookie", ""))
    assert words("en").clause(str(clause)) == str(clause)


@pytest.mark.parametrize(
    ("clause", "said"),
    [
        ("404 Not Found, looked at 2 times", "404 页面不存在，共查看2次"),
        ("2024-01-29 “timed out, not found” (list row 3)", "2024-01-29 “timed out, not found”（列表第3行）"),
        ("soft 404: says “not looked at” and nothing else", "页面已不存在，页面上写着“not looked at”，没有其他内容"),
        ("challenge for browsers (cf-mitigated, 403)", "浏览器验证 (cf-mitigated, 403)"),
        ("12 pages not read: disallowed by robots.txt", "有12个页面未读：网站声明不允许自动访问"),
        (
            "connection refused: [Errno 111] Connect call failed ('127.0.0.1', 1); 3 looks, none answered",
            "拒绝连接；共访问3次，均无应答",
        ),
        ("endless redirect: leads back to where it was, looked at 2 times", "循环跳转，又回到原地址，共查看2次"),
        ("endless redirect: more than 20 redirects, looked at 2 times", "连续跳转超过20次，共查看2次"),
        ("something that nobody has translated", "something that nobody has translated"),
        ("", ""),
    ],
)
def test_clauses_are_said_in_chinese_and_the_pages_own_words_are_left_alone(clause: str, said: str) -> None:
    assert words("zh-CN").clause(clause) == said


def test_how_far_a_time_out_came_is_said() -> None:
    assert {words("zh-CN").clause(f"timed out ({phase})") for phase in Phase if phase != "queue"} == {
        "域名解析超时",
        "连接超时",
        "安全连接超时",
        "应答超时",
    }


def test_a_clause_takes_no_time_however_it_is_made() -> None:
    for text in ("(" * 2000, "now leads to " * 200, "“" * 3000, "(label " * 500, "a, until " * 400):
        assert len(words("zh-CN").clause(text)) <= 3000


def test_sentences_are_in_the_official_register() -> None:
    report = sample.city()
    said = [sentence(r.violation, r.limit, words("zh-CN")) for r in view(report).rows]
    assert (
        said[0]
        == "“政务公开 > 通知公告”栏目自 2024年1月29日以来未更新，截至监测时间点已 1029 天，超过 6 个月时限 845 天"
    )
    assert "“健康要闻”栏目自 2026年11月9日以来未更新，截至监测时间点已 14 天，已到 14 天时限" in said
    assert "“公示公告”栏目为空白" in said
    assert "链接“招生计划附件下载”无法打开（HTTP 404，两次查看均如此），出现在 1 个页面" in said
    undated = replace(report.violations[0], newest=None, days_since_update=None, days_over=None)
    assert sentence(undated, "", words("zh-CN")) == "“政务公开 > 通知公告”栏目的内容均未注明日期，按未更新计"
    assert all(sentence(v, "6 months", words("en")).isprintable() for v in report.violations)
