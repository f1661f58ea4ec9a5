"""An office's own pack of rules: what it inherits, what it changes, and what is said of a slip."""

from __future__ import annotations

from pathlib import Path

import pytest

from monitor import config, days
from monitor.config import load_pack, names
from monitor.model import ColumnClass, Confidence, Part
from monitor.yamlfile import ConfigError

OWN = """\
id: linjiang-2026
inherits: census-2019
name: 临江市政府网站检查标准
document: 临政办〔2026〕3号
limits:
  A: 10 days
  B: {limit: 120 days, warn: 100 days}
rules:
  - {id: W4-2, with: {at_least: 6}, warn: {at_least: 4}}
  - {id: K17, leave_out: true}
"""


def own(tmp_path: Path, text: str = OWN) -> Path:
    path = tmp_path / "our-rules.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def said(tmp_path: Path, text: str) -> str:
    own(tmp_path, text)
    with pytest.raises(ConfigError) as error:
        load_pack("our-rules.yaml", tmp_path)
    return str(error.value)


def test_ten_lines_change_what_they_name_and_inherit_the_rest(tmp_path: Path) -> None:
    own(tmp_path)
    base, pack = load_pack("census-2019", tmp_path), load_pack("our-rules.yaml", tmp_path)
    rules = {rule.id: rule for rule in pack.rules}
    assert (pack.inherits, pack.total, pack.pass_line) == ("census-2019", 100, 60)
    assert set(rules) == {rule.id for rule in base.rules} - {"K17"}
    assert (rules["W4-2"].settings["at_least"], rules["W4-2"].settings["blank"]) == (6, True)
    assert (rules["W4-2"].confidence, rules["W4-2"].source) == (Confidence.OWN, "临政办〔2026〕3号")
    assert (rules["W4-1"].confidence, rules["W4-1"].source) == (Confidence.READ, "国办秘函〔2019〕19号")
    assert pack.limits[ColumnClass.A].limit == days.span("10 days")
    assert pack.limits[ColumnClass.A].warn is None  # the inherited one would come too late
    assert pack.limits[ColumnClass.B].warn == days.span("100 days")
    assert pack.limits[ColumnClass.C] == base.limits[ColumnClass.C]


def test_a_new_rule_takes_one_file(tmp_path: Path) -> None:
    text = OWN + (
        "  - {id: L1, part: duty, indicator: 周更新, clause: 动态类栏目每周更新。, check: silent columns,"
        " with: {classes: [A], at_least: 1}}\n"
    )
    own(tmp_path, text)
    last = load_pack("our-rules.yaml", tmp_path).rules[-1]
    assert (last.id, last.part, last.meaning) == ("L1", Part.DUTY, "动态类栏目每周更新。")


def test_packs_may_inherit_from_each_other_but_not_in_a_circle(tmp_path: Path) -> None:
    own(tmp_path)
    (tmp_path / "county.yaml").write_text(
        "{id: county, inherits: our-rules.yaml, name: 县, document: 县办, limits: {A: 7 days}}", encoding="utf-8"
    )
    assert load_pack("county.yaml", tmp_path).limits[ColumnClass.A].limit == days.span("7 days")
    text = OWN.replace("inherits: census-2019", "inherits: our-rules.yaml")
    assert "circle" in said(tmp_path, text)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("inherits: census-2019", "inherits: census-2020"), "inherits: one of census-2015, census-2019, freshness"),
        (("A: 10 days", "A: ten days"), "limits.A"),
        (("A: 10 days", "X: 10 days"), "limits"),
        (("id: W4-2", "id: W9-9"), "W9-9 is a new rule and lacks part, indicator, clause, check"),
        (("id: K17", "id: K99"), "no rule K99 is inherited"),
        (("leave_out: true", "check: magic"), "one of the checks is meant"),
        (("at_least: 6", "at_least: 6}, colour: {a: 1"), "unknown key"),
    ],
)
def test_a_slip_is_one_sentence_at_its_place(tmp_path: Path, change: tuple[str, str], words: str) -> None:
    sentence = said(tmp_path, OWN.replace(*change))
    assert words in sentence
    assert "our-rules.yaml:" in sentence


FLEET = """\
office: o
rules: {rules}
units: [{{id: u, name: u}}]
sites:
  - id: s
    name: s
    url: http://s.example.gov.cn/
    unit: u
    portal: true
    columns:
      - {{name: 工作动态, url: /gzdt/}}
      - {{name: 政府公报, url: /gb/}}
      - {{name: 通知公告, url: /tzgg/, limit: 30 days}}
    duties:
      - {{name: 年度报告, column: /nb/, by: "03-31"}}
    waivers:
      - {{rule: W6, reason: r, by: b, until: 2027-01-01}}
      - {{rule: 年度报告, reason: r, by: b, until: 2027-01-01}}
"""


def fleet(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "sites.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_an_inventory_is_judged_by_the_pack_it_names(tmp_path: Path) -> None:
    own(tmp_path)
    found = config.load(fleet(tmp_path, FLEET.format(rules="our-rules.yaml")))
    assert found.rules is not None
    assert found.rules.id == "linjiang-2026"
    news, gazette, notices = found.sites[0].columns
    assert news.limit == days.span("10 days")
    assert gazette.limit == days.span("2 months")  # its name's own
    assert (notices.limit, notices.warn) == (days.span("30 days"), None)
    assert found.sites[0].limits[ColumnClass.A].limit == days.span("10 days")
    assert found.sites[0].portal


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("rules: census-2019", "rules: census-2031"), "one of census-2015, census-2019, freshness or a file"),
        (("rule: W6", "rule: W66"), "no rule or duty is called W66; was W6 meant?"),
        (('by: "03-31"', 'by: "13-31"'), "month and day are meant"),
        (
            ('by: "03-31"', 'by: "03-31", at_least: 3'),
            "one of every, by, after and at_least is meant (found by, at_least)",
        ),
        ((', by: "03-31"', ""), "(found none)"),
    ],
)
def test_slips_in_the_inventory(tmp_path: Path, change: tuple[str, str], words: str) -> None:
    with pytest.raises(ConfigError) as error:
        config.load(fleet(tmp_path, FLEET.format(rules="census-2019").replace(*change)))
    assert words in str(error.value)


def test_the_packs_that_ship() -> None:
    assert names() == ("census-2015", "census-2019", "freshness")
