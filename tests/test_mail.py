"""Mail to real servers on loopback: good ones, refusing ones, breaking ones and silent ones."""

import email
import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import datetime
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope, LoginPassword, Session
from hypothesis import given
from hypothesis import strategies as st

import sample
from monitor.mail import Security, Server, header, message, outcomes, readdressed
from monitor.model import Attachment, Letter, Outcome, Outgoing, Posted
from monitor.report import letter

WHEN = datetime(2026, 11, 23, 6, 0, tzinfo=sample.ZONE)
SENDER = "monitor@office.example"


def deliver(server: Server, rows: Sequence[Outgoing]) -> tuple[Outcome, ...]:
    return tuple(outcomes(server, rows))


class Box:
    """A handler that keeps what it takes and answers by recipient."""

    def __init__(self, **answers: str) -> None:
        self.answers = answers
        self.taken: list[tuple[str, list[str], bytes]] = []
        self.sessions: set[int] = set()

    async def handle_RCPT(  # noqa: N802
        self, server: object, session: Session, envelope: Envelope, address: str, _: list[str]
    ) -> str:
        self.sessions.add(id(session))
        answer = self.answers.get(address.partition("@")[0], "")
        if not answer:
            envelope.rcpt_tos.append(address)
        return answer or "250 OK"

    async def handle_DATA(self, server: object, session: Session, envelope: Envelope) -> str:  # noqa: N802
        answer = self.answers.get("data", "")
        if not answer:
            self.taken.append(
                (str(envelope.mail_from), list(envelope.rcpt_tos), bytes(envelope.original_content or b""))
            )
        return answer or "250 taken"


@contextmanager
def serving(box: Box, **settings: Any) -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
    controller = Controller(box, hostname="127.0.0.1", port=port, **settings)
    controller.start()
    try:
        yield port
    finally:
        controller.stop()


@contextmanager
def speaking(talk: Callable[[socket.socket], None]) -> Iterator[int]:
    """A server that does with each connection what `talk` does, then closes it."""
    listener = socket.create_server(("127.0.0.1", 0))

    def accept() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with connection, suppress(OSError):
                talk(connection)

    thread = threading.Thread(target=accept, daemon=True)
    thread.start()
    try:
        yield listener.getsockname()[1]
    finally:
        with suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(5)


def plain(port: int, **more: Any) -> Server:
    return Server(**{"host": "127.0.0.1", "port": port, "security": Security.NONE, "timeout": 5.0} | more)


def row(name: str, content: bytes = b"Subject: x\r\n\r\nbody\r\n") -> Outgoing:
    return Outgoing(id=f"row-{name}", sender=SENDER, recipient=f"{name}@unit.example", content=content)


def rendered(made: Letter, recipient: str = "clerk@unit.example", **more: str) -> bytes:
    return message(
        made, sender=f"市政府办 <{SENDER}>", recipient=recipient, message_id="<run-1@office.example>", date=WHEN, **more
    )


def read(content: bytes) -> EmailMessage:
    found = email.message_from_bytes(content, policy=default)
    assert isinstance(found, EmailMessage)
    return found


def states(told: tuple[Outcome, ...]) -> list[Posted]:
    return [o.state for o in told]


def test_a_report_goes_through_a_real_server_whole() -> None:
    made = letter(sample.city())
    content = rendered(made, recipient="张三 <clerk@unit.example>", reply_to="值班室 <duty@office.example>")
    box = Box()
    with serving(box) as port:
        answers = deliver(plain(port), [row("clerk", content)])
    assert answers == (Outcome(id="row-clerk", recipient="clerk@unit.example", state=Posted.SENT, reason="250 taken"),)
    ((sender, recipients, taken),) = box.taken
    assert (sender, recipients) == (SENDER, ["clerk@unit.example"])
    assert taken == content
    mail = read(taken)
    assert mail.get_content_type() == "multipart/mixed"
    text, page = mail.get_body(("plain",)), mail.get_body(("html",))
    assert text is not None
    assert page is not None
    assert text.get_content().replace("\r\n", "\n") == made.text
    assert page.get_content().replace("\r\n", "\n").rstrip("\n") == made.html.rstrip("\n")
    alternative = next(mail.iter_parts())
    assert alternative.get_content_type() == "multipart/alternative"
    assert [p.get_content_type() for p in alternative.iter_parts()] == ["text/plain", "text/html"]
    (attached,) = mail.iter_attachments()
    assert attached.get_content_charset() == "utf-8"
    assert attached.get_filename() == "violations-2026-11-23.csv"
    assert attached.get_payload(decode=True) == made.attachments[0].content
    assert mail["Subject"] == made.subject
    assert mail["From"] == f"市政府办 <{SENDER}>"
    assert mail["Reply-To"].addresses[0].addr_spec == "duty@office.example"
    assert mail["Message-ID"] == "<run-1@office.example>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["X-Auto-Response-Suppress"] == "All"
    assert mail["Date"].datetime == WHEN
    assert "List-Unsubscribe" not in mail


