"""The word lists: complete in each language, and every phrase a template asks for is there."""

import re
import tomllib
from datetime import date
from importlib.resources import files
from string import Formatter

import pytest

from monitor.model import Change, ColumnClass, Kind, LinkState, Reading, Span
from monitor.report.words import LANGUAGES, words

SOURCES = list(files("monitor.report").joinpath("templates").iterdir())


def places(phrase: str) -> set[str]:
    return {name.split(":")[0] for _, name, _, _ in Formatter().parse(phrase) if name}


def test_both_lists_hold_the_same_keys_with_the_same_places() -> None:
    chinese, english = (words(tag).entries for tag in LANGUAGES)
    plain = {key for key in english if not (key.endswith("_one") and key.removesuffix("_one") in english)}
    assert plain == set(chinese)
    for key in plain - {"report.date"}:
        assert places(chinese[key]) == places(english[key]), key


def test_every_phrase_says_something() -> None:
    for tag in LANGUAGES:
        assert all(phrase.strip() for phrase in words(tag).entries.values())


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


def test_every_phrase_that_a_template_names_is_in_the_list() -> None:
    entries = words("zh-CN").entries
    named = {
        key for source in SOURCES for key in re.findall(r'say\("([a-z_]+\.[a-z_0-9]+)"', source.read_text("utf-8"))
    }
    assert len(named) > 60
    assert not named - set(entries)


def test_no_template_holds_words_of_a_language_or_turns_escaping_off() -> None:
    assert len(SOURCES) >= 8
    for source in SOURCES:
        content = source.read_text("utf-8")
        assert not re.search(r"\|\s*safe|autoescape|Markup|http-equiv=.refresh|https?://", content), source
        if source.name not in ("style.css", "table.js"):
            assert not re.search(r"[\u4e00-\u9fff]", re.sub(r"\{.*?\}|font-family:[^;]*;", "", content)), source


def test_the_lists_are_plain_tables() -> None:
    for tag in LANGUAGES:
        loaded = tomllib.loads(files("monitor").joinpath("locale", f"{tag}.toml").read_text("utf-8"))
        assert all(isinstance(phrase, str) for section in loaded.values() for phrase in section.values())


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
