"""A mail server on loopback that fails in every way that mail servers know, by a seed; and keeps count of all of it."""

from __future__ import annotations

import contextlib
import hashlib
import random
import socket
import ssl
import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

USER, PASSWORD = "office", "open sesame"
_SILENCE = 5.0
"""Seconds of silence at the most; the sender loses patience long before."""


@dataclass(frozen=True, slots=True)
class Weather:
    """How often, of all connections or steps, something goes wrong."""

    hangs_up: float = 0.03
    """A connection is closed before the greeting."""
    drops: float = 0.002
    """The connection is closed in place of an answer, or after it."""
    delays: float = 0.01
    """An answer is 4xx."""
    blames: float = 0.004
    """An answer is 5xx, of the sender, the policy or the mailbox's size."""
    spurns: float = 0.002
    """A mail is refused for what it says, after its data."""
    stalls: float = 0.0005
    """No answer comes."""
    forgets: float = 0.006
    """A mail is taken, and the connection closed or silent in place of the answer."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A mail that was taken."""

    recipient: str
    digest: str
    answered: bool
    content: bytes
    """Kept where somebody reads it; else b""."""


class _HungUpError(Exception):
    """The conversation is over."""


@dataclass
class RoughPost:
    """The server. `mode` and `down` may be changed between two connections."""

    weather: Weather
    seed: int
    context: ssl.SSLContext
    read: frozenset[str] = frozenset()
    """The recipients whose mails are kept whole."""
    mode: str = "none"
    """"none", "starttls" or "tls"; the last two ask for a login."""
    bad: set[str] = field(default_factory=set)
    """Addresses that do not exist."""
    taken: list[Taken] = field(default_factory=list)
    spurned: set[str] = field(default_factory=set)
    """Digests of the mails that were refused for what they say."""
    did: Counter[str] = field(default_factory=Counter)
    port: int = 0

    def __post_init__(self) -> None:
        self._dice = random.Random(self.seed)
        self._turn = threading.Lock()
        self._listener: socket.socket | None = None

    @property
    def down(self) -> bool:
        return self._listener is None

    def go_up(self) -> None:
        """Listen, at the port of before."""
        if self._listener is None:
            self._listener = socket.create_server(("127.0.0.1", self.port), backlog=64)
            self.port = self._listener.getsockname()[1]
            threading.Thread(target=self._accept, args=(self._listener,), daemon=True).start()

    def go_down(self) -> None:
        """Refuse every connection."""
        if self._listener is not None:
            with contextlib.suppress(OSError):
                self._listener.shutdown(socket.SHUT_RDWR)
            self._listener.close()
            self._listener = None

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        talk = _Talk(self, connection)
        with contextlib.suppress(OSError, _HungUpError, ValueError):
            talk.all()
        talk.end()

    def happens(self, what: str) -> bool:
        """Whether it goes wrong this time."""
        with self._turn:
            if self._dice.random() >= getattr(self.weather, what):
                return False
            self.did[what] += 1
            return True

    def one_of(self, *choices: str) -> str:
        with self._turn:
            return self._dice.choice(choices)

    def keep(self, recipient: str, content: bytes, *, answered: bool) -> None:
        digest = hashlib.sha256(content).hexdigest()
        kept = content if recipient in self.read else b""
        with self._turn:
            self.did["took"] += 1
            self.taken.append(Taken(recipient, digest, answered, kept))


class _Talk:
    """One connection."""

    def __init__(self, post: RoughPost, connection: socket.socket) -> None:
        self._post = post
        self._connection = connection
        self._connection.settimeout(_SILENCE)
        self._lines = connection.makefile("rb")
        self._recipient = ""
        self._known = post.mode == "none"
        self._end = False

    def all(self) -> None:
        post = self._post
        if post.happens("hangs_up"):
            return
        if post.mode == "tls":
            self._wrap()
        self._say("220 rough.example ready")
        while not self._end:
            line = self._lines.readline(2000)
            if not line:
                return
            post.did["commands"] += 1
            self._answer(line.decode("ascii", "replace").strip())

    def end(self) -> None:
        for one in (self._lines, self._connection):
            with contextlib.suppress(OSError):
                one.close()

    def _wrap(self) -> None:
        self._lines.close()
        self._connection = self._post.context.wrap_socket(self._connection, server_side=True)
        self._lines = self._connection.makefile("rb")

    def _say(self, text: str) -> None:
        """Answer, unless the weather has it otherwise."""
        if self._post.happens("drops"):
            raise _HungUpError
        if self._post.happens("stalls"):
            self._fall_silent()
        self._connection.sendall(text.encode() + b"\r\n")
        if self._post.happens("drops"):
            raise _HungUpError

    def _fall_silent(self) -> None:
        self._connection.settimeout(_SILENCE)
        self._connection.recv(1)  # until the other hangs up
        raise _HungUpError

    def _answer(self, line: str) -> None:
        word = line[:4].upper()
        if word == "EHLO":
            offers = ["250-rough.example"]
            offers += ["250-STARTTLS"] if self._is_open else ["250-AUTH PLAIN"] if not self._known else []
            self._say("\r\n".join([*offers, "250 8BITMIME"]))
        elif word == "STAR":
            self._say("220 go on")
            self._wrap()
        elif word == "AUTH":
            self._known = True
            self._say("235 welcome")
        elif word == "QUIT":
            self._end = True
            self._say("221 bye")
        elif word == "RSET":
            self._say("250 ok")
        elif not self._known:
            self._say("530 5.7.0 log in first")
        else:
            self._transact(word, line)

    @property
    def _is_open(self) -> bool:
        return self._post.mode == "starttls" and not isinstance(self._connection, ssl.SSLSocket)

    def _transact(self, word: str, line: str) -> None:
        post = self._post
        if word == "RCPT":
            self._recipient = line.partition("<")[2].partition(">")[0]
            if self._recipient in post.bad:
                post.did["no such address"] += 1
                self._say("550 5.1.1 no such user")
                return
        if post.happens("delays"):
            self._say(post.one_of("451 4.3.0 later", "450 4.2.0 busy", "452 4.3.1 full", "421 closing"))
        elif word in ("MAIL", "RCPT") and post.happens("blames"):
            self._say(post.one_of("550 5.7.1 not by policy", "552 5.2.2 mailbox full", "554 5.7.1 blocked"))
        elif word == "DATA":
            self._say("354 go on")
            self._take()
        else:
            self._say("250 ok")

    def _take(self) -> None:
        post, lines = self._post, []
        for line in self._lines:
            if line == b".\r\n":
                break
            lines.append(line[1:] if line.startswith(b".") else line)
        else:
            raise _HungUpError
        content = b"".join(lines)
        if post.happens("delays"):
            self._say("451 4.3.0 later")
        elif post.happens("spurns"):
            post.spurned.add(hashlib.sha256(content).hexdigest())
            self._say("554 5.6.0 not this one")
        elif post.happens("forgets"):
            post.keep(self._recipient, content, answered=False)
            if post.one_of("closed", "silent") == "silent":
                self._fall_silent()
            raise _HungUpError
        else:
            post.keep(self._recipient, content, answered=True)
            self._connection.sendall(b"250 2.0.0 taken\r\n")


@contextlib.contextmanager
def rough(weather: Weather, seed: int, context: ssl.SSLContext, read: frozenset[str]) -> Iterator[RoughPost]:
    """Serve until the end of the block."""
    post = RoughPost(weather, seed, context, read)
    post.go_up()
    try:
        yield post
    finally:
        post.go_down()
