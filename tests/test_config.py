import json
from datetime import UTC, date
from importlib.resources import files
from pathlib import Path

import jsonschema
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from monitor import config, yamlfile
from monitor.model import ColumnClass, Fleet, Holidays, NoticeSettings, Render, Span, WorkCalendar, YearDays
from monitor.yamlfile import ConfigError

ROOT = Path(__file__).parents[1]
GOOD = """\
office: 示例市人民政府办公室
units:
  - {id: water, name: 市水利局, contacts: [water@example.gov.cn]}
sites:
  - id: water
    name: 市水利局网站
    url: http://slj.example.gov.cn
    unit: water
    columns:
      - {name: 通知公告, url: /tzgg/}
      - {name: 工作动态, url: gzdt/, limit: 10 days, warn: 8 days}
"""


def load(tmp_path: Path, text: str) -> Fleet:
    path = tmp_path / "sites.yaml"
    path.write_text(text, encoding="utf-8")
    return config.load(path)


def refusal(tmp_path: Path, text: str) -> str:
    with pytest.raises(ConfigError) as caught:
        load(tmp_path, text)
    return str(caught.value).replace(str(tmp_path) + "/", "")


def test_a_good_file_becomes_a_fleet(tmp_path: Path) -> None:
    fleet = load(tmp_path, GOOD)
    site = fleet.sites[0]
    assert site.url == "http://slj.example.gov.cn/"
    assert site.unit.name == "市水利局"
    notices, news = site.columns
    assert (notices.url, notices.klass, notices.limit) == (
        "http://slj.example.gov.cn/tzgg/",
        ColumnClass.B,
        Span(months=6),
    )
    assert (news.klass, news.limit, news.warn) == (ColumnClass.A, Span(days=10), Span(days=8))
    assert not site.discover
    assert fleet.reports == str(tmp_path / "reports")


def test_columns_auto_and_left_out_mean_the_same(tmp_path: Path) -> None:
    without = GOOD.partition("    columns:")[0]
    assert load(tmp_path, without).sites[0].discover
    assert load(tmp_path, without + "    columns: auto\n").sites[0].discover


def test_the_inventory_of_the_project_is_valid() -> None:
    fleet = config.load(ROOT / "sites.yaml")
    assert {site.id for site in fleet.sites} == {"portal", "credit"}