def test_the_same_letter_is_the_same_bytes() -> None:
    made = letter(sample.city())
    assert rendered(made) == rendered(made)
    assert max(map(len, rendered(made).split(b"\r\n"))) <= 998
    assert rendered(made).isascii()


@pytest.mark.parametrize("text", sample.NASTY)
def test_hostile_words_add_no_header(text: str) -> None:
    made = letter(sample.hostile(text))
    attached = Attachment(name=text, type="text/csv", content=b"a")
    made = Letter(subject=text, text=made.text, html=made.html, attachments=(*made.attachments, attached))
    content = message(made, sender=SENDER, recipient="a@unit.example", message_id="<1@x.example>", date=WHEN)
    mail = read(content)
    assert sorted(mail.keys()) == sorted(read(rendered(letter(sample.city()))).keys())
    assert b"\nBcc" not in content
    assert mail["Bcc"] is None
    assert "\n" not in mail["Subject"]
    assert len(list(mail.iter_attachments())) == 2


def test_an_attachment_is_called_so_that_every_system_can_keep_it() -> None:
    attached = Attachment(name="../〔2026〕17号: 整改.docx", type="application/x", content=b"a")
    (part,) = read(rendered(Letter(subject="s", text="t", html="h", attachments=(attached,)))).iter_attachments()
    assert part.get_filename() == "_〔2026〕17号_ 整改.docx"


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_a_subject_comes_back_with_every_space(language: str) -> None:
    """EmailMessage's own folding lost the space beside a letter that it encoded, here and there."""
    report = replace(sample.city(), run=sample.run(language=language))
    for size in range(40):
        unit = replace(sample.unit(0), name="局" * size + " a (b) " + "Bureau of Water " * (size % 4))
        subject = letter(report, unit).subject
        assert str(read(rendered(Letter(subject=subject, text="t", html="h")))["Subject"]) == subject


@given(st.text(st.characters(), max_size=300))
def test_a_subject_comes_back_as_one_clean_line(text: str) -> None:
    found = read(rendered(Letter(subject=text, text="t", html="h")))
    assert str(found["Subject"]) == header(text)
    assert found["Subject"].defects == ()


@pytest.mark.parametrize(
    "address", ["", "nobody", "a b@x.example", "a@x.example\r\nBcc: b@x.example", "a@@", "市@x.example", "<>"]
)
def test_what_is_no_address_is_refused_before_it_is_sent(address: str) -> None:
    made = Letter(subject="s", text="t", html="h")
    with pytest.raises(ValueError, match="address"):
        message(made, sender=SENDER, recipient=address, message_id="<1@x.example>", date=WHEN)
    box = Box()
    with serving(box) as port:
        bad = Outgoing(id="bad", sender=SENDER, recipient=address, content=b"x")
        assert states(deliver(plain(port), [bad, row("good")])) == [Posted.BAD_ADDRESS, Posted.SENT]
    assert len(box.taken) == 1


@pytest.mark.parametrize("id_", ["", "x", "<a@b>\r\nBcc: c@d", "<a b@c>"])
def test_a_message_id_is_one_or_an_error(id_: str) -> None:
    with pytest.raises(ValueError, match="message id"):
        message(
            Letter(subject="s", text="t", html="h"), sender=SENDER, recipient="a@b.example", message_id=id_, date=WHEN
        )


def test_one_refusal_and_one_delay_leave_the_others_alone_on_one_connection() -> None:
    box = Box(gone="550 5.1.1 no such mailbox", busy="451 4.7.1 try again later")
    with serving(box) as port:
        answers = deliver(plain(port), [row(n) for n in ("a", "gone", "b", "busy", "c")])
    assert states(answers) == [Posted.SENT, Posted.BAD_ADDRESS, Posted.SENT, Posted.RETRY, Posted.SENT]
    assert [o.id for o in answers] == ["row-a", "row-gone", "row-b", "row-busy", "row-c"]
    assert answers[1].reason == "550 5.1.1 no such mailbox"
    assert answers[3].reason == "451 4.7.1 try again later"
    assert len(box.taken) == 3
    assert len(box.sessions) == 1


