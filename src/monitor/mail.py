"""Letters to bytes, and bytes to a mail server. The only door for smtplib."""

from __future__ import annotations

import hashlib
import html
import re
import smtplib
import socket
import ssl
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from email import message_from_bytes
from email.header import Header
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from enum import StrEnum

from monitor.model import Letter, Outcome, Outgoing, Posted
from monitor.text import file_name, printable

_BARE = re.compile(r"[!-?A-~]{1,64}@[A-Za-z0-9.:\[\]-]{1,255}")
_NEWLINE = re.compile(rb"\r\n|\r|\n")
_OURS = frozenset({530, 534, 535, 538, 454})
"""Answers that speak of our login, whatever the recipient."""
_OF_AN_ADDRESS = frozenset({550, 551, 553, 556})
"""Answers that speak of the recipient, where no finer code says otherwise."""
_FINER = re.compile(r"([45])\.(\d{1,3})\.(\d{1,3})\b")
_BAD_ADDRESSES = frozenset({(1, 0), (1, 1), (1, 2), (1, 3), (1, 4), (1, 6), (1, 10), (2, 0), (2, 1)})
"""Finer codes (RFC 3463) of an address or mailbox that is none; the others speak of us, our mail or a full mailbox."""
_OF_US = re.compile(
    r"relay|frequen|limit|black|block|spam|polic|reputation|authenticat|\brate\b|\brbl\b", re.IGNORECASE
)
"""Words of servers that say so without a finer code."""
_STEPS = ("MAIL", "RCPT", "DATA")
_RECONNECTS = 3
_PLAIN_SUBJECT = 66
"""Characters that stand on one line behind "Subject: "."""


class Security(StrEnum):
    """How the connection to the mail server is protected."""

    NONE = "none"
    STARTTLS = "starttls"
    TLS = "tls"


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """A mail server and how to log in to it."""

    host: str
    port: int
    security: Security = Security.STARTTLS
    user: str = ""
    """Empty: no login."""
    password: str = field(default="", repr=False)
    timeout: float = 30.0
    """Seconds for each answer."""
    cafile: str = ""
    """A PEM file of certificates to trust beside the system's; "" for none."""


def message(
    letter: Letter,
    *,
    sender: str,
    recipient: str,
    message_id: str,
    date: datetime,
    reply_to: str = "",
    thread: Sequence[str] = (),
    unsubscribe: str = "",
) -> bytes:
    """The letter as the bytes of a mail, text before HTML, equal for equal arguments.

    Addresses are "name@host" or "Name <name@host>"; `message_id` as "<x@y>". ValueError when one is not.
    `thread`: the ids of the mails that it follows, the first of them first. `unsubscribe`: the address to which who
    wants no more of it writes; "" for what nobody can refuse.
    """
    for id_ in (message_id, *thread):
        if not re.fullmatch(r"<[!-;=?A-~]{1,200}@[!-;=?A-~]{1,200}>", id_):
            raise ValueError(f"not a message id: {id_!r}")
    mail = EmailMessage(policy=SMTP)
    mail["From"] = _address(sender)
    mail["To"] = _address(recipient)
    if reply_to:
        mail["Reply-To"] = _address(reply_to)
    mail.set_raw("Subject", _subject(letter.subject))
    mail["Date"] = format_datetime(date)
    mail["Message-ID"] = message_id
    mail["Auto-Submitted"] = "auto-generated"
    mail["X-Auto-Response-Suppress"] = "All"
    mail.set_content(letter.text, cte="base64")
    mail.add_alternative(letter.html, subtype="html", cte="base64")
    mail.set_boundary(_boundary(message_id, "alternative"))
    for attached in letter.attachments:
        main, _, sub = attached.type.partition("/")
        mail.add_attachment(
            attached.content,
            maintype=main,
            subtype=sub or "octet-stream",
            filename=header(file_name(attached.name)),
            params={"charset": "utf-8"} if main == "text" else None,
        )
    if letter.attachments:
        mail.set_boundary(_boundary(message_id, "mixed"))
    return _machine_headers(thread, unsubscribe) + mail.as_bytes()


def _machine_headers(thread: Sequence[str], unsubscribe: str) -> bytes:
    """The headers that only programs read, a value a line.

    Python's folding makes an encoded word of any value that is longer than a line, which no program undoes.
    """
    lines = [f"In-Reply-To: {thread[-1]}", "References: " + "\r\n ".join(thread)] if thread else []
    if unsubscribe:
        lines.append(f"List-Unsubscribe: <mailto:{_address(unsubscribe).addr_spec}?subject=unsubscribe>")
    return "".join(f"{line}\r\n" for line in lines).encode("ascii")