def test_the_shipped_schema_is_the_one_that_the_code_enforces() -> None:
    shipped = files("monitor.data").joinpath("sites.schema.json").read_text(encoding="utf-8")
    assert shipped == config.schema(), "run `python3 dev.py schema`"
    jsonschema.validate(yaml.safe_load((ROOT / "sites.yaml").read_text(encoding="utf-8")), json.loads(shipped))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("    unit: water", "    unt: water", "sites.yaml:8:5: sites.0.unt: unknown key; was unit meant?"),
        ("    unit: water", "    unit: wter", "sites.yaml:8:11: sites.0.unit: no unit has the id wter; was water meant?"),
        ("    unit: water", "    unit: water\n    unit: water", "sites.yaml:9:5: sites.0.unit: this key is given twice"),
        ("limit: 10 days", "limit: soon", "sites.yaml:11:41: sites.0.columns.1.limit: a length of time is meant"),
        ("warn: 8 days", "warn: 10 days", "columns.1.warn: the warning must come before the limit of 10 days"),
        ("warn: 8 days", "warn: 1 year", "columns.1.warn: the warning must come before the limit of 10 days"),
        ("url: http://slj.example.gov.cn", "url: slj.example.gov.cn", "sites.yaml:7:10: sites.0.url: an address is meant"),
        ("url: http://slj.example.gov.cn", "url: http://a:b@slj.example.gov.cn", "sites.0.url: an address without user"),
        ("  - id: water\n", "  - id: no\n", 'sites.yaml:5:9: sites.0.id: no is not read as text by YAML; write it in quotes: "no"'),
        ("  - id: water\n", "  - id: Water Bureau\n", "sites.0.id: an id of small letters"),
        ("office: 示例", "schedule: {at: 22:00}\noffice: 示例", '1:16: schedule.at: 22:00 is not read as text by YAML; write it in quotes: "22:00"'),
        ("office: 示例", 'schedule: {at: "25:00"}\noffice: 示例', "schedule.at: a time of day in quotes is meant"),
        ("office: 示例", "timezone: Mars/Olympus\noffice: 示例", "timezone: a time zone is meant"),
        ("office: 示例市人民政府办公室\n", "", "office: office is missing"),
        ("url: /tzgg/", "url: 'http://[::1'", "columns.0.url: an address is meant"),
        ("{name: 通知公告, url: /tzgg/}", "{name: 通知公告, url: /tzgg/, class: Z}", "columns.0.class: one of 'A', 'A24'"),
        ("{name: 通知公告, url: /tzgg/}", "{name: 概况, url: /gk/, warn: 3 days}", "this class has no limit to warn of"),
        ("contacts: [water@example.gov.cn]", "contacts: [water]", "units.0.contacts.0: a mail address is meant"),
        ("contacts: [water@example.gov.cn]", 'contacts: ["a@b.cn\\nBcc: c@d.cn"]', "a mail address is meant"),
        (
            "office: 示例",
            "mail: {host: smtp.example.gov.cn, sender: a@example.gov.cn, recipients: [b@example.gov.cn], password: s3cret}\noffice: 示例",
            "mail.password: a secret does not belong in this file",
        ),
        (
            "office: 示例",
            "mail: {host: smtp.example.gov.cn, sender: a@example.gov.cn, recipients: [b@example.gov.cn], password_env: s3cret}\noffice: 示例",
            "the NAME of an environment variable is meant",
        ),
        ("office: 示例", "crawl: {cluster: 10.1.2.3}\noffice: 示例", "crawl.cluster: the address of a Dask scheduler is meant, such as tcp://10.1.2.3:8786"),
        ("office: 示例", "store: history.db\noffice: 示例", 'store: the address of a database is meant, such as postgresql://monitor@db.example.gov.cn/monitor (found "history.db")'),
        ("office: 示例", "store: postgresql://db.example.gov.cn\noffice: 示例", "store: the address of a database is meant"),
        ("office: 示例", "store_password_env: s3cret\noffice: 示例", "store_password_env: the NAME of an environment variable is meant"),
        ("office: 示例", "crawl: {delay: -1}\noffice: 示例", "crawl.delay: at least 0.0 is meant (found -1)"),
        ("office: 示例", "crawl: {allow_private: [10.0.0.0/99]}\noffice: 示例", "crawl.allow_private.0: a network is meant"),
        ("office: 示例", "crawl: {concurrency: many}\noffice: 示例", 'crawl.concurrency: a number without quotes is meant (found "many")'),
        ("contacts: [water@example.gov.cn]", "contacts: water@example.gov.cn", "units.0.contacts: a list is meant, such as"),
        ("url: gzdt/", "url: /tzgg/", "sites.yaml:11:27: sites.0.columns.1.url: the column 通知公告 has this address too"),
        ("url: gzdt/", "url:gzdt/", "columns.1.url:gzdt/: a plain colon and a space are meant after the key"),
        ("url: http://slj", "url: http：//slj", "an address is meant, such as http://www.example.gov.cn/, without full-width signs"),
        ("office: 示例市人民政府办公室", "office: [unclosed", "this is not YAML"),
        ("    unit: water", "    unit: water\n    downtimes: [{from: 2026-02-29, until: 2026-03-01, reason: r, by: b}]", "sites.yaml:9:24: sites.0.downtimes.0.from: a day or a moment is meant, such as 2026-12-31"),
        ("    unit: water", "    unit: water\n    downtimes: [{from: 2026-03-02, until: 2026-03-01, reason: r, by: b}]", "downtimes.0.until: the end must come after the beginning (found 2026-03-01, from 2026-03-02)"),
        ("    unit: water", "    unit: water\n    downtimes: [{from: 2026-03-02 08:00, until: 2026-03-02 08:00, reason: r, by: b}]", "downtimes.0.until: the end must come"),
        ("    unit: water", "    unit: water\n    downtimes: [{from: 2026-03-02, until: 9999-12-31, reason: r, by: b}]", "downtimes.0.until: a day or a moment"),
        ("    unit: water", "    unit: water\n    downtimes: [{from: 2026-03-02, until: 2026-03-03, reason: r}]", "downtimes.0.by: by is missing"),
        ("    unit: water", "    unit: water\n    downtimes: [{form: 2026-03-02, until: 2026-03-03, reason: r, by: b}]", "form: unknown key; was from meant?"),
        ("office: 示例", "schedule: {probes: 1000}\noffice: 示例", "schedule.probes: at most 288 is meant"),
    ],
)  # fmt: skip
def test_a_mistake_is_named_with_its_place_and_what_was_meant(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert old in GOOD
    assert said in refusal(tmp_path, GOOD.replace(old, new, 1))


@pytest.mark.parametrize("written", ["no", "yes", "", "Auto", "{}"])
def test_columns_that_are_neither_auto_nor_a_list_are_told_once(tmp_path: Path, written: str) -> None:
    said = refusal(tmp_path, GOOD.partition("    columns:")[0] + f"    columns: {written}\n")
    assert said.startswith("sites.yaml:9:")
    assert said.count("auto or a list of columns is meant") == len(said.splitlines()) == 1


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("    unit: water", "\tunit: water", "8:1: this is not YAML: a tab indents this line"),
        ("    unit: water", "\u3000\u3000unit: water", "8:1: this is not YAML: a full-width space indents this line"),
        ("    unit: water", "    unit：water", "8:9: this is not YAML: a full-width colon follows this key"),
        ("office: ", "office：", "1:7: this is not YAML: a full-width colon follows this key"),
        ("    unit: water", "    unit:water", "8:9: this is not YAML: no space follows the colon"),
        ("  - id: water", "  － id: water", "5:3: this is not YAML: a full-width dash begins this line"),
        ("{name: 通知公告, ", "{name: 通知公告，", "10:20: this is not YAML: a full-width comma stands here"),
        ("url: /tzgg/}", "url: /tzgg/", "10:32: this is not YAML: a { is opened and not closed"),
        ("name: 市水利局网站", 'name: "市水利局网站', "6:17: this is not YAML: a quotation mark is opened and not closed"),
        ("name: 市水利局网站", "name: @市水利局网站", "6:11: this is not YAML: the text begins with a sign of YAML's own"),
        ("name: 市水利局网站", "name: [图文] 市水利局", "6:16: this is not YAML: the text begins with a sign of YAML's own"),
        ("name: 市水利局网站", "name: 市水利局: 网站", "6:16: this is not YAML: there is a colon within the text"),
        ("    unit: water", "   unit: water", "keys of one group begin in the same column"),
        ("    unit: water", "      unit: water", "keys of one group begin in the same column"),
        ("sites:", "---\nsites:", "4:3: this is not YAML: a second document begins here"),
        ("name: 市水利局网站", "name: 市水\a利局", "6:13: a control character (U+0007) stands here"),
    ],
)  # fmt: skip
def test_a_slip_that_makes_it_no_yaml_is_told_where_it_was_made(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert old in GOOD
    assert said in refusal(tmp_path, GOOD.replace(old, new, 1))


def test_one_page_may_hold_two_columns_when_their_rows_are_told_apart(tmp_path: Path) -> None:
    apart = GOOD.replace("url: gzdt/", "url: /tzgg/, items: '#news li'")
    assert [column.url for column in load(tmp_path, apart).sites[0].columns] == ["http://slj.example.gov.cn/tzgg/"] * 2


def test_a_secret_is_never_repeated(tmp_path: Path) -> None:
    mail = "mail: {host: h, sender: a@b.cn, recipients: [a@b.cn], %s: hunter2}\n"
    assert "hunter2" not in refusal(tmp_path, mail % "password" + GOOD)
    assert "hunter2" not in refusal(tmp_path, mail % "password_env" + GOOD)
    assert "hunter2" not in refusal(tmp_path, GOOD.replace("http://", "http://clerk:hunter2@"))


@pytest.mark.parametrize(
    "address",
    [
        "postgresql://monitor:hunter2@db/monitor",
        "postgresql://monitor:hunter2/x@db/monitor",
        "monitor:hunter2@db/monitor",
        "postgresql://monitor@db/monitor?password=hunter2",
        "host=db password=hunter2",
    ],
)
def test_the_password_of_a_database_does_not_belong_in_the_file_and_is_not_repeated(
    tmp_path: Path, address: str
) -> None:
    said = refusal(tmp_path, f"store: {address}\n" + GOOD)
    assert "store: an address without password is meant; a secret does not belong in this file" in said
    assert "hunter2" not in said


def test_the_history_stands_in_a_file_or_in_the_database_that_is_named(tmp_path: Path) -> None:
    assert load(tmp_path, GOOD).store == ""
    named = load(tmp_path, "store: postgresql://monitor@db.example.gov.cn:5433/monitor?sslmode=require\n" + GOOD)
    assert named.store == "postgresql://monitor@db.example.gov.cn:5433/monitor?sslmode=require"
    assert named.store_password_env == "MONITOR_STORE_PASSWORD"


def test_ids_given_twice_are_refused(tmp_path: Path) -> None:
    second = GOOD + GOOD[GOOD.index("  - id: water\n") :]
    assert "sites.1.id: the id water is given twice" in refusal(tmp_path, second)


def test_every_mistake_is_told_at_once(tmp_path: Path) -> None:
    said = refusal(tmp_path, GOOD.replace("limit: 10 days", "limit: x").replace("name: 市水利局网站", "nam: x"))
    assert len(said.splitlines()) == 3


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00", b"- 1\n- 2\n", b"just text", b"a: &a [*a]", b"\x00"])
def test_a_file_that_is_no_inventory_gets_one_sentence(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "sites.yaml"
    path.write_bytes(content)
    with pytest.raises(ConfigError) as caught:
        config.load(path)
    assert str(caught.value)


def test_a_missing_file_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="monitor init"):
        config.load(tmp_path / "nowhere.yaml")


def test_exemptions_and_exclusions_carry_reason_person_and_end(tmp_path: Path) -> None:
    text = GOOD.replace(
        "url: /tzgg/}", "url: /tzgg/, exempt: {reason: 无人事变动, by: 市政府办公室, until: 2026-12-31}}"
    )
    column = load(tmp_path, text).sites[0].columns[0]
    assert column.exemption is not None
    assert column.exemption.until == date(2026, 12, 31)
    assert "by is missing" in refusal(tmp_path, text.replace("by: 市政府办公室, ", ""))


def off_line(tmp_path: Path, begin: str, until: str, zone: str = "Asia/Shanghai") -> tuple[str, str]:
    given_ = f"{{from: {begin}, until: {until}, reason: 机房搬迁, by: 市信息中心, reference: 2026-017}}"
    text = GOOD.replace("    unit: water\n", f"    unit: water\n    downtimes: [{given_}]\n")
    (downtime,) = load(tmp_path, f"timezone: {zone}\n{text}").sites[0].downtimes
    assert (downtime.reason, downtime.by, downtime.reference) == ("机房搬迁", "市信息中心", "2026-017")
    return downtime.start.astimezone(UTC).isoformat(" ", "minutes"), downtime.end.astimezone(UTC).isoformat(
        " ", "minutes"
    )


@pytest.mark.parametrize(
    ("begin", "until", "zone", "start", "end"),
    [
        ("2026-02-28", "2026-02-28", "Asia/Shanghai", "2026-02-27 16:00", "2026-02-28 16:00"),  # the whole day
        ("2028-02-28", "2028-02-29", "UTC", "2028-02-28 00:00", "2028-03-01 00:00"),
        ("2026-12-31", "2026-12-31", "UTC", "2026-12-31 00:00", "2027-01-01 00:00"),
        ('"2026-02-28 22:00"', "2026-02-28 23:30", "Asia/Shanghai", "2026-02-28 14:00", "2026-02-28 15:30"),
        ('"2026-02-28T22:00+00:00"', "2026-03-01", "Asia/Shanghai", "2026-02-28 22:00", "2026-03-01 16:00"),
        ("2026-03-08", "2026-03-08", "America/New_York", "2026-03-08 05:00", "2026-03-09 04:00"),  # 23 hours
    ],
)
def test_a_registered_downtime_is_days_or_moments_of_the_offices_clock(
    tmp_path: Path, begin: str, until: str, zone: str, start: str, end: str
) -> None:
    assert tuple(moment.replace("+00:00", "") for moment in off_line(tmp_path, begin, until, zone)) == (start, end)


def test_how_often_home_pages_are_looked_at_is_said_in_the_schedule(tmp_path: Path) -> None:
    assert load(tmp_path, GOOD).probes == 24
    assert load(tmp_path, f"schedule: {{probes: 0}}\n{GOOD}").probes == 0


@given(st.text(max_size=60))
def test_no_text_breaks_the_reader(text: str) -> None:
    try:
        yamlfile.parse(GOOD + text, "sites.yaml")
    except ConfigError as error:
        assert str(error)  # noqa: PT017 - either outcome is fine, an undeclared exception is not


def test_render_is_said_for_a_site_and_overruled_for_a_column(tmp_path: Path) -> None:
    said = GOOD.replace("    unit: water", "    unit: water\n    render: false").replace(
        "{name: 通知公告, url: /tzgg/}", "{name: 通知公告, url: /tzgg/, render: true}"
    )
    site = load(tmp_path, said).sites[0]
    assert site.render is Render.NEVER
    assert [column.render for column in site.columns] == [Render.ALWAYS, Render.NEVER]
    assert load(tmp_path, GOOD).sites[0].columns[0].render is Render.AUTO
    assert load(tmp_path, GOOD.replace("unit: water", "unit: water\n    render: auto")).sites[0].render is Render.AUTO


@pytest.mark.parametrize("given_", ["sometimes", "1", '"true"', "[]"])
def test_render_is_true_false_or_auto(tmp_path: Path, given_: str) -> None:
    said = refusal(tmp_path, GOOD.replace("    unit: water", f"    unit: water\n    render: {given_}"))
    assert said.startswith("sites.yaml:9:13: sites.0.render: true, false or auto is meant")


def test_a_list_where_one_word_is_meant_is_refused(tmp_path: Path) -> None:
    assert "language: one of" in refusal(tmp_path, GOOD + "language: [en]\n")


def test_the_browser_is_found_by_itself_or_named(tmp_path: Path) -> None:
    assert load(tmp_path, GOOD).crawl.browser == ""
    assert load(tmp_path, GOOD + "crawl: {browser: /usr/bin/chromium}\n").crawl.browser == "/usr/bin/chromium"


TREE = GOOD.replace(
    "units:\n",
    """units:
  - {id: city, name: 示例市}
  - {id: east, name: 东城区, within: city}
""",
)


def test_units_may_lie_within_each_other(tmp_path: Path) -> None:
    fleet = load(tmp_path, TREE.replace("name: 市水利局,", "name: 市水利局, within: east,"))
    assert [unit.within for unit in fleet.units] == ["", "city", "east"]
    assert fleet.sites[0].unit.within == "east"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("within: city", "within: cty", "sites.yaml:4:35: units.1.within: no unit has the id cty; was city meant?"),
        ("within: city", "within: 7", "units.1.within"),
        ("within: city", "within: east", "units.1.within: units lie within each other in a circle: east in east"),
        (
            "name: 示例市}",
            "name: 示例市, within: east}",
            "units.0.within: units lie within each other in a circle: city in east in city",
        ),
    ],
)
def test_units_that_lie_nowhere_or_in_a_circle_are_refused(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert said in refusal(tmp_path, TREE.replace(old, new))


# --- notices --------------------------------------------------------------------------------


def with_notices(section: str) -> str:
    return GOOD + "notices:\n" + "".join(f"  {line}\n" for line in section.splitlines())


def test_without_a_section_no_notices_are_issued(tmp_path: Path) -> None:
    assert load(tmp_path, GOOD).notices is None


def test_an_empty_section_takes_the_usual_deadlines(tmp_path: Path) -> None:
    assert load(tmp_path, GOOD + "notices: {}\n").notices == NoticeSettings()


def test_the_notices_are_as_the_section_says(tmp_path: Path) -> None:
    found = load(
        tmp_path,
        with_notices(
            "deadline: 10\nreminders: [-5, 0]\nrepeat: 0\nescalation: 3\nconfirm_hours: 12\nreopen_days: 10\nwaiver_warning: 3\nnumber: JC-{year}-{number:04d}\n"
            "calendar: weekends\nyears:\n  - {year: 2027, off: [2027-01-01, 2026-12-31], on: [2027-02-06]}"
        ),
    ).notices
    year = YearDays(off=frozenset({date(2027, 1, 1), date(2026, 12, 31)}), on=frozenset({date(2027, 2, 6)}))
    assert found == NoticeSettings(
        deadline=10,
        reminders=(-5, 0),
        repeat=0,
        escalation=3,
        hours_apart=12,
        reopen_within=10,
        warn_before=3,
        number="JC-{year}-{number:04d}",
        calendar=WorkCalendar(holidays=Holidays.NONE, listed={2027: year}),
    )


@pytest.mark.parametrize(
    ("section", "said"),
    [
        ("deadlin: 5", "sites.yaml:13:3: notices.deadlin: unknown key; was deadline meant?"),
        ("deadline: 0", "at least 1 is meant (found 0)"),
        ("reminders: [0, -2]", "the reminders must stand in order, each once"),
        ("reminders: [-5]", "a reminder so early comes before the notice, whose deadline is 5 days after it (found -5)"),
        ("number: 通知{year}号", "a template with {year} and {number} is meant"),
        ("number: '{year}{number.real.__class__}'", "a template with {year} and {number} is meant"),
        ("number: '{year} {nummer}'", "a template with {year} and {number} is meant"),
        ("calendar: mars", "one of 'china' or 'weekends' is meant"),
        ("years: [{year: 2027}, {year: 2027}]", "the year 2027 is listed twice"),
        ("years: [{year: 2027, off: [2026-12-01]}]", "a day of 2027 is meant, or one of the last week of 2026 (found 2026-12-01)"),
        ("years: [{year: 2027, on: [2027-02-05]}]", "a Saturday or Sunday is meant: other days are worked anyway (found 2027-02-05)"),
        ("years: [{year: 2027, on: [2027-02-06], off: [2027-02-06]}]", "2027-02-06 cannot be both off and on"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_notices_is_said_in_one_sentence(tmp_path: Path, section: str, said: str) -> None:
    assert said in refusal(tmp_path, with_notices(section))


CHAT = """\
chat:
  - {name: 信息公开群, kind: wecom, key_env: MONITOR_WECOM}
  - {name: 工作群, kind: dingtalk, key_env: MONITOR_DING, secret_env: MONITOR_DING_SECRET, quiet: true}
  - {name: 督办平台, kind: webhook, url: http://10.1.2.3:8080/in, secret_env: MONITOR_HOOK}
"""


def test_chat_targets_are_read_and_hold_names_of_variables_only(tmp_path: Path) -> None:
    wecom, ding, hook = load(tmp_path, GOOD + CHAT).chat
    assert (wecom.name, wecom.kind, wecom.key_env, wecom.secret_env, wecom.quiet) == (
        "信息公开群", "wecom", "MONITOR_WECOM", "", False,
    )  # fmt: skip
    assert (ding.secret_env, ding.quiet) == ("MONITOR_DING_SECRET", True)
    assert (hook.url, hook.key_env, hook.secret_env) == ("http://10.1.2.3:8080/in", "", "MONITOR_HOOK")
    assert load(tmp_path, GOOD).chat == ()


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{name: a, kind: wecom}", "chat.0.key_env: key_env is missing: wecom needs it"),
        ("{name: a, kind: webhook}", "chat.0.url: url is missing: webhook needs it"),
        ("{name: a, kind: wecom, key_env: A, url: http://x/}", "chat.0.url: a robot's address belongs into the environment"),
        ("{name: a, kind: webhook, url: http://x/, key_env: A}", "chat.0.key_env: a webhook has a url instead"),
        ("{name: a, kind: wecom, key_env: A, secret_env: B}", "chat.0.secret_env: robots of wecom know no signing"),
        ("{name: a, kind: slack, key_env: A}", "chat.0.kind: one of 'wecom', 'dingtalk', 'feishu' or 'webhook' is meant"),
        ("{name: a, kind: wecom, token: x}", "chat.0.token: a secret does not belong in this file"),
        ("{name: a, kind: wecom, key: x}", "chat.0.key: unknown key"),
        ("{name: a, kind: webhook, url: 'http://u:pw@x/'}", "chat.0.url: an address without user name and password is meant"),
        ("{name: a, kind: wecom, key_env: A}\n  - {name: a, kind: feishu, key_env: B}", "chat.1.name: the name a is given twice"),
    ],
)  # fmt: skip
def test_a_chat_target_that_cannot_be_is_told_with_its_place(tmp_path: Path, line: str, said: str) -> None:
    assert said in refusal(tmp_path, GOOD + f"chat:\n  - {line}\n")


@pytest.mark.parametrize("key", ["key_env", "secret_env"])
def test_a_key_where_a_variables_name_is_meant_is_not_repeated(tmp_path: Path, key: str) -> None:
    secret = "693axxx6-7aoc-4bc4-97a0-0ec2sifa5aaa"
    said = refusal(tmp_path, GOOD + f"chat:\n  - {{name: a, kind: feishu, {key}: {secret}}}\n")
    assert f"chat.0.{key}: the NAME of an environment variable is meant" in said
    assert secret not in said
