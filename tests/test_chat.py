"""Messages to chat robots and webhooks, over real connections on loopback.

A robot's address may name an office's own installation, so tests give it one here; keys alone are held against the
addresses that the products have.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import logging
import re
import socket
import ssl
import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
import trustme

from monitor import chat, fetch
from monitor.chat.keys import Key, key_of
from monitor.chat.robot import parcel
from monitor.chat.verdict import verdict
from monitor.model import Answer, ChatTarget, Outcome, Outgoing, Posted
from robots import Talk, drips, hangs_up, says, serving, stays_silent

KEY = "0a1b2c3d4e5f60718293"
SECRET = "SECf00dcafe0123456789"
TEXT = "示例市 网站更新监测 11-23\n【结果可用】本次监测已按计划完成\n1. 市水利局“通知公告”栏目"
PATHS = {
    "wecom": "/cgi-bin/webhook/send?key=",
    "dingtalk": "/robot/send?access_token=",
    "feishu": "/open-apis/bot/v2/hook/",
}
HOSTS = {"wecom": "qyapi.weixin.qq.com", "dingtalk": "oapi.dingtalk.com", "feishu": "open.feishu.cn"}
TAKEN = {
    "wecom": '{"errcode":0,"errmsg":"ok"}',
    "dingtalk": '{"errcode":0,"errmsg":"ok"}',
    "feishu": '{"StatusCode":0,"StatusMessage":"success","code":0,"data":{},"msg":"success"}',
}
NOON = 1_795_000_000.0


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def tls(authority: trustme.CA, tmp_path: Path) -> tuple[ssl.SSLContext, str]:
    """What a server on loopback shows, and the file by which it is trusted."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)
    cafile = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(str(cafile))
    return context, str(cafile)


def robot(kind: str, *, signed: bool = False) -> ChatTarget:
    return ChatTarget(name="信息公开群", kind=kind, key_env="ROBOT", secret_env="SIGN" if signed else "")


def webhook(url: str, *, signed: bool = False) -> ChatTarget:
    return ChatTarget(name="督办平台", kind="webhook", url=url, secret_env="SIGN" if signed else "")


def row(target: ChatTarget, content: str = TEXT) -> Outgoing:
    return Outgoing(
        id="2026-11-23-1.ab", channel="chat", sender=target.kind, recipient=target.name, content=content.encode()
    )


def send(
    target: ChatTarget, secrets: Mapping[str, str], *, cafile: str = "", timeout: float = 5.0, content: str = TEXT
) -> Outcome:
    def post(url: str, body: bytes, headers: Mapping[str, str], /, *, robot: bool) -> Answer:
        return fetch.post(url, body, headers, cafile=cafile, timeout=timeout)

    (outcome,) = chat.outcomes([target], [row(target, content)], secrets=secrets, post=post, clock=lambda: NOON)
    return outcome


def told(
    kind: str, talk: Talk, tls: tuple[ssl.SSLContext, str], *, signed: bool = False, timeout: float = 5.0
) -> tuple[Outcome, list[tuple[str, dict[str, str], bytes]]]:
    """A message to a robot whose whole address was copied, and what arrived there."""
    context, cafile = tls
    with serving(talk, context) as there:
        secrets = {"ROBOT": f"{there.origin}{PATHS[kind]}{KEY}", "SIGN": SECRET}
        return send(robot(kind, signed=signed), secrets, cafile=cafile, timeout=timeout), there.taken


# --- what arrives ---------------------------------------------------------------------------


def test_wecom_gets_its_text(tls: tuple[ssl.SSLContext, str]) -> None:
    outcome, ((target, headers, body),) = told("wecom", says(TAKEN["wecom"]), tls)
    assert (outcome.state, outcome.reason) == (Posted.SENT, "0 ok")
    assert target == f"/cgi-bin/webhook/send?key={KEY}"
    assert headers["content-type"].startswith("application/json")
    assert json.loads(body) == {"msgtype": "text", "text": {"content": TEXT}}


