"""One page in a real browser: opened, left to fill itself, read, and closed. Door for playwright."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import replace
from types import TracebackType
from typing import Any, Self

from monitor import urls
from monitor.model import Rendered
from monitor.render.gate import Addresses, Gate
from monitor.render.program import FLAGS, absent, may_sandbox, program, surroundings
from monitor.render.watch import Watch
from monitor.text import printable

_log = logging.getLogger(__name__)
_MOST_HTML = 4_000_000
_SHUT = 5.0
"""Seconds that closing a page may take before the whole browser is ended."""
_STARTS = 3
"""After so many starts that failed the browser is not tried again."""
_CALM = "window.open = () => null; window.print = () => {}; window.alert = window.confirm = window.prompt = () => null;"
_READ = "most => document.documentElement ? document.documentElement.outerHTML.slice(0, most) : ''"


class Browser:
    """The system's Chromium, headless, started when the first page needs it. One per event loop; `async with` it."""

    def __init__(
        self,
        addresses: Addresses,
        *,
        configured: str = "",
        user_agent: str = "",
        timezone: str = "",
        proxied: bool = False,
        pages: int = 2,
        deadline: float = 25.0,
        settle: float = 8.0,
    ) -> None:
        """`addresses(host, authority)` gives the network addresses that may be touched, () for none.

        `timezone` is where scripts believe to be when they write a day, "" for China.

        `proxied`: the way out is another's proxy, through which addresses cannot be guarded: there is no browser then.
        `pages`: pages open at once, one a site. `deadline`: seconds for one page, start to end. `settle`: seconds
        after which a page that never comes to rest is read as it stands.
        """
        self._gate = Gate(addresses)
        self._configured = configured
        self._user_agent = user_agent
        self._timezone = timezone or "Asia/Shanghai"
        self._deadline, self._settle = deadline, settle
        self._places = asyncio.Semaphore(pages)
        self._sites: dict[str, asyncio.Lock] = {}
        self._starting = asyncio.Lock()
        self._stack = AsyncExitStack()
        self._play: Any = None
        self._browser: Any = None
        self._failed_starts = 0
        self._why = "it is not used behind a proxy" if proxied else absent(configured)

    @property
    def absent(self) -> str:
        """Why there is no browser, in one plain clause; "" while one can be used."""
        return self._why

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._stop()
        await self._stack.aclose()

    async def render(self, url: str, allowed: Callable[[str], Awaitable[bool]] | None = None) -> Rendered:
        """Open an address, let its scripts fill it, and read it; what goes wrong is told in `failure`.

        `allowed` is asked for every further address that the page wants, beside the guard.
        """
        site = self._sites.setdefault(urls.host(url), asyncio.Lock())
        async with site, self._places:
            begun = time.monotonic()
            try:
                browser = await self._started()
                found = await self._page(browser, url, allowed) if browser else _failed(url, self._why)
            except Exception as error:  # another program: what it does costs this page only
                _log.debug("the browser failed on %s", printable(url), exc_info=True)
                found = _failed(url, f"the browser failed: {_first_line(error)}")
        return replace(found, seconds=time.monotonic() - begun)

    async def _started(self) -> Any:
        """The running browser; None when it cannot be had, and `absent` says why."""
        async with self._starting:
            if self._browser is not None and self._browser.is_connected():
                return self._browser
            if self._why:
                return None
            try:
                async with asyncio.timeout(self._deadline):
                    self._browser = await self._launch()
            except Exception as error:
                self._failed_starts += 1
                said = f"it did not start: {_first_line(error)}"
                if self._failed_starts < _STARTS:
                    raise RuntimeError(said) from error
                self._why = said
                return None
            return self._browser

    async def _launch(self) -> Any:
        from playwright.async_api import async_playwright

        if self._play is None:
            await self._stack.enter_async_context(self._gate)
            self._play = await self._stack.enter_async_context(async_playwright())
        return await self._play.chromium.launch(
            executable_path=program(self._configured),
            headless=True,
            chromium_sandbox=may_sandbox(),
            args=list(FLAGS),
            env=surroundings(),
            proxy={"server": self._gate.server, "username": self._gate.user, "password": self._gate.password},
            handle_sigint=False,
            handle_sigterm=False,
            handle_sighup=False,
        )

    async def _page(self, browser: Any, url: str, allowed: Callable[[str], Awaitable[bool]] | None) -> Rendered:
        """One page in a context of its own: no cookie or storage passes from one to the next."""
        context: Any = None
        try:
            async with asyncio.timeout(self._deadline):
                context = await browser.new_context(
                    user_agent=self._user_agent or None,
                    accept_downloads=False,
                    service_workers="block",
                    ignore_https_errors=True,
                    locale="zh-CN",
                    timezone_id=self._timezone,
                )
                await context.add_init_script(_CALM)
                page = await context.new_page()
                watch = Watch(page, url, allowed)
                await watch.start(context)
                return await self._read(page, watch, url)
        except TimeoutError:
            return _failed(url, f"the page was not readable within {self._deadline:.0f} seconds")
        finally:
            await self._shut(context)

    async def _read(self, page: Any, watch: Watch, url: str) -> Rendered:
        opening = asyncio.ensure_future(page.goto(url, wait_until="commit", timeout=self._deadline * 1000))
        gone = asyncio.ensure_future(watch.gone.wait())
        try:
            await asyncio.wait((opening, gone), return_when=asyncio.FIRST_COMPLETED)
            if opening.done() and opening.exception() is not None:
                return _failed(url, f"the browser could not open it: {_first_line(opening.exception())}")
            answer = opening.result() if opening.done() else None
            if answer is not None and answer.status >= 400:
                return _failed(url, f"the browser was answered {answer.status}")
            quiet = await watch.rest(self._settle)
            if watch.gone.is_set():
                return _failed(url, "the page crashed the browser's tab")
            html = await page.evaluate(_READ, _MOST_HTML)
        finally:
            for task in (opening, gone):
                task.cancel()
            await asyncio.gather(opening, gone, return_exceptions=True)
        if not isinstance(html, str) or not html:
            return _failed(url, "the page held nothing that could be read")
        return Rendered(
            asked=url,
            url=page.url,
            html=html,
            answers=watch.answers(),
            quiet=quiet,
            troubles=watch.troubles(),
        )

    async def _shut(self, context: Any) -> None:
        """Close a page; one that cannot be closed takes the browser with it, and the next one starts anew."""
        if context is None:
            return
        try:
            async with asyncio.timeout(_SHUT):
                await context.close()
        except Exception:
            await self._stop()

    async def _stop(self) -> None:
        browser, self._browser = self._browser, None
        if browser is not None:
            try:
                async with asyncio.timeout(_SHUT):
                    await browser.close()
            except Exception:
                return


def _failed(url: str, why: str) -> Rendered:
    return Rendered(asked=url, url=url, failure=why, quiet=False)


def _first_line(error: BaseException | None) -> str:
    return printable(str(error).partition("\n")[0], 120)