@pytest.mark.parametrize(("answer", "state"), [("554 5.7.1 spam", Posted.REFUSED), ("452 4.3.1 full", Posted.RETRY)])
def test_a_mail_turned_down_after_its_data(answer: str, state: Posted) -> None:
    with serving(Box(data=answer)) as port:
        assert deliver(plain(port), [row("a")]) == (
            Outcome(id="row-a", recipient="a@unit.example", state=state, reason=answer),
        )


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        ("550 5.1.1 no such user", Posted.BAD_ADDRESS),
        ("550 Mailbox not found or access denied", Posted.BAD_ADDRESS),
        ("551 user not local", Posted.BAD_ADDRESS),
        ("553 5.1.3 bad address syntax", Posted.BAD_ADDRESS),
        ("550 5.2.1 mailbox disabled", Posted.BAD_ADDRESS),
        ("550 5.1.10 no such recipient", Posted.BAD_ADDRESS),
        ("554 5.7.1 relay access denied", Posted.RETRY),
        ("550 relaying denied", Posted.RETRY),
        ("550 Ip frequency limited [5.1.1.7]", Posted.RETRY),
        ("550 5.7.1 blocked by policy", Posted.RETRY),
        ("552 5.2.2 mailbox full", Posted.RETRY),
        ("554 transaction failed", Posted.RETRY),
        ("500 what", Posted.RETRY),
        ("535 log in first", Posted.RETRY),
    ],
)
def test_an_address_is_called_bad_only_where_the_answer_speaks_of_it(answer: str, state: Posted) -> None:
    """A relay that turns everybody away would otherwise cost the office all its contacts in one night."""
    with serving(Box(a=answer)) as port:
        assert states(deliver(plain(port), [row("a"), row("b")])) == [state, Posted.SENT]


@pytest.mark.parametrize(
    ("answer", "state"),
    [("550 5.1.1 no such user", Posted.BAD_ADDRESS), ("550 no", Posted.REFUSED), ("535 log in", Posted.RETRY)],
)
def test_after_the_data_only_a_finer_code_speaks_of_the_address(answer: str, state: Posted) -> None:
    with serving(Box(data=answer)) as port:
        assert states(deliver(plain(port), [row("a")])) == [state]


def test_only_what_keeps_us_from_the_server_is_a_hindrance() -> None:
    with serving(Box(busy="451 later")) as port:
        assert [o.hindered for o in deliver(plain(port), [row("busy"), row("a")])] == [False, False]
    assert [o.hindered for o in deliver(plain(port), [row("busy"), row("a")])] == [True, True]


def test_a_readdressed_mail_says_for_whom_it_was_meant_and_is_the_same_otherwise() -> None:
    made = letter(sample.city())
    content = rendered(made, reply_to="duty@office.example")
    said: dict[str, Any] = {
        "line": "本邮件原应发往 <b>clerk@unit.example</b>\r\nBcc: x@y.example",
        "mark": "（请转达）",
        "instead": ("登记为网站监测日报的收件人", "代收 <i>"),
    }
    again = readdressed(content, recipient="boss@unit.example", message_id="<2@office.example>", **said)
    assert again == readdressed(content, recipient="boss@unit.example", message_id="<2@office.example>", **said)
    old, new = read(content), read(again)
    assert sorted(new.keys()) == sorted(old.keys())
    assert (new["To"], new["Message-ID"]) == ("boss@unit.example", "<2@office.example>")
    assert new["Subject"] == f"{old['Subject']}（请转达）"
    assert all(new[name] == old[name] for name in old if name not in ("To", "Message-ID", "Subject"))
    text, page = new.get_body(("plain",)), new.get_body(("html",))
    assert text is not None
    assert page is not None
    first, _, rest = text.get_content().replace("\r\n", "\n").partition("\n\n")
    assert first == "本邮件原应发往 <b>clerk@unit.example</b> Bcc: x@y.example"
    assert rest == made.text.replace("登记为网站监测日报的收件人", "代收 <i>") != made.text
    assert "代收 &lt;i&gt;" in page.get_content()
    assert "<strong>本邮件原应发往 &lt;b&gt;clerk@unit.example&lt;/b&gt;" in page.get_content()
    assert [a.get_payload(decode=True) for a in new.iter_attachments()] == [made.attachments[0].content]
    assert max(map(len, again.split(b"\r\n"))) <= 998
    plain_one = b"To: a@b.example\r\nMessage-ID: <1@b.example>\r\nSubject: =?utf-8?b?5pyI?=\r\n\r\nbody\r\n"
    simple = read(readdressed(plain_one, recipient="c@d.example", message_id="<2@b.example>", line="for a", mark=""))
    assert (simple["Subject"], simple.get_content().split()) == ("月", ["for", "a", "body"])


