"""What one page asks for while it fills itself: what is let through, what came, and when it has come to rest."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

from monitor import urls
from monitor.model import DataAnswer
from monitor.text import printable

MOST_BODY = 2_000_000
_MOST_ANSWERS = 40
_MOST_REQUESTS = 400
_MOST_CALLS = 40
"""Data calls of one page; a page that polls without end is not let go on."""
_UNWANTED = frozenset(("image", "font", "media", "websocket", "eventsource", "manifest", "texttrack", "ping"))
_CALLS = frozenset(("xhr", "fetch"))
_FILLERS = frozenset(("xhr", "fetch", "script", "document"))
_DATA = re.compile(r"json|javascript|xml|text/(?:html|plain)", re.IGNORECASE)
_JSONP = re.compile(r"[?&](?:callback|jsonp|jsoncallback|cb)=", re.IGNORECASE)
_STILL = 0.6
"""Seconds without any request under way after which a page is at rest."""
_AT_LEAST = 0.4
_TICK = 0.05


class Watch:
    """Stands between one page and the network."""

    def __init__(self, page: Any, url: str, allowed: Callable[[str], Awaitable[bool]] | None) -> None:
        self._page, self._url, self._allowed = page, url, allowed
        self._under_way: set[Any] = set()
        self._moved = asyncio.get_running_loop().time()
        self._requests = self._calls = 0
        self._answers: list[DataAnswer] = []
        self._troubles: list[str] = []
        self._reading: set[asyncio.Task[None]] = set()
        self.gone = asyncio.Event()

    async def start(self, context: Any) -> None:
        """Listen, before the page is opened."""
        page = self._page
        await context.route("**/*", self._decide)
        context.on("page", self._popup)
        page.on("request", self._begun)
        page.on("requestfinished", self._finished)
        page.on("requestfailed", self._failed)
        page.on("crash", lambda _: self.gone.set())
        page.on("close", lambda _: self.gone.set())

    async def rest(self, most: float) -> bool:
        """Wait until the page asks for nothing any more, at most so many seconds; whether it came to rest."""
        loop = asyncio.get_running_loop()
        begun = loop.time()
        while (now := loop.time()) - begun < most:
            if self.gone.is_set():
                return False
            still = not self._under_way and not self._reading and now - self._moved >= _STILL
            if still and now - begun >= _AT_LEAST:
                return True
            await asyncio.sleep(_TICK)
        return False

    def answers(self) -> tuple[DataAnswer, ...]:
        """The data answers that came, in order."""
        return tuple(self._answers)

    def troubles(self) -> tuple[str, ...]:
        """What was refused or failed of all that may fill a page."""
        return tuple(dict.fromkeys(self._troubles))[:20]

    async def _decide(self, route: Any) -> None:
        """Let a request through or not."""
        request = route.request
        with suppress(Exception):  # the page may be gone before it is answered
            kind = request.resource_type
            self._requests += 1
            self._calls += kind in _CALLS
            too_many = self._requests > _MOST_REQUESTS or self._calls > _MOST_CALLS
            if kind in _UNWANTED:
                await route.abort()
            elif too_many or request.method not in ("GET", "POST"):
                await self._refuse(route, "too many requests" if too_many else f"method {request.method[:20]}")
            elif kind == "document" and request.frame == self._page.main_frame and not self._may_go(request.url):
                await self._refuse(route, "leads to another host")
            elif not urls.is_web(request.url) or (self._allowed is not None and not await self._allowed(request.url)):
                await self._refuse(route, "not allowed")
            else:
                await route.continue_()

    def _may_go(self, url: str) -> bool:
        return urls.bare(urls.host(url)) == urls.bare(urls.host(self._url))

    async def _refuse(self, route: Any, why: str) -> None:
        self._note(route.request, why)
        await route.abort()

    def _note(self, request: Any, why: str) -> None:
        """Remember what may be missing; a counter's or an advertiser's script from elsewhere fills no list."""
        fills = request.resource_type in _CALLS or (
            request.resource_type in _FILLERS and urls.host(request.url) == urls.host(self._url)
        )
        if fills and len(self._troubles) < 100:
            self._troubles.append(f"{why}: {printable(request.url, 160)}")

    def _popup(self, page: Any) -> None:
        if page is not self._page:
            task = asyncio.ensure_future(_close(page))
            self._reading.add(task)
            task.add_done_callback(self._reading.discard)

    def _begun(self, request: Any) -> None:
        if request.resource_type in _FILLERS:
            self._under_way.add(request)
            self._moved = asyncio.get_running_loop().time()

    def _finished(self, request: Any) -> None:
        self._ended(request)
        if request.resource_type in _CALLS or (request.resource_type == "script" and _JSONP.search(request.url)):
            task = asyncio.ensure_future(self._keep(request))
            self._reading.add(task)
            task.add_done_callback(self._reading.discard)

    def _failed(self, request: Any) -> None:
        self._ended(request)
        self._note(request, "failed")

    def _ended(self, request: Any) -> None:
        if request in self._under_way:
            self._under_way.discard(request)
            self._moved = asyncio.get_running_loop().time()

    async def _keep(self, request: Any) -> None:
        """Keep an answer's body, where it may hold the rows."""
        with suppress(Exception):  # gone with its page, or none to be had
            response = await request.response()
            if response is None:
                return
            if response.status >= 400:
                self._note(request, f"answered {response.status}")
                return
            kind = str(response.headers.get("content-type", ""))
            length = str(response.headers.get("content-length", "0"))
            large = length.isdigit() and int(length) > MOST_BODY
            if request.method != "GET" or large or not _DATA.search(kind) or len(self._answers) >= _MOST_ANSWERS:
                return
            body = await response.body()
            if len(body) <= MOST_BODY:
                self._answers = [a for a in self._answers if a.url != response.url]
                self._answers.append(DataAnswer(url=response.url, content_type=kind[:200], body=body))


async def _close(page: Any) -> None:
    with suppress(Exception):
        await page.close()
