"""From sites.yaml to the group: a real run, its outbox, and real robots and webhooks on loopback."""

from __future__ import annotations

import json
import ssl
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import trustme
from filelock import FileLock

import served
from monitor import cli, config, posting
from monitor.model import Outgoing
from robots import hangs_up, says, serving

Monitor = Callable[..., tuple[int, str, str]]
KEY = "0a1b2c3d4e5f60718293"
TAKEN = '{"errcode":0,"errmsg":"ok"}'


def page(body: str) -> tuple[int, str]:
    return 200, f"<html><head><title>市水利局</title></head><body>{body}</body></html>"


def portal(column: str = "通知公告") -> dict[str, tuple[int, str]]:
    """A portal with one column, which nobody has updated since January."""
    days = ("2026-01-05", "2026-01-04", "2025-12-30", "2025-12-11")
    rows = "".join(
        f'<li><a href="/b{i}.html">关于第{i}号水利工程建设的通知</a><span>{day}</span></li>'
        for i, day in enumerate(days)
    )
    articles = {f"/b{i}.html": page(f"<h1>关于第{i}号水利工程建设的通知</h1><p>{'正文。' * 40}</p>") for i in range(4)}
    home = page(f'<ul class="nav"><li><a href="/tzgg/">{column}</a></li></ul>')
    return {"/": home, "/tzgg/": page(f'<div class="list"><ul>{rows}</ul></div>'), **articles}


def inventory(base: str, folder: Path, chat: str) -> Path:
    path = folder / "sites.yaml"
    path.write_text(
        "office: 示例市人民政府办公室\ncrawl: {delay: 0, second_look: 0}\n"
        f"chat:\n{chat}"
        "units:\n  - {id: water, name: 市水利局}\n"
        f"sites:\n  - id: water\n    name: 市水利局网站\n    url: {base}\n    unit: water\n"
        "    columns:\n      - {name: 通知公告, url: /tzgg/}\n",
        encoding="utf-8",
    )
    return path


def rows(config_file: Path) -> dict[str, Outgoing]:
    """All that waits in the outbox, by recipient."""
    later = datetime.now(UTC) + timedelta(hours=1)
    return {row.recipient: row for row in posting.waiting_mail(config.load(config_file), now=lambda: later)}