def test_dots_and_bare_newlines_arrive_as_they_should() -> None:
    box = Box()
    with serving(box) as port:
        deliver(plain(port), [row("a", b"Subject: x\n\n.hidden\r\n..\r\n.\r\nend")])
    assert box.taken[0][2] == b"Subject: x\r\n\r\n.hidden\r\n..\r\n.\r\nend\r\n"


def authenticated(ca: trustme.CA, name: str = "127.0.0.1") -> tuple[ssl.SSLContext, dict[str, Any]]:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    ca.issue_cert(name).configure_cert(context)

    def check(_: object, __: object, ___: object, ____: object, data: object) -> AuthResult:
        assert isinstance(data, LoginPassword)
        return AuthResult(handled=False, success=(data.login, data.password) == (b"office", b"open sesame"))

    return context, {"authenticator": check, "auth_required": True}


@pytest.fixture(scope="module")
def ca() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def cafile(ca: trustme.CA, tmp_path: Path) -> str:
    path = tmp_path / "ca.pem"
    ca.cert_pem.write_to_path(path)
    return str(path)


def test_starttls_with_a_login(ca: trustme.CA, cafile: str) -> None:
    context, login = authenticated(ca)
    box = Box()
    with serving(box, tls_context=context, require_starttls=True, **login) as port:
        server = plain(port, security=Security.STARTTLS, cafile=cafile, user="office", password="open sesame")
        assert "sesame" not in repr(server)
        assert states(deliver(server, [row("a"), row("b")])) == [Posted.SENT, Posted.SENT]
    assert len(box.taken) == 2


@pytest.mark.parametrize("password", ["wrong", "口令"])
def test_a_refused_login_is_ours_to_mend_and_blames_no_recipient(ca: trustme.CA, cafile: str, password: str) -> None:
    context, login = authenticated(ca)
    box = Box()
    with serving(box, tls_context=context, require_starttls=True, **login) as port:
        server = plain(port, security=Security.STARTTLS, cafile=cafile, user="office", password=password)
        answers = deliver(server, [row("a"), row("b")])
    assert states(answers) == [Posted.RETRY, Posted.RETRY]
    assert ("login refused: 535" in answers[0].reason) == (password == "wrong")
    assert password not in answers[0].reason
    assert box.taken == []


def test_a_missing_login_blames_no_recipient(ca: trustme.CA, cafile: str) -> None:
    context, login = authenticated(ca)
    with serving(Box(), tls_context=context, require_starttls=True, **login) as port:
        (outcome,) = deliver(plain(port, security=Security.STARTTLS, cafile=cafile), [row("a")])
    assert (outcome.state, outcome.reason[:3]) == (Posted.RETRY, "530")


def test_tls_from_the_first_byte(ca: trustme.CA, cafile: str) -> None:
    context, _ = authenticated(ca)
    box = Box()
    with serving(box, ssl_context=context) as port:
        assert states(deliver(plain(port, security=Security.TLS, cafile=cafile), [row("a")])) == [Posted.SENT]
    assert len(box.taken) == 1


@pytest.mark.parametrize("name", ["127.0.0.1", "other.example"])
def test_a_certificate_that_is_not_trusted_stops_everything(ca: trustme.CA, cafile: str, name: str) -> None:
    """Unknown issuer for the right name, then a known issuer for the wrong one; nothing falls back to plain text."""
    context, _ = authenticated(ca, name)
    box = Box()
    trusted = {} if name == "127.0.0.1" else {"cafile": cafile}
    with serving(box, tls_context=context, require_starttls=True) as port:
        (outcome,) = deliver(plain(port, security=Security.STARTTLS, **trusted), [row("a")])
    assert outcome.state is Posted.RETRY
    assert "certificate not trusted" in outcome.reason
    assert box.taken == []


def test_a_server_without_starttls_gets_nothing_in_plain_text() -> None:
    box = Box()
    with serving(box) as port:
        (outcome,) = deliver(plain(port, security=Security.STARTTLS, user="u", password="p"), [row("a")])
    assert (outcome.state, "STARTTLS" in outcome.reason) == (Posted.RETRY, True)
    assert box.taken == []


def test_a_file_of_certificates_that_is_not_there_is_said(tmp_path: Path) -> None:
    (outcome,) = deliver(plain(1, security=Security.TLS, cafile=str(tmp_path / "none.pem")), [row("a")])
    assert (outcome.state, "none.pem" in outcome.reason) == (Posted.RETRY, True)


