"""One case of the table, and the short words with which the tables are written."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from monitor.model import LinkState

if TYPE_CHECKING:
    from faults.visit import Visit

ALIVE, DEAD, FAILING = LinkState.ALIVE, LinkState.DEAD, LinkState.FAILING
UNVERIFIED, SUSPICIOUS = LinkState.UNVERIFIED, LinkState.SUSPICIOUS

Behaviour = Callable[["Visit"], Awaitable[None]]


class Truth(StrEnum):
    """What a reader with a browser gets."""

    PAGE = "the page"
    PART = "a part of the page"
    FILE = "the file"
    NOTHING = "nothing to see"
    MISSING = "the page is gone"
    BROKEN = "an error"
    WALL = "a wall; behind it the page may live"
    TAKEN = "somebody else's page"
    WORKS = "a notice of works"
    PRIVATE = "an address that must not be fetched"


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One way to answer."""

    name: str
    group: str
    behaviour: Behaviour
    truth: Truth
    expected: frozenset[LinkState]
    """The verdicts that are right; several where honest people may differ."""
    path: str = ""
    """Where it stands, on its port; "/" + group + "/" + name by default."""
    door: str = "plain"
    """Which of the house's doors it stands behind: "plain", "tls", "expired" …; "own" is a port of its own."""
    shows: str = ""
    """Words that the decoded text must hold; "" when none are asked for."""
    fault: str = ""
    """A word of the TLS fault that must be named; "" for none."""

    @property
    def place(self) -> str:
        return self.path or f"/{self.group}/{self.name}"


def sends(raw: bytes) -> Behaviour:
    """Answer with these very bytes and close; to a HEAD, with the head of them."""

    async def behave(visit: Visit) -> None:
        head, gap, _ = raw.partition(b"\r\n\r\n")
        await visit.send(head + gap if visit.method == "HEAD" and gap else raw)

    return behave


BODY_TEXT = (
    "首页 > 政务公开 > 通知公告。关于做好2020年秋季粮食收购工作的通知。发布时间：2020-11-05。各县（市、区）人民政府，市政府有关部门："
    "为切实做好秋季粮食收购工作，保护农民种粮积极性，维护粮食市场稳定，经市政府同意，现将有关事项通知如下。一、提高认识，加强领导。"
    "二、落实政策，优化服务。三、严格执法，维护秩序。四、加强调度，及时报告。联系人：粮食科，电话：0000-0000000。"
)
TITLE = "关于做好秋季粮食收购工作的通知"


def markup(text: str = BODY_TEXT, title: str = TITLE, *, head: str = "", tail: str = "") -> str:
    """A small whole page."""
    return (
        f'<!DOCTYPE html><html lang="zh"><head>{head}<title>{title}</title></head>'
        f'<body><ul><li><a href="/">首页</a></li><li><a href="/zwgk/">政务公开</a></li></ul><div>{text}</div>{tail}</body></html>'
    )


def answer(
    body: str | bytes | None = None,
    status: str = "200 OK",
    *headers: str | bytes,
    kind: str | None = "text/html; charset=utf-8",
    sized: bool = True,
    version: str = "HTTP/1.1",
) -> bytes:
    """A well-formed answer around a body (the living page by default), with more headers in front."""
    content = markup() if body is None else body
    raw = content.encode() if isinstance(content, str) else content
    lines = [f"{version} {status}".encode()]
    lines += [h if isinstance(h, bytes) else h.encode() for h in headers]
    if kind is not None:
        lines.append(f"Content-Type: {kind}".encode())
    if sized:
        lines.append(f"Content-Length: {len(raw)}".encode())
    return b"\r\n".join([*lines, b"Connection: close", b"", raw])


def case(
    name: str,
    group: str,
    how: bytes | Behaviour,
    truth: Truth,
    *expected: LinkState,
    path: str = "",
    door: str = "plain",
    shows: str = "",
    fault: str = "",
) -> Case:
    """A line of the table."""
    behaviour = sends(how) if isinstance(how, bytes) else how
    return Case(
        name=name,
        group=group,
        behaviour=behaviour,
        truth=truth,
        expected=frozenset(expected),
        path=path,
        door=door,
        shows=shows,
        fault=fault,
    )