@pytest.fixture
def monitor(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Monitor:
    def call(*words: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["monitor", *map(str, words)])
        with pytest.raises(SystemExit) as left:
            cli.main()
        out, err = capsys.readouterr()
        return int(left.value.code or 0), out, err

    return call


@pytest.fixture
def tls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ssl.SSLContext:
    """What a robot on loopback shows; this machine trusts it."""
    authority, context = trustme.CA(), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    return context


BOTH = "  - {{name: 信息公开群, kind: wecom, key_env: T_WECOM}}\n  - {{name: 督办平台, kind: webhook, url: {url}}}\n"


def test_a_run_is_told_once_to_each_target_however_often_it_is_queued(
    monitor: Monitor, tls: ssl.SSLContext, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving(says(TAKEN), tls) as group, serving(says("")) as platform:
        monkeypatch.setenv("T_WECOM", f"{group.origin}/cgi-bin/webhook/send?key={KEY}")
        with served.table(portal()) as base:
            path = inventory(base, tmp_path, BOTH.format(url=platform.origin + "/in"))
            assert monitor("validate", "--config", path)[0] == 0
            monitor("crawl", "--config", path, "--today", "2026-11-23")
        assert (group.taken, platform.taken) == ([], [])
        queued = rows(path)
        code, _, err = monitor("mail", "--config", path)
        assert code == 0, err
        for _ in range(2):  # each queues the last run anew
            assert "No message is due." in monitor("mail", "--config", path)[2]
    assert (len(group.taken), len(platform.taken), len(queued)) == (1, 1, 2)
    content = json.loads(group.taken[0][2])["text"]["content"]
    assert content == queued["信息公开群"].content.decode()
    assert "1. 市水利局网站“通知公告”栏目，322 天未更新" in content
    assert content.endswith(f"报告：{tmp_path / 'reports' / '2026-11-23' / 'report.html'}")
    assert platform.taken[0][2] == queued["督办平台"].content
    assert json.loads(platform.taken[0][2])["worst"][0]["days_since_update"] == 322
    assert "信息公开群: sent: 0 ok" in err
    assert "2 messages sent." in err
    assert KEY not in err


def test_a_message_that_may_have_arrived_is_sent_once_more_with_the_same_bytes(
    monitor: Monitor, tmp_path: Path
) -> None:
    with serving(hangs_up) as platform:
        with served.table(portal()) as base:
            path = inventory(base, tmp_path, f"  - {{name: 督办平台, kind: webhook, url: {platform.origin}/in}}\n")
            monitor("crawl", "--config", path, "--today", "2026-11-23")
        code, _, err = monitor("mail", "--config", path)
        assert code == 3
        assert "督办平台: uncertain: connection lost" in err
        assert "0 messages sent; 1 message waits, the next try is due at" in err
        later = datetime.now(UTC) + timedelta(hours=1)
        posting.send_due(config.load(path), "", now=lambda: later)
    assert len(platform.taken) == 2
    assert platform.taken[0] == platform.taken[1]


def test_a_robot_that_refuses_keeps_neither_the_others_nor_the_run(
    monitor: Monitor, tls: ssl.SSLContext, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    no = says('{"errcode":93000,"errmsg":"invalid webhook url"}')
    with serving(no, tls) as group, serving(says("")) as platform:
        monkeypatch.setenv("T_WECOM", f"{group.origin}/cgi-bin/webhook/send?key={KEY}")
        with served.table(portal()) as base:
            path = inventory(base, tmp_path, BOTH.format(url=platform.origin + "/in"))
            assert monitor("crawl", "--config", path, "--today", "2026-11-23")[0] == 1
        code, _, err = monitor("mail", "--config", path)
    assert code == 0
    assert "信息公开群: refused: 93000 invalid webhook url" in err
    assert "督办平台: sent: HTTP 200" in err


def test_a_missing_variable_is_told_by_validate_and_by_mail_and_the_message_waits(
    monitor: Monitor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("T_WECOM", raising=False)
    with served.table(portal()) as base:
        path = inventory(base, tmp_path, "  - {name: 信息公开群, kind: wecom, key_env: T_WECOM}\n")
        code, _, err = monitor("validate", "--config", path)
        said = "信息公开群: the environment variable T_WECOM is not set"
        assert (code, err) == (2, f"{path}: chat: {said}\n")
        assert monitor("crawl", "--config", path, "--today", "2026-11-23")[0] == 1
    code, _, err = monitor("mail", "--config", path)
    assert code == 3
    assert "信息公开群: retry: the environment variable T_WECOM is not set" in err


def test_a_missing_library_is_told_by_validate(
    monitor: Monitor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("T_WECOM", KEY)
    monkeypatch.setitem(sys.modules, "apprise", None)
    path = inventory("http://www.example.gov.cn/", tmp_path, "  - {name: 群, kind: wecom, key_env: T_WECOM}\n")
    code, _, err = monitor("validate", "--config", path)
    assert code == 2
    assert 'pip install "freshness-monitor[chat]"' in err


def test_a_preview_shows_what_would_be_sent_and_sends_nothing(
    monitor: Monitor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("T_WECOM", raising=False)
    with serving(says("")) as platform:
        with served.table(portal()) as base:
            path = inventory(base, tmp_path, BOTH.format(url=platform.origin + "/in"))
            monitor("crawl", "--config", path, "--today", "2026-11-23")
        code, out, _ = monitor("mail", "--config", path, "--preview", tmp_path / "preview")
        assert platform.taken == []
    (text,), (document,) = (sorted((tmp_path / "preview").glob(f"*.{ending}")) for ending in ("txt", "json"))
    assert code == 0
    assert "2 messages written to" in out
    assert text.read_text(encoding="utf-8").startswith("示例市人民政府办公室 网站更新监测 11-23\n")
    assert json.loads(document.read_text(encoding="utf-8"))["event"] == "run"


def test_a_quiet_target_hears_of_findings_only_and_a_later_one_is_told_of_the_last_run(
    monitor: Monitor, tmp_path: Path
) -> None:
    fresh = portal()
    fresh["/tzgg/"] = (200, fresh["/tzgg/"][1].replace("2026-01-05", "2026-11-20"))
    quiet = "  - {name: 静, kind: webhook, url: 'http://localhost:1/', quiet: true}\n"
    other = "  - {name: 常, kind: webhook, url: 'http://localhost:1/'}\n"
    with served.table(fresh) as base:
        path = inventory(base, tmp_path, quiet)
        assert monitor("crawl", "--config", path, "--today", "2026-11-23")[0] == 0
        assert rows(path) == {}
        inventory(base, tmp_path, quiet + other)
        monitor("mail", "--config", path, "--preview", tmp_path / "preview")
        assert set(rows(path)) == {"常"}
    with served.table(portal()) as base:
        inventory(base, tmp_path, quiet)
        assert monitor("crawl", "--config", path, "--today", "2026-11-24")[0] == 1
    assert set(rows(path)) == {"常", "静"}


def test_messages_go_out_while_another_run_is_under_way(monitor: Monitor, tmp_path: Path) -> None:
    with serving(says("")) as platform:
        with served.table(portal()) as base:
            path = inventory(base, tmp_path, f"  - {{name: 督办平台, kind: webhook, url: {platform.origin}/in}}\n")
            monitor("crawl", "--config", path, "--today", "2026-11-23")
        with FileLock(tmp_path / "monitor-data" / "run.lock"):
            assert monitor("mail", "--config", path)[0] == 0
    assert len(platform.taken) == 1