def test_nobody_listens() -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    answers = deliver(plain(port), [row("a"), row("b")])
    assert states(answers) == [Posted.RETRY, Posted.RETRY]
    assert answers[0].reason == f"127.0.0.1:{port}: connection refused"


@pytest.mark.parametrize("host", ["no-such-host.invalid", "a..b", "x" * 80 + ".invalid"])
def test_no_such_host(host: str) -> None:
    (outcome,) = deliver(plain(25, host=host), [row("a")])
    assert outcome.state is Posted.RETRY
    assert outcome.reason.startswith(f"{host}:25: ")


def test_silence_is_a_time_out_once_for_all_rows() -> None:
    done = threading.Event()
    met = []

    def keep_still(connection: socket.socket) -> None:
        met.append(connection)
        done.wait(10)

    with speaking(keep_still) as port:
        answers = deliver(plain(port, timeout=0.3), [row("a"), row("b"), row("c")])
        done.set()
    assert states(answers) == [Posted.RETRY] * 3
    assert {o.reason for o in answers} == {f"127.0.0.1:{port}: timed out"}
    assert len(met) == 1


def conversation(connection: socket.socket, *, after_data: Callable[[Any], None]) -> None:
    """A server that behaves until the mail has been sent to it."""
    lines = connection.makefile("rwb")

    def say(text: str) -> None:
        lines.write(text.encode() + b"\r\n")
        lines.flush()

    say("220 ready")
    for line in lines:
        if line.startswith(b"DATA"):
            say("354 go on")
            while lines.readline() not in (b".\r\n", b""):
                pass
            after_data(say)
            return
        say("250 ok")


def test_a_connection_lost_after_data_is_uncertain_and_the_rest_goes_on() -> None:
    met = []

    def drop(connection: socket.socket) -> None:
        met.append(1)
        conversation(connection, after_data=(lambda say: None) if len(met) == 1 else (lambda say: say("250 taken")))

    with speaking(drop) as port:
        answers = deliver(plain(port), [row("a"), row("b")])
    assert states(answers) == [Posted.UNCERTAIN, Posted.SENT]
    assert "connection lost" in answers[0].reason
    assert len(met) == 2


def test_silence_after_data_is_uncertain_and_ends_it() -> None:
    done = threading.Event()
    with speaking(lambda c: conversation(c, after_data=lambda say: done.wait(10) and None)) as port:
        answers = deliver(plain(port, timeout=0.3), [row("a"), row("b")])
        done.set()
    assert states(answers) == [Posted.UNCERTAIN, Posted.RETRY]
    assert [o.reason for o in answers] == ["timed out", "timed out"]


def test_a_server_that_always_drops_is_not_asked_for_ever() -> None:
    met = []

    def drop(connection: socket.socket) -> None:
        met.append(1)
        connection.sendall(b"220 ready\r\n")
        connection.recv(100)

    with speaking(drop) as port:
        answers = deliver(plain(port), [row(str(n)) for n in range(20)])
    assert states(answers) == [Posted.RETRY] * 20
    assert len(met) <= 5


@pytest.mark.parametrize(
    "greeting",
    [b"554 go away\r\n", b"421 busy\r\n", b"HTTP/1.1 400 Bad\r\n", b"\xff\x1b[2J\r\n", b"220-" + b"x" * 9000],
)
def test_a_greeting_that_is_none(greeting: bytes) -> None:
    with speaking(lambda c: c.sendall(greeting)) as port:
        (outcome,) = deliver(plain(port), [row("a")])
    assert outcome.state is Posted.RETRY
    assert outcome.reason.startswith("127.0.0.1:")
    assert outcome.reason.isprintable()


def test_a_refused_sender_is_ours_to_mend() -> None:
    class Strict(Box):
        async def handle_MAIL(self, *_: object) -> str:  # noqa: N802
            return "550 5.7.1 sender not allowed"

    with serving(Strict()) as port:
        assert states(deliver(plain(port), [row("a"), row("b")])) == [Posted.RETRY, Posted.RETRY]


def test_each_outcome_is_told_before_the_next_row_goes() -> None:
    box = Box()
    with serving(box) as port:
        for count, outcome in enumerate(outcomes(plain(port), [row("a"), row("b"), row("c")]), 1):
            assert (outcome.state, len(box.taken)) == (Posted.SENT, count)
            if count == 2:
                break
    assert len(box.taken) == 2


def test_no_rows_need_no_server() -> None:
    assert deliver(plain(1), []) == ()
