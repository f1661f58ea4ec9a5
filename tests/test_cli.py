"""The command line as an operator meets it: answers, exit codes, and one sentence for each mistake."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message
from filelock import FileLock

import served
from monitor import cli

Answer = tuple[int, str, str]
Monitor = Callable[..., Answer]

NAV = '<ul class="nav"><li><a href="/tzgg/">通知公告</a></li><li><a href="/gzdt/">工作动态</a></li></ul>'


def page(body: str, title: str = "市水利局") -> tuple[int, str]:
    return 200, f"<html><head><title>{title}</title></head><body><div class=nav>{NAV}</div>{body}</body></html>"


def rows(*days: str, path: str = "/a") -> str:
    cells = "".join(
        f'<li><a href="{path}{i}.html">关于第{i}号水利工程建设的通知</a><span>{d}</span></li>'
        for i, d in enumerate(days)
    )
    return f'<div class="list"><ul>{cells}</ul></div>'


def portal(**more: tuple[int, str]) -> dict[str, tuple[int, str]]:
    stale = ("2026-01-05", "2026-01-04", "2025-12-30", "2025-12-11", "2025-11-20", "2025-11-05")
    fresh = ("2026-11-20", "2026-11-18", "2026-11-12", "2026-11-10", "2026-11-05", "2026-11-01")
    pages = {
        "/": page(f'<p><a href="/gone.html">水质月报</a></p>{rows(*fresh)}'),
        "/tzgg/": page(rows(*stale, path="/b"), "通知公告"),
        "/gzdt/": page(rows(*fresh), "工作动态"),
    }
    for i in range(6):
        pages[f"/a{i}.html"] = pages[f"/b{i}.html"] = page(
            f"<h1>关于第{i}号水利工程建设的通知</h1><p>{'正文。' * 40}</p>"
        )
    return {**pages, **more}


def inventory(base: str, folder: Path, extra: str = "") -> Path:
    path = folder / "sites.yaml"
    path.write_text(
        "office: 示例市人民政府办公室\n"
        "crawl: {delay: 0, second_look: 0}\n"
        f"{extra}"
        "units:\n  - {id: water, name: 市水利局}\n"
        "sites:\n"
        f"  - id: water\n    name: 市水利局网站\n    url: {base}\n    unit: water\n"
        "    columns:\n      - {name: 通知公告, url: /tzgg/}\n      - {name: 工作动态, url: /gzdt/}\n",
        encoding="utf-8",
    )
    return path


@pytest.fixture
def monitor(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Monitor:
    def call(*words: object) -> Answer:
        monkeypatch.setattr(sys, "argv", ["monitor", *map(str, words)])
        with pytest.raises(SystemExit) as left:
            cli.main()
        out, err = capsys.readouterr()
        return int(left.value.code or 0), out, err

    return call


def refused_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_help_speaks_plain_words(monitor: Monitor) -> None:
    code, out, _ = monitor("--help")
    assert code == 0
    assert "Exit codes: 0 nothing found, 1 violations, 2 configuration or usage, 3 the run is incomplete." in " ".join(
        out.split()
    )
    for command in (
        "crawl",
        "check",
        "explain",
        "report",
        "mail",
        "run",
        "init",
        "forms",
        "templates",
        "validate",
        "demo",
    ):
        assert f" {command} " in out
        assert monitor(command, "--help")[0] == 0


def test_check_needs_no_configuration_and_answers_in_words(monitor: Monitor) -> None:
    with served.table(portal()) as base:
        code, out, _ = monitor("check", base, "--delay", 0, "--today", "2026-11-23")
    assert code == 1
    assert "2 violations, the longest silence first" in out
    assert "通知公告" in out
    assert "322" in out  # days since 2026-01-05
    assert "gone.html" in out
    assert "404 Not Found" in out


def test_check_answers_programs_in_json(monitor: Monitor) -> None:
    with served.table(portal()) as base:
        code, out, _ = monitor("check", base, "--delay", 0, "--today", "2026-11-23", "--format", "json")
    found: dict[str, Any] = json.loads(out)
    assert code == 1
    assert found["schema"] == 1
    assert [(v["kind"], v["days_since_update"]) for v in found["violations"]] == [
        ("stale column", 322),
        ("dead link", None),
    ]
    assert (
        found["links"][0]["found_on"] == [{"url": base, "text": "水质月报"}]
        or found["links"][0]["found_on"][0]["text"] == "水质月报"
    )


def test_check_of_a_site_that_is_well_exits_with_nothing_found(monitor: Monitor) -> None:
    well = portal(
        **{
            "/": page(""),
            "/tzgg/": page(rows("2026-11-20", "2026-11-18", "2026-11-11", "2026-11-10", path="/b"), "通知公告"),
        }
    )
    with served.table(well) as base:
        code, out, _ = monitor("check", base, "--delay", 0, "--today", "2026-11-23")
    assert code == 0, out
    assert "No violations found." in out


def test_check_of_a_site_in_the_inventory_goes_by_its_id(monitor: Monitor, tmp_path: Path) -> None:
    with served.table(portal()) as base:
        config = inventory(base, tmp_path)
        code, out, _ = monitor("check", "water", "--config", config, "--today", "2026-11-23")
    assert code == 1
    assert "市水利局网站" in out


def test_a_site_that_answers_nothing_is_a_finding_not_a_crash(monitor: Monitor) -> None:
    code, out, _ = monitor("check", f"http://127.0.0.1:{refused_port()}/", "--delay", 0)
    assert code == 1
    assert "connection refused" in out


def test_a_host_that_does_not_exist_is_told_so(monitor: Monitor) -> None:
    code, out, _ = monitor("check", "http://nowhere.example.invalid/", "--delay", 0)
    assert code == 1
    assert "no such host" in out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["check", "http://[::1"], "an address is meant"),
        (["check", "http://"], "an address is meant"),
        (["check", "water"], "there is no such file"),
        (["crawl"], "there is no such file; `monitor init URL` writes a first one"),
        (["validate", "--config", "elsewhere.yaml"], "elsewhere.yaml: there is no such file"),
        (["check", "http://example.invalid/", "--today", "23.11.2026"], "--today: a day is meant, such as 2026-11-23"),
        (["check", "http://example.invalid/", "--allow-private", "ten"], "--allow-private: a network is meant"),
        (["mail"], "there is no such file"),
        (["init", "http://"], "an address is meant"),
        (["explain", "no-such-page.html"], "no-such-page.html: cannot be read"),
        (["check", "water"], "water: an address is meant, such as http://www.example.gov.cn/, or the id of a site"),
        (
            ["init", "www.example.gov.cn", "--config", "no-folder/sites.yaml"],
            "No such file or directory; make its folder",
        ),
        (["demo", "--folder", "a-file"], "a-file: File exists; name another, a file stands where a folder is meant"),
        (["explain", "no-such-page.html", "--base", "x"], "--base: an address is meant"),
    ],
)
def test_a_mistake_gets_one_sentence_and_exit_code_two(
    monitor: Monitor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: list[str], said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a-file").touch()
    code, out, err = monitor(*words)
    assert code == 2
    assert said in " ".join(err.split())
    assert "Traceback" not in out + err


def test_a_broken_inventory_names_line_and_column(monitor: Monitor, tmp_path: Path) -> None:
    path = inventory("http://slj.example.gov.cn/", tmp_path, extra="schedule: {at: 22:00}\n")
    code, _, err = monitor("validate", "--config", path)
    assert code == 2
    assert "sites.yaml:3:16: schedule.at: 22:00 is not read as text by YAML" in " ".join(err.split())


def test_forms_are_put_beside_the_list_never_overwritten_and_validated(monitor: Monitor, tmp_path: Path) -> None:
    path = str(tmp_path / "sites.yaml")
    assert monitor("init", "http://www.example.gov.cn/", "--config", path)[0] == 0
    assert monitor("forms", "--config", path)[0] == 0
    notice = tmp_path / "forms" / "notice.docx"
    assert notice.read_bytes()[:2] == b"PK"
    assert monitor("validate", "--config", path)[0] == 0
    notice.write_text("a letter")
    assert "left as it is" in "".join(monitor("forms", "--config", path)[1].split("\n")).replace("  ", " ")
    assert notice.read_text() == "a letter"
    code, _, err = monitor("validate", "--config", path)
    assert (code, err.strip()) == (2, f"{notice} is no Word file: save it as .docx")


def test_templates_are_listed_put_beside_the_list_never_overwritten_and_validated(
    monitor: Monitor, tmp_path: Path
) -> None:
    path = str(tmp_path / "sites.yaml")
    assert monitor("init", "http://www.example.gov.cn/", "--config", path)[0] == 0
    assert "mail.html: The daily mail to the office and to units." in monitor("templates", "--config", path)[1]
    assert not (tmp_path / "templates").exists()
    assert monitor("templates", "mail.html", "words.yaml", "--config", path)[0] == 0
    assert {one.name for one in (tmp_path / "templates").iterdir()} == {"mail.html", "words.yaml"}
    assert monitor("validate", "--config", path)[0] == 0
    mail = tmp_path / "templates" / "mail.html"
    mail.write_text("{{ v.no_such_thing }}")
    assert "left as it is" in " ".join(monitor("templates", "mail.html", "--config", path)[1].split())
    assert mail.read_text() == "{{ v.no_such_thing }}"
    assert "to units. (your own)" in monitor("templates", "--config", path)[1]
    code, _, err = monitor("validate", "--config", path)
    assert (code, err.strip()) == (2, f"{mail}:1: there is no no_such_thing in View")
    code, _, err = monitor("templates", "mial.html", "--config", path)
    assert (code, err.strip()) == (2, "there is no template mial.html; was mail.html meant?")


def test_init_writes_a_file_that_validates_and_never_overwrites(monitor: Monitor, tmp_path: Path) -> None:
    path = tmp_path / "sites.yaml"
    assert monitor("init", "www.example.gov.cn", "--config", path)[0] == 0
    assert monitor("validate", "--config", path)[0] == 0
    before = path.read_text(encoding="utf-8")
    code, _, err = monitor("init", "http://other.example.gov.cn/", "--config", path)
    assert (code, path.read_text(encoding="utf-8")) == (2, before)
    assert "is there already" in err


def test_a_daily_run_remembers(monitor: Monitor, tmp_path: Path) -> None:
    with served.table(portal()) as base:
        config = inventory(base, tmp_path)
        assert monitor("crawl", "--config", config, "--today", "2026-11-23")[0] == 1
        assert monitor("crawl", "--config", config, "--today", "2026-11-24")[0] == 1
        second = json.loads((tmp_path / "reports/latest/report.json").read_text(encoding="utf-8"))
    mended = portal(
        **{"/": page(""), "/tzgg/": page(rows("2026-11-25", "2026-11-24", "2026-11-11", path="/b"), "通知公告")}
    )
    with served.table(mended) as base_later:
        inventory(base_later, tmp_path)
        code, out, _ = monitor("crawl", "--config", config, "--today", "2026-11-25")
    assert {(v["first_seen"], v["change"]) for v in second["violations"]} == {("2026-11-23", "still")}
    assert (tmp_path / "reports/2026-11-24/report.html").is_file()
    assert code == 0, out


def test_a_report_written_again_says_the_same(monitor: Monitor, tmp_path: Path) -> None:
    def written() -> tuple[Any, str]:
        folder = tmp_path / "reports/2026-11-23"
        return json.loads((folder / "report.json").read_text("utf-8")), (folder / "report.html").read_text("utf-8")

    with served.table(portal()) as base:
        config = inventory(base, tmp_path)
        monitor("crawl", "--config", config, "--today", "2026-11-23")
        first = written()
    monitor("report", "--config", config, "--today", "2026-11-23")
    assert written() == first
    assert first[0]["run"]["started_at"].endswith("+08:00")


def test_only_one_site_is_crawled_when_asked(monitor: Monitor, tmp_path: Path) -> None:
    with served.table(portal()) as base:
        config = inventory(base, tmp_path)
        code, out, _ = monitor("crawl", "--config", config, "--site", "water", "--today", "2026-11-23")
        assert code == 1
        assert "Run 2026-11-23-1: complete" in out
        code, _, err = monitor("crawl", "--config", config, "--site", "wter")
    assert code == 2
    assert "no site has the id wter" in err


def test_a_reports_folder_that_cannot_be_written_is_told_and_loses_nothing(monitor: Monitor, tmp_path: Path) -> None:
    (tmp_path / "blocked").write_text("a file where the folder should be")
    with served.table(portal()) as base:
        config = inventory(base, tmp_path, extra="reports: blocked\n")
        code, _, err = monitor("crawl", "--config", config, "--today", "2026-11-23")
        assert code == 3
        assert "blocked" in err
        assert "Traceback" not in err
        inventory(base, tmp_path, extra=MAIL.format(port=refused_port()))
        code, _, err = monitor("report", "--config", config, "--today", "2026-11-23")
    assert code == 1, err
    assert "1 mail written" in monitor("mail", "--config", config, "--preview", tmp_path / "preview")[1]
    report = json.loads((tmp_path / "reports/latest/report.json").read_text(encoding="utf-8"))
    assert len(report["violations"]) == 2


def test_explain_says_what_is_read_and_why(monitor: Monitor, tmp_path: Path) -> None:
    saved = tmp_path / "tzgg.html"
    saved.write_text(portal()["/tzgg/"][1], encoding="gb18030")
    code, out, _ = monitor("explain", saved, "--today", "2026-11-23", "--format", "json")
    found = json.loads(out)
    assert code == 0
    assert (found["kind"], found["newest"], found["encoding"]) == ("list", "2026-01-05", "gb18030")
    assert found["items"][0]["title"] == "关于第0号水利工程建设的通知"
    assert set(found) == {"page", "encoding", "kind", "title", "published", "newest", "items", "links", "notes"}
    code, out, _ = monitor("explain", saved, "--today", "2026-11-23")
    assert "\n  newest date 2026-01-05" in out
    assert "\n    2026-01-05 关于第0号" in out


MAIL = (
    "mail: {{host: 127.0.0.1, port: {port}, security: none, sender: monitor@example.gov.cn, "
    "recipients: [clerk@example.gov.cn]}}\n"
)


class _Box(Message):
    def __init__(self) -> None:
        super().__init__()
        self.letters: list[Any] = []

    def handle_message(self, message: Any) -> None:
        self.letters.append(message)


def test_the_report_is_mailed_once_by_a_real_server(monitor: Monitor, tmp_path: Path) -> None:
    box = _Box()
    server = Controller(box, hostname="127.0.0.1", port=refused_port())
    server.start()
    try:
        with served.table(portal()) as base:
            config = inventory(base, tmp_path, extra=MAIL.format(port=server.port))
            monitor("crawl", "--config", config, "--today", "2026-11-23")
        assert monitor("mail", "--config", config, "--preview", tmp_path / "preview")[0] == 0
        assert box.letters == []
        assert len(list((tmp_path / "preview").glob("*.eml"))) == 1
        assert monitor("mail", "--config", config)[0] == 0
        assert monitor("mail", "--config", config)[0] == 0
    finally:
        server.stop()
    assert len(box.letters) == 1
    kinds = [part.get_content_type() for part in box.letters[0].walk()]
    assert kinds[:4] == ["multipart/mixed", "multipart/alternative", "text/plain", "text/html"]
    for part in list(box.letters[0].walk())[2:4]:
        assert "322" in part.get_payload(decode=True).decode()


class _Strict(_Box):
    async def handle_RCPT(self, *_: Any) -> str:  # noqa: N802
        return "550 5.1.1 no such user \x1b[2J"


def test_a_refused_address_is_listed_and_gets_mail_again_when_told(monitor: Monitor, tmp_path: Path) -> None:
    server = Controller(_Strict(), hostname="127.0.0.1", port=refused_port())
    server.start()
    try:
        with served.table(portal()) as base:
            config = inventory(base, tmp_path, extra=MAIL.format(port=server.port))
            monitor("crawl", "--config", config, "--today", "2026-11-23")
        assert "waits, not tried yet" in monitor("mail", "--config", config, "--list")[1]
        code, _, err = monitor("mail", "--config", config)
        assert code == 0
        assert "1 address gets no mail; `monitor mail --list` says why." in err
    finally:
        server.stop()
    code, out, _ = monitor("mail", "--config", config, "--list")
    assert code == 0
    assert "daily report" in out
    assert "In all: 1 refused." in out
    assert "  clerk@example.gov.cn, since " in out
    assert "\x1b" not in out
    code, out, _ = monitor("mail", "--config", config, "--again", "clerk@example.gov.cn")
    assert (code, out) == (0, "clerk@example.gov.cn gets mail again.\n")
    assert "since" not in monitor("mail", "--config", config, "--list")[1]
    code, _, err = monitor("mail", "--config", config, "--again", "clerk@example.gov.cn")
    assert code == 2
    assert "is none of the addresses that get no mail" in err


def test_mail_goes_out_while_a_run_is_under_way(monitor: Monitor, tmp_path: Path) -> None:
    with served.table(portal()) as base:
        config = inventory(base, tmp_path, extra=MAIL.format(port=refused_port()))
        monitor("crawl", "--config", config, "--today", "2026-11-23")
    with FileLock(tmp_path / "monitor-data" / "run.lock"):
        assert monitor("crawl", "--config", config, "--today", "2026-11-24")[0] == 3
        code, out, err = monitor("mail", "--config", config, "--preview", tmp_path / "preview")
    assert code == 0, err
    assert "1 mail written" in out


def test_mail_waits_when_no_server_answers(monitor: Monitor, tmp_path: Path) -> None:
    with served.table(portal()) as base:
        config = inventory(base, tmp_path, extra=MAIL.format(port=refused_port()))
        monitor("crawl", "--config", config, "--today", "2026-11-23")
        monitor("crawl", "--config", config, "--today", "2026-11-24")
    code, _, err = monitor("mail", "--config", config)
    assert code == 3
    assert "clerk@example.gov.cn: retry: 127.0.0.1:" in err
    assert err.count("connection refused") == 1  # it says nothing of the single mail
    assert "0 mails sent; 2 mails wait, the next try is due at " in err
    code, _, err = monitor("mail", "--config", config)
    assert code == 3
    assert err.startswith("No mail is due; 2 mails wait, the next try is due at ")


def test_mail_says_so_when_there_is_nothing_to_send(monitor: Monitor, tmp_path: Path) -> None:
    config = inventory("http://127.0.0.1:1/", tmp_path, extra=MAIL.format(port=refused_port()))
    for words in ([], ["--preview", tmp_path / "preview"]):
        code, _, err = monitor("mail", "--config", config, *words)
        assert code == 0
        assert "no complete run has been made yet; `monitor crawl` makes one" in err
    assert not (tmp_path / "preview").exists()


def test_the_mail_of_another_day_goes_out_when_asked_for(monitor: Monitor, tmp_path: Path) -> None:
    with served.table(portal()) as base:
        config = inventory(base, tmp_path)
        for day in ("2026-11-23", "2026-11-24"):
            monitor("crawl", "--config", config, "--today", day)
        inventory(base, tmp_path, extra=MAIL.format(port=refused_port()))
    monitor("mail", "--config", config, "--today", "2026-11-23", "--preview", tmp_path / "preview")
    assert [path.name[:10] for path in (tmp_path / "preview").iterdir()] == ["2026-11-23"]
    code, _, err = monitor("mail", "--config", config, "--today", "2026-11-22")
    assert code == 2
    assert "no complete run was made on 2026-11-22" in err


def test_the_password_comes_from_the_environment(monitor: Monitor, tmp_path: Path) -> None:
    with served.table(portal()) as base:
        extra = MAIL.format(port=25).replace("security: none", "security: none, user: monitor")
        config = inventory(base, tmp_path, extra=extra)
        monitor("crawl", "--config", config, "--today", "2026-11-23")
    code, _, err = monitor("mail", "--config", config)
    assert code == 3
    assert "set the environment variable MONITOR_SMTP_PASSWORD" in " ".join(err.split())


def test_ctrl_c_ends_a_run_with_a_report_that_says_so(tmp_path: Path) -> None:
    many = portal()
    many["/"] = page("".join(f'<a href="/b{i % 6}.html?n={i}">第{i}期</a>' for i in range(3000)))
    with served.table(many) as base:
        config = inventory(base, tmp_path, extra="")
        text = config.read_text(encoding="utf-8").replace("delay: 0", "delay: 0.2")
        config.write_text(text, encoding="utf-8")
        words = [sys.executable, "-m", "monitor", "crawl", "--config", str(config), "--today", "2026-11-23"]
        running = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8")
        for _ in range(200):
            if (tmp_path / "monitor-data/history.db").exists():
                break
            time.sleep(0.1)
        time.sleep(1)  # some pages into the site, of 3,000 that take five minutes
        running.send_signal(signal.SIGINT)
        out, err = running.communicate(timeout=20)
    assert running.returncode == 3, err
    assert "INCOMPLETE" in out
    report = json.loads((tmp_path / "reports/latest/report.json").read_text(encoding="utf-8"))
    assert report["run"]["complete"] is False
    assert [v for v in report["violations"] if v["kind"] == "dead link"] == []


@pytest.mark.skipif(os.name == "nt", reason="SKIPPED: the service is asked to end by SIGTERM")
def test_home_pages_are_looked_at_once_for_those_who_have_cron(monitor: Monitor, tmp_path: Path) -> None:
    with served.table(portal()) as base:
        config = inventory(base, tmp_path)
        code, out, _ = monitor("probe", "--config", config)
        assert (code, out) == (0, "1 home page looked at: 1 open, 0 not, 0 that only a person can judge.\n")
        dead = f"  - {{id: land, name: 市国土局网站, url: 'http://127.0.0.1:{refused_port()}/', unit: water}}\n"
        config.write_text(config.read_text(encoding="utf-8") + dead, encoding="utf-8")
        code, out, _ = monitor("probe", "--config", config)
    assert (code, out.splitlines()[0]) == (1, "land 市国土局网站: connection refused")
    assert "2 home pages looked at: 1 open, 1 not" in out


def test_looks_without_a_network_of_our_own_do_not_count(monitor: Monitor, tmp_path: Path) -> None:
    config = inventory(f"http://127.0.0.1:{refused_port()}/", tmp_path)
    code, out, _ = monitor("probe", "--config", config)
    assert code == 3
    assert "Looks do not count and are not kept: no site answers; name canaries" in out


def test_the_service_catches_up_a_missed_run_and_does_not_double_it(tmp_path: Path) -> None:
    with served.table(portal()) as base:
        at = f"{datetime.now(UTC) - timedelta(minutes=2):%H:%M}"
        config = inventory(base, tmp_path, extra=f'schedule: {{at: "{at}"}}\ntimezone: UTC\n')
        words = [sys.executable, "-m", "monitor", "run", "--config", str(config)]
        for _ in range(2):
            service = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8")
            assert service.stderr is not None
            told = iter(service.stderr.readline, "")
            assert any("Next run:" in line for line in told), "it ended before it was ready"
            service.send_signal(signal.SIGTERM)
            out, err = service.communicate(timeout=20)
            assert service.returncode == 0, err
            assert "incomplete" not in err, "no run was under way"
    runs = json.loads((tmp_path / "reports/latest/report.json").read_text(encoding="utf-8"))["run"]["id"]
    assert runs.endswith("-1")
    assert "Run " not in out  # the second service found the day's run made
