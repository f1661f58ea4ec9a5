"""The pure readers under any bytes, and the turn-taking."""

from __future__ import annotations

import asyncio
import gzip
import itertools
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.fetch.coding import Inflater
from monitor.fetch.hops import Cookies, target_of
from monitor.fetch.slots import Slot, Slots
from monitor.fetch.wire import Framing, Head, head_end, read_head
from monitor.urls import without_user

_HEADISH = st.lists(
    st.one_of(
        st.sampled_from([b"HTTP/1.1 ", b"200", b"OK", b"\r\n", b"\n", b"\r", b":", b" ", b"\t", b"\x00", b"X", b"5"]),
        st.sampled_from([b"Content-Length: 5", b"Transfer-Encoding: chunked", b"HTTP/99999999999.1 ", b"\xb9\xab"]),
        st.binary(max_size=4),
    ),
    max_size=40,
).map(b"".join)


@given(_HEADISH)
def test_any_head_is_read_or_refused(raw: bytes) -> None:
    head = read_head(raw)
    if head is not None:
        assert head.status >= 0
        assert all(name == name.lower() and b"\n" not in value for name, value in head.headers)
        Framing(head)


def test_folding_without_end_costs_little() -> None:
    head = read_head(b"HTTP/1.1 200 OK\r\nX: a\r\n" + b" b\r\n" * 60_000)
    assert head is not None
    assert len(head.headers[0][1]) < 10_000


def feed(headers: list[tuple[bytes, bytes]], pieces: list[bytes]) -> tuple[bytes, Framing]:
    framing = Framing(Head(200, headers, True, []))
    buffer, body = bytearray(), b""
    for piece in pieces:
        buffer += piece
        body += framing.take(buffer)
        if framing.done:
            break
    return body + framing.end(buffer), framing


CHUNKED = [(b"transfer-encoding", b"chunked")]


@given(st.lists(st.binary(min_size=1, max_size=40), max_size=8), st.lists(st.integers(1, 60), max_size=20))
def test_chunks_come_out_whole_however_they_are_cut(chunks: list[bytes], cuts: list[int]) -> None:
    wire = b"".join(b"%x\r\n%b\r\n" % (len(c), c) for c in chunks) + b"0\r\n\r\n"
    pieces = []
    for cut in cuts:
        pieces.append(wire[:cut])
        wire = wire[cut:]
    body, framing = feed(CHUNKED, [*pieces, wire])
    assert (body, framing.truncated, framing.notes) == (b"".join(chunks), False, [])


@given(st.lists(st.binary(max_size=30), max_size=10))
def test_any_bytes_for_chunks_end_somewhere(pieces: list[bytes]) -> None:
    _, framing = feed(CHUNKED, pieces)
    assert framing.done


@given(st.binary(max_size=200), st.integers(0, 250))
def test_a_length_is_kept(body: bytes, length: int) -> None:
    got, framing = feed([(b"content-length", b"%d" % length)], [body])
    assert got == body[:length]
    assert framing.truncated == (len(body) < length)


@given(st.binary(max_size=60))
def test_where_a_head_ends(raw: bytes) -> None:
    end = head_end(bytearray(raw), 0)
    if end >= 0:
        assert raw[:end].endswith((b"\n\n", b"\n\r\n"))
    else:
        assert b"\n\n" not in raw
        assert b"\n\r\n" not in raw


@given(st.binary(max_size=3000), st.sampled_from(["gzip", "deflate", "x-gzip", "gzip, deflate"]), st.integers(1, 99))
def test_what_was_packed_comes_out(body: bytes, coding: str, step: int) -> None:
    packed = body
    for name in coding.split(", "):
        packed = zlib.compress(packed) if name == "deflate" else gzip.compress(packed)
    inflater = Inflater(coding, 10_000)
    for start in range(0, len(packed), step):
        inflater.feed(packed[start : start + step])
    assert inflater.body() == body
    assert not inflater.truncated


@given(
    st.lists(st.binary(max_size=300), min_size=1, max_size=4),
    st.integers(1, 99),
    st.sampled_from([b"", b"junk", b"\x1f"]),
)
def test_members_of_a_gzip_follow_one_another(bodies: list[bytes], step: int, tail: bytes) -> None:
    packed = b"".join(gzip.compress(b) for b in bodies) + tail
    inflater = Inflater("gzip", 10_000)
    for start in range(0, len(packed), step):
        inflater.feed(packed[start : start + step])
    assert inflater.complete
    assert inflater.body() == b"".join(bodies)
    assert not inflater.truncated