def test_dingtalk_gets_its_text_and_a_signature_that_its_own_rule_confirms(tls: tuple[ssl.SSLContext, str]) -> None:
    outcome, ((target, _, body),) = told("dingtalk", says(TAKEN["dingtalk"]), tls, signed=True)
    assert outcome.state is Posted.SENT
    asked = {name: values[0] for name, values in parse_qs(urlsplit(target).query).items()}
    expected = hmac.new(SECRET.encode(), f"{asked['timestamp']}\n{SECRET}".encode(), hashlib.sha256).digest()
    assert asked["sign"] == base64.b64encode(expected).decode()
    assert (urlsplit(target).path, asked["access_token"], len(asked["timestamp"])) == ("/robot/send", KEY, 13)
    sent = json.loads(body)
    assert (sent["msgtype"], sent["text"]) == ("text", {"content": TEXT})
    assert sent["at"] == {"atMobiles": [], "isAtAll": False}


def test_feishu_gets_its_text_and_a_signature_that_its_own_rule_confirms(tls: tuple[ssl.SSLContext, str]) -> None:
    outcome, ((target, _, body),) = told("feishu", says(TAKEN["feishu"]), tls, signed=True)
    assert outcome.state is Posted.SENT
    assert target == f"/open-apis/bot/v2/hook/{KEY}"
    expected = hmac.new(f"{int(NOON)}\n{SECRET}".encode(), b"", hashlib.sha256).digest()
    sign = base64.b64encode(expected).decode()
    assert json.loads(body) == {
        "timestamp": str(int(NOON)),
        "sign": sign,
        "msg_type": "text",
        "content": {"text": TEXT},
    }


@pytest.mark.parametrize("kind", list(PATHS))
def test_without_a_secret_nothing_is_signed(kind: str, tls: tuple[ssl.SSLContext, str]) -> None:
    outcome, ((target, _, body),) = told(kind, says(TAKEN[kind]), tls)
    assert outcome.state is Posted.SENT
    assert "sign" not in target
    assert b"sign" not in body


@pytest.mark.parametrize("kind", list(PATHS))
@pytest.mark.parametrize("given", ["{key}", "https://{host}{path}{key}", " https://{host}{path}{key}\n"])
def test_a_key_alone_or_the_products_own_address_leads_to_the_product(kind: str, given: str) -> None:
    key = key_of(kind, given.format(key=KEY, host=HOSTS[kind], path=PATHS[kind]))
    assert isinstance(key, Key)
    assert KEY not in repr(key)
    asked = parcel(kind, key, TEXT, at=NOON)
    assert asked.url == f"https://{HOSTS[kind]}{PATHS[kind]}{KEY}"
    assert KEY not in repr(asked)


# --- what is answered -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "talk", "state", "words"),
    [
        ("wecom", says('{"errcode":93000,"errmsg":"invalid webhook url, hint: [1], from ip: 10.1.1.1"}'), Posted.REFUSED, "93000 invalid webhook url"),
        ("wecom", says('{"errcode":45009,"errmsg":"api freq out of limit"}'), Posted.RETRY, "45009 api freq"),
        ("dingtalk", says('{"errcode":310000,"errmsg":"keywords not in content"}'), Posted.REFUSED, "310000 keywords not in content"),
        ("dingtalk", says('{"errcode":130101,"errmsg":"send too fast, exceed 20 times per minute"}'), Posted.RETRY, "130101 send too fast"),
        ("feishu", says('{"code":19021,"data":{},"msg":"sign match fail or timestamp is not within one hour"}'), Posted.REFUSED, "19021 sign match fail"),
        ("feishu", says('{"code":19001,"data":{},"msg":"param invalid: incoming webhook access token invalid"}', "400 Bad Request"), Posted.REFUSED, "HTTP 400: 19001 param invalid"),
        ("feishu", says('{"code":11232,"msg":"frequency limited psm"}', "400 Bad Request"), Posted.RETRY, "11232 frequency limited"),
        ("wecom", says("", "429 Too Many Requests"), Posted.RETRY, "HTTP 429"),
        ("wecom", says("<html>gone</html>", "502 Bad Gateway"), Posted.RETRY, "HTTP 502"),
        ("dingtalk", says("", "403 Forbidden"), Posted.REFUSED, "HTTP 403"),
        ("feishu", says("<html>please log in</html>"), Posted.UNCERTAIN, "HTTP 200, but it does not answer as a robot does"),
        ("wecom", says('{"errcode":"0"}'), Posted.UNCERTAIN, "does not answer as a robot does"),
        ("wecom", says("[0]"), Posted.UNCERTAIN, "does not answer as a robot does"),
    ],
)  # fmt: skip
def test_a_robots_answer_decides(
    kind: str, talk: Talk, state: Posted, words: str, tls: tuple[ssl.SSLContext, str]
) -> None:
    outcome, taken = told(kind, talk, tls)
    assert (outcome.state, len(taken)) == (state, 1)
    assert words in outcome.reason