def readdressed(
    content: bytes, *, recipient: str, message_id: str, line: str, mark: str, instead: tuple[str, str] = ("", "")
) -> bytes:
    """A mail's bytes for another who is to see to it: with another To and Message-ID, and `line` above both its texts.

    `mark` stands behind the subject; of `instead` the first sentence becomes the second, wherever the texts have it.
    Date, thread and attachments stay.
    """
    mail = message_from_bytes(content, policy=SMTP.clone(refold_source="none"))
    assert isinstance(mail, EmailMessage)
    mail.replace_header("To", _address(recipient))
    mail.replace_header("Message-ID", message_id)
    subject = _subject(f"{mail['Subject']}{mark}")
    del mail["Subject"]
    mail.set_raw("Subject", subject)
    said = printable(line, 400)
    old, new = instead
    if (text := mail.get_body(("plain",))) is not None:
        whole = text.get_content()
        text.set_content(f"{said}\n\n{whole.replace(old, new) if old else whole}", cte="base64")
    if (page := mail.get_body(("html",))) is not None:
        marked = f"<p><strong>{html.escape(said)}</strong></p>"
        whole = page.get_content()
        whole = whole.replace(html.escape(old), html.escape(new)) if old else whole
        page.set_content(_below_body(whole, marked), subtype="html", cte="base64")
    return mail.as_bytes()


def _below_body(page: str, marked: str) -> str:
    begins = re.search(r"<body\b[^>]*>", page, re.IGNORECASE)
    at = begins.end() if begins else 0
    return page[:at] + marked + page[at:]


def header(text: str, limit: int = 200) -> str:
    """Strangers' text that may stand in a header: one line, and no encoded word of its own.

    Python's header folding decodes an encoded word found in plain text, line breaks and all (CVE-2024-6923).
    """
    return printable(text.replace("=?", "= ?"), limit).replace("=?", "= ?")


def _subject(text: str) -> str:
    """A subject as it is written, folded; EmailMessage's own folding loses spaces and tears words that it encoded."""
    line = header(text)
    short = line.isascii() and len(line) <= _PLAIN_SUBJECT
    return Header(line, "us-ascii" if short else "utf-8", header_name="Subject").encode(linesep="\r\n")


def outcomes(server: Server, rows: Iterable[Outgoing]) -> Iterator[Outcome]:
    """Hand each row to the server over one connection; one outcome a row, in order, whatever happens.

    Each comes as soon as it is known, so that it can be recorded before the next row goes.

    A fault of the server or of our login is RETRY for all rows that it keeps from being sent.
    """
    link: smtplib.SMTP | None = None
    hindrance, connects = "", 0
    try:
        for row in rows:
            if not hindrance and link is None:
                ended = connects > _RECONNECTS
                link, hindrance = (None, "the connection keeps breaking") if ended else _connect(server)
                connects += 1
            if link is None:
                yield _outcome(row, Posted.RETRY, hindrance, hindered=True)
                continue
            outcome, alive, silent = _send(link, row)
            if not alive:
                link.close()
                link, hindrance = None, outcome.reason if silent else ""
            yield outcome
    finally:
        if link is not None:
            with suppress(smtplib.SMTPException, OSError):
                link.quit()
            link.close()


def _connect(server: Server) -> tuple[smtplib.SMTP | None, str]:
    """A connection that is ready for mail, or why there is none."""
    place = f"{printable(server.host)}:{server.port}"
    try:
        context = _trust(server)
    except (OSError, ValueError) as error:
        return None, f"cannot read the certificates in {printable(server.cafile)}: {printable(str(error))}"
    try:
        link = _open(server, context)
    except ssl.SSLCertVerificationError as error:
        return None, f"{place}: certificate not trusted: {printable(error.verify_message)}"
    except ssl.SSLError as error:
        return None, f"{place}: TLS failed: {printable(error.reason or str(error))}"
    except smtplib.SMTPAuthenticationError as error:
        return None, f"{place}: login refused: {_words(error.smtp_code, error.smtp_error)}"
    except smtplib.SMTPNotSupportedError as error:
        return None, f"{place}: {printable(str(error))}"
    except smtplib.SMTPResponseException as error:
        return None, f"{place}: {_words(error.smtp_code, error.smtp_error)}"
    except (smtplib.SMTPException, OSError, UnicodeError) as error:
        return None, f"{place}: {_failure(error)}"
    return link, ""


def _trust(server: Server) -> ssl.SSLContext:
    context = ssl.create_default_context()
    if server.cafile:
        context.load_verify_locations(server.cafile)
    return context