def test_a_flood_of_empty_members_ends() -> None:
    inflater = Inflater("gzip, gzip", 100)
    inflater.feed(gzip.compress(gzip.compress(b"") * 20_000))
    assert inflater.body() == b""


@given(
    st.lists(st.binary(max_size=50), max_size=6), st.sampled_from(["gzip", "deflate", "gzip, gzip", "br", "", "a,b,c"])
)
def test_any_bytes_may_be_called_packed(pieces: list[bytes], coding: str) -> None:
    inflater = Inflater(coding, 64)
    for piece in pieces:
        if not inflater.feed(piece):
            break
    assert len(inflater.body()) <= 64


@given(st.lists(st.binary(max_size=30), max_size=3))
def test_any_location_is_a_target_or_a_reason(values: list[bytes]) -> None:
    target, _, why = target_of("http://a.example/x/", values)
    assert why if target is None else target.startswith(("http://", "https://"))


def test_credentials_in_an_address_are_dropped() -> None:
    assert without_user("http://me:p@ss@a.example/x@y") == "http://a.example/x@y"
    assert without_user("https://a.example:8/?u=b@c") == "https://a.example:8/?u=b@c"


def test_cookies_stay_where_they_belong() -> None:
    jar = Cookies()
    jar.take(
        "www.a.example", [b"own=1; Path=/", b"wide=2; Domain=.a.example", b"far=3; Domain=b.example", b"junk", b"=x"]
    )
    assert jar.header("www.a.example") == b"own=1; wide=2; far=3"
    assert jar.header("a.example") == b"wide=2"
    assert jar.header("b.example") == b""
    jar.take("www.a.example", [b"own=; Max-Age=0"])
    assert jar.header("www.a.example") == b"wide=2; far=3"


# --- turns ----------------------------------------------------------------------------------


def test_requests_start_a_delay_apart() -> None:
    async def run() -> list[float]:
        slot = Slot(0.05, 5, 60.0)
        starts: list[float] = []

        async def one() -> None:
            await slot.enter()
            starts.append(asyncio.get_running_loop().time())
            slot.leave()

        await asyncio.gather(*(one() for _ in range(4)))
        return starts

    starts = asyncio.run(run())
    assert all(b - a > 0.045 for a, b in itertools.pairwise(starts))


def test_no_more_than_the_places_are_taken_and_order_is_kept() -> None:
    async def run() -> tuple[int, list[int]]:
        slot = Slot(0.0, 2, 60.0)
        inside = most = 0
        order: list[int] = []

        async def one(number: int) -> None:
            nonlocal inside, most
            await slot.enter()
            order.append(number)
            inside += 1
            most = max(most, inside)
            await asyncio.sleep(0.001)
            inside -= 1
            slot.leave()

        await asyncio.gather(*(one(n) for n in range(9)))
        return most, order

    assert asyncio.run(run()) == (2, list(range(9)))


def test_one_who_gives_up_waiting_leaves_no_gap() -> None:
    async def run() -> bool:
        slot = Slot(0.0, 1, 60.0)
        await slot.enter()
        tired = [asyncio.create_task(slot.enter()) for _ in range(3)]
        await asyncio.sleep(0)
        tired[0].cancel()
        slot.leave()
        tired[1].cancel()  # it was just given the turn
        await asyncio.gather(*tired[:2], return_exceptions=True)
        await tired[2]
        slot.leave()
        await asyncio.sleep(0)
        return slot.idle

    assert asyncio.run(run())


def test_distress_doubles_the_pace_up_to_the_cap_and_health_undoes_it() -> None:
    async def run() -> list[float]:
        slot = Slot(1.0, 1, 5.0)
        paces = []
        for act in [slot.strained] * 4 + [slot.eased] * 4:
            act()
            paces.append(slot.pace)
        return paces

    assert asyncio.run(run()) == [2.0, 4.0, 5.0, 5.0, 5.0, 4.0, 2.0, 1.0]


def test_a_hosts_own_wish_outlives_its_slot() -> None:
    async def run() -> float:
        slots = Slots(0.0, 2, 60.0, most=3)
        slots.slow("a.example", 7.0)
        for number in range(10):
            slots.of(f"{number}.example")
        return slots.of("a.example").pace

    assert asyncio.run(run()) == pytest.approx(7.0)