def test_what_a_robot_repeats_of_its_secrets_is_struck_out(tls: tuple[ssl.SSLContext, str]) -> None:
    echo = json.dumps({"errcode": 300005, "errmsg": f"token {KEY} is not exist; {SECRET}; {'x' * 150}{KEY}"})
    outcome, _ = told("dingtalk", says(echo), tls, signed=True)
    assert outcome.state is Posted.REFUSED
    assert outcome.reason.startswith("300005 token … is not exist; …; x")
    assert KEY[:6] not in outcome.reason


def test_a_redirect_is_refused_and_not_followed(tls: tuple[ssl.SSLContext, str]) -> None:
    context, _ = tls
    with serving(says(TAKEN["wecom"]), context) as other:
        moved = says("", "302 Found", f"Location: {other.origin}/cgi-bin/webhook/send?key={KEY}\r\n")
        outcome, _ = told("wecom", moved, tls)
        assert other.taken == []
    assert (outcome.state, outcome.reason) == (
        Posted.REFUSED,
        "HTTP 302: it points to another address, which is not followed",
    )


@pytest.mark.parametrize(
    ("talk", "words"),
    [(hangs_up, "connection lost"), (stays_silent, "no answer within 1 s"), (drips, "no answer within 1 s")],
)
def test_whoever_breaks_off_after_the_request_leaves_it_uncertain(
    talk: Talk, words: str, tls: tuple[ssl.SSLContext, str]
) -> None:
    outcome, taken = told("wecom", talk, tls, timeout=1.0)
    assert (outcome.state, outcome.reason, len(taken)) == (Posted.UNCERTAIN, words, 1)


def test_half_an_answer_leaves_it_uncertain(tls: tuple[ssl.SSLContext, str]) -> None:
    def half(line: socket.socket) -> None:
        line.sendall(b'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"errc')

    outcome, _ = told("dingtalk", half, tls)
    assert (outcome.state, outcome.reason) == (Posted.UNCERTAIN, "HTTP 200, but connection lost")


def test_of_an_endless_answer_only_the_beginning_is_read() -> None:
    def endless(line: socket.socket) -> None:
        line.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n")
        while True:
            line.sendall(b"x" * 65536)

    with serving(endless) as there:
        answer = fetch.post(f"{there.origin}/", b"{}", {})
    assert (answer.status, len(answer.body), answer.trouble) == (200, 65536, "")


def test_a_robot_that_is_not_there_is_tried_again() -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    secrets = {"ROBOT": f"https://localhost:{port}{PATHS['wecom']}{KEY}"}
    outcome = send(robot("wecom"), secrets)
    assert (outcome.state, outcome.reason) == (Posted.RETRY, "connection refused")
    outcome = send(robot("wecom"), {"ROBOT": KEY})  # the product's own host, of which a closed network knows nothing
    assert (outcome.state, outcome.reason) == (Posted.RETRY, "no such host")


def test_a_robot_whose_certificate_is_not_trusted_gets_nothing(tls: tuple[ssl.SSLContext, str]) -> None:
    outcome, taken = told("feishu", says(TAKEN["feishu"]), (tls[0], ""))
    assert outcome.state is Posted.RETRY
    assert outcome.reason.startswith("certificate not trusted: ")
    assert taken == []