def _open(server: Server, context: ssl.SSLContext) -> smtplib.SMTP:
    # The default would ask the name service for our full name, which may take long or not answer.
    name = socket.gethostname() if socket.gethostname().isascii() else "localhost"
    link = (
        smtplib.SMTP_SSL(server.host, server.port, name, timeout=server.timeout, context=context)
        if server.security is Security.TLS
        else smtplib.SMTP(server.host, server.port, name, timeout=server.timeout)
    )
    try:
        link.ehlo_or_helo_if_needed()
        if server.security is Security.STARTTLS:
            link.starttls(context=context)
            link.ehlo_or_helo_if_needed()
        if server.user:
            link.login(server.user, server.password)
    except BaseException:
        link.close()
        raise
    return link


def _send(link: smtplib.SMTP, row: Outgoing) -> tuple[Outcome, bool, bool]:
    """One transaction: its outcome, whether the connection still stands, whether the server fell silent."""
    if not _BARE.fullmatch(row.sender):
        return _outcome(row, Posted.REFUSED, "malformed sender"), True, False
    if not _BARE.fullmatch(row.recipient):
        return _outcome(row, Posted.BAD_ADDRESS, "malformed address"), True, False
    after_data = False
    try:
        steps: tuple[Callable[[], tuple[int, bytes]], ...] = (
            lambda: link.mail(row.sender),
            lambda: link.rcpt(row.recipient),
            lambda: link.docmd("DATA"),
        )
        for number, step in enumerate(steps):
            code, said = step()
            if code // 100 != (3 if number == 2 else 2):
                return _turned_down(link, row, code, said, step=_STEPS[number])
        after_data = True
        link.send(_dotted(row.content))
        code, said = link.getreply()
    except (smtplib.SMTPException, OSError) as error:
        state = Posted.UNCERTAIN if after_data else Posted.RETRY
        return _outcome(row, state, _failure(error)), False, _silent(error)
    if code // 100 == 2:
        return _outcome(row, Posted.SENT, _words(code, said)), True, False
    return _turned_down(link, row, code, said, step="content")


def _turned_down(link: smtplib.SMTP, row: Outgoing, code: int, said: bytes, *, step: str) -> tuple[Outcome, bool, bool]:
    """A refusal by code at a step of the transaction."""
    outcome = _outcome(row, _meaning(code, _words(code, said), step), _words(code, said))
    if code == 421:
        return outcome, False, False
    try:
        link.rset()
    except (smtplib.SMTPException, OSError):
        return outcome, False, False
    return outcome, True, False


def _meaning(code: int, words: str, step: str) -> Posted:
    """Whether a refusal is for now, of this mail, or of this address.

    What speaks of us is for now, for we may mend it: of the sender, the login, our name or pace. An address is called
    bad only where the answer speaks of it.
    """
    if code // 100 != 5 or code in _OURS or step == "MAIL":
        return Posted.RETRY
    finer = _FINER.match(words[4:])
    if finer is not None:
        is_bad = finer[1] == "5" and (int(finer[2]), int(finer[3])) in _BAD_ADDRESSES
    else:
        is_bad = step == "RCPT" and code in _OF_AN_ADDRESS and not _OF_US.search(words)
    if is_bad:
        return Posted.BAD_ADDRESS
    return Posted.RETRY if step == "RCPT" else Posted.REFUSED


def _dotted(content: bytes) -> bytes:
    lines = _NEWLINE.sub(b"\r\n", content).removesuffix(b"\r\n")
    return re.sub(rb"(?m)^\.", b"..", lines) + b"\r\n.\r\n"


def _silent(error: Exception) -> bool:
    """Whether no answer came in time; smtplib wraps that in an error of its own."""
    return isinstance(error, TimeoutError) or isinstance(error.__context__, TimeoutError)


def _failure(error: Exception) -> str:
    if isinstance(error, socket.gaierror):
        return "no such host"
    if _silent(error):
        return "timed out"
    if isinstance(error, ConnectionRefusedError):
        return "connection refused"
    if isinstance(error, smtplib.SMTPServerDisconnected | ConnectionError):
        return "connection lost: " + printable(str(error))
    return printable(str(error)) or type(error).__name__


def _outcome(row: Outgoing, state: Posted, reason: str, *, hindered: bool = False) -> Outcome:
    return Outcome(id=row.id, recipient=row.recipient, state=state, reason=printable(reason, 300), hindered=hindered)


def _words(code: int, said: bytes | str) -> str:
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    return f"{code} {printable(text)}".strip()


def _address(text: str) -> Address:
    name, bare = parseaddr(text) if "<" in text else ("", text.strip())
    if not _BARE.fullmatch(bare):
        raise ValueError(f"not a mail address: {text!r}")
    return Address(display_name=header(name, 100), addr_spec=bare)


def _boundary(message_id: str, part: str) -> str:
    return "=_" + hashlib.sha256(f"{part}{message_id}".encode()).hexdigest()[:32]