def test_a_robot_without_tls_gets_nothing() -> None:
    with serving(says(TAKEN["wecom"])) as there:
        outcome = send(robot("wecom"), {"ROBOT": f"{there.origin}{PATHS['wecom']}{KEY}"})
        assert there.taken == []
    assert outcome.state is Posted.RETRY
    assert "the robot's address is meant, such as https://" in outcome.reason
    assert KEY not in outcome.reason


@pytest.mark.parametrize(
    ("answer", "words"),
    [(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n", "the proxy refuses"), (b"", "no connection within 1 s")],
)
def test_a_proxy_that_lets_nothing_through_leaves_the_message_unsent(answer: bytes, words: str) -> None:
    heard: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def refuse() -> None:
            line, _ = listener.accept()
            with line:
                heard.append(line.recv(65536))
                line.sendall(answer)
                line.recv(1)

        thread = threading.Thread(target=refuse, daemon=True)
        thread.start()
        proxy = f"http://127.0.0.1:{listener.getsockname()[1]}"
        found = fetch.post(f"https://qyapi.weixin.qq.com{PATHS['wecom']}{KEY}", b"{}", {}, proxy=proxy, timeout=1.0)
        thread.join(20)
    assert (found.status, found.trouble, found.gone) == (None, words, False)
    assert heard[0].startswith(b"CONNECT qyapi.weixin.qq.com:443 ")
    assert KEY.encode() not in heard[0]


# --- what is missing ------------------------------------------------------------------------


def test_a_missing_variable_is_named_and_the_message_waits() -> None:
    for target, name in (
        (robot("wecom"), "ROBOT"),
        (robot("feishu", signed=True), "SIGN"),
        (webhook("http://localhost:1/", signed=True), "SIGN"),
    ):
        secrets = {"ROBOT": KEY, "SIGN": SECRET, name: " "}
        outcome = send(target, secrets)
        assert (outcome.state, outcome.reason) == (Posted.RETRY, f"the environment variable {name} is not set")
        assert chat.lacking([target], secrets) == (f"{target.name}: the environment variable {name} is not set",)


@pytest.mark.parametrize("kind", list(PATHS))
@pytest.mark.parametrize(
    "given",
    [
        "ftp://x/" + KEY,
        "钥匙",
        f"https://evil.example/?x={KEY}",
        f"{KEY} {KEY}",
        f"{KEY}?x=1",
        f"https://a@b{{path}}{KEY}",
        f"{{path}}{KEY}",
    ],
)
def test_what_is_no_key_is_not_sent_and_not_repeated(kind: str, given: str) -> None:
    given = given.format(path=PATHS[kind])
    (said,) = chat.lacking([robot(kind)], {"ROBOT": given})
    assert said.startswith("信息公开群: the environment variable ROBOT: the robot's address is meant, such as https://")
    assert KEY not in said
    assert send(robot(kind), {"ROBOT": given}).state is Posted.RETRY
    (said,) = chat.lacking([robot("dingtalk", signed=True)], {"ROBOT": KEY, "SIGN": f"no {SECRET}"})
    assert said.endswith("the secret is meant that the robot's settings show for signing")


@pytest.fixture
def no_library(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.split(".")[0] == "apprise" or name == "monitor.chat.robot"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.delattr(chat, "robot", raising=False)
    monkeypatch.setitem(sys.modules, "apprise", None)


@pytest.mark.usefixtures("no_library")
def test_without_the_library_robots_wait_and_the_command_is_told() -> None:
    said = 'the library for chat robots is missing: pip install "freshness-monitor[chat]"'
    outcome = send(robot("wecom"), {"ROBOT": KEY})
    assert (outcome.state, outcome.reason) == (Posted.RETRY, said)
    assert chat.lacking([robot("wecom")], {"ROBOT": KEY}) == (said,)


@pytest.mark.usefixtures("no_library")
def test_a_webhook_needs_no_library() -> None:
    with serving(says("")) as there:
        assert send(webhook(there.origin + "/in"), {}).state is Posted.SENT
    assert chat.lacking([webhook("http://localhost:1/")], {}) == ()


def test_a_target_that_left_sites_yaml_is_refused() -> None:
    def post(url: str, body: bytes, headers: Mapping[str, str], /, *, robot: bool) -> Answer:
        raise AssertionError("nothing is posted")

    was = robot("wecom")
    for targets in ([], [robot("feishu")]):
        (outcome,) = chat.outcomes(targets, [row(was)], secrets={"ROBOT": KEY}, post=post, clock=lambda: NOON)
        assert outcome.state is Posted.REFUSED
        assert outcome.reason == "sites.yaml has no wecom of this name any more"


def test_no_log_at_any_level_holds_a_key(tls: tuple[ssl.SSLContext, str], caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        for kind in PATHS:
            told(kind, says("", "403 Forbidden"), tls, signed=kind != "wecom")
    ours = [record for record in caplog.records if record.name != "asyncio"]
    assert not [record.getMessage() for record in ours if KEY in record.getMessage() or SECRET in record.getMessage()]


# --- webhooks -------------------------------------------------------------------------------


def test_a_webhook_gets_the_same_bytes_at_every_try_with_a_signature_that_the_guides_lines_confirm() -> None:
    content = '{"schema": 1, "office": "示例市", "run": {"id": "x"}}'
    with serving(says("busy", "503 Service Unavailable")) as there:
        target = webhook(there.origin + "/in?from=monitor", signed=True)
        first, second = (send(target, {"SIGN": SECRET}, content=content) for _ in range(2))
    assert (first.state, first.reason) == (second.state, second.reason) == (Posted.RETRY, "HTTP 503 busy")
    assert there.taken[0] == there.taken[1]
    path, headers, body = there.taken[0]
    assert (path, body, headers["content-type"]) == ("/in?from=monitor", content.encode(), "application/json")
    assert headers["x-monitor-delivery"] == "2026-11-23-1.ab"
    guide = (Path(__file__).parents[1] / "docs" / "chat.md").read_text(encoding="utf-8")
    (code,) = re.findall(r"```python\n(.*?)```", guide, re.DOTALL)
    known: dict[str, object] = {}
    exec(code, known)
    is_ours = known["is_ours"]
    assert callable(is_ours)
    assert is_ours(body, headers["x-monitor-signature"], SECRET) is True
    assert is_ours(body + b" ", headers["x-monitor-signature"], SECRET) is False
    assert is_ours(body, headers["x-monitor-signature"], "another") is False


def test_a_webhook_without_a_secret_is_not_signed_and_any_2xx_is_taken() -> None:
    for status in ("200 OK", "202 Accepted", "204 No Content"):
        with serving(says("", status)) as there:
            assert send(webhook(there.origin), {}).state is Posted.SENT
        assert "x-monitor-signature" not in there.taken[0][1]


@pytest.mark.parametrize(
    ("talk", "state", "words"),
    [
        (says('{"error": "no\u202esuch tenant"}', "404 Not Found"), Posted.REFUSED, 'HTTP 404 {"error": "no such tenant"}'),
        (says("<html>no</html>", "401 Unauthorized"), Posted.REFUSED, "HTTP 401"),
        (says("", "307 Temporary Redirect", "Location: http://localhost:1/\r\n"), Posted.REFUSED, "not followed"),
        (says("", "408 Request Timeout"), Posted.RETRY, "HTTP 408"),
        (says('{"errcode": 93000}'), Posted.SENT, "HTTP 200"),
        (hangs_up, Posted.UNCERTAIN, "connection lost"),
        (stays_silent, Posted.UNCERTAIN, "no answer within 1 s"),
    ],
)  # fmt: skip
def test_a_webhooks_answer_decides(talk: Talk, state: Posted, words: str) -> None:
    with serving(talk) as there:
        outcome = send(webhook(there.origin), {}, timeout=1.0)
    assert outcome.state is state
    assert words in outcome.reason


def test_an_answer_without_a_request_that_left_is_tried_again() -> None:
    assert verdict("wecom", Answer(trouble="timed out", gone=False)) == (Posted.RETRY, "timed out")
    assert verdict("webhook", Answer(trouble="timed out", gone=True)) == (Posted.UNCERTAIN, "timed out")
