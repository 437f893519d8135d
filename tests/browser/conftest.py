"""One real server and one real Chromium for all browser tests."""

import os
import signal
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, WebSocket, expect, sync_playwright

from tests.browser import chromium
from tests.browser.server import Server

HERE = {"127.0.0.1", "localhost"}
# Streamlit asks for these two below the page's own path first, then at the root, on every deep
# link of an app with several pages. The 404s are its own and harmless.
STREAMLITS_OWN = ("/_stcore/health", "/_stcore/host-config")

expect.set_options(timeout=chromium.PATIENCE)

# A test run that is told to end, as by `timeout`, takes its servers along, as after Ctrl-C.
signal.signal(signal.SIGTERM, signal.default_int_handler)


class Visitor:
    """Opens pages of the server and notes everything that goes wrong on them."""

    def __init__(self, browser: Browser, url: str) -> None:
        self.browser = browser
        self.url = url
        self.problems: list[str] = []
        self.sent = 0  # messages from the browser to the server

    def __call__(
        self, path: str, width: int = 1280, theme: str = "light", height: int = 900
    ) -> Page:
        """Open ``path`` as a visitor who was never here, and wait until it is complete."""
        return chromium.go(self.page(width, theme, height), self.url + path)

    def page(
        self, width: int = 1280, theme: str = "light", height: int = 900, motion: str = "reduce"
    ) -> Page:
        """Return an empty page in a browser profile of its own; nothing plays by itself in it."""
        profile = self.browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme=theme,
            reduced_motion=motion,
        )
        profile.set_default_timeout(chromium.PATIENCE)
        page = profile.new_page()
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.problems.append(f"exception: {error}"))
        page.on("request", lambda request: self._request(request.url))
        page.on("websocket", self._socket)
        return page

    def _console(self, message: ConsoleMessage) -> None:
        place = urlsplit(message.location["url"]).path
        if message.type == "error" and not (
            "404" in message.text and place.endswith(STREAMLITS_OWN)
        ):
            self.problems.append(f"console: {message.text} ({place})")

    def _request(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme in ("http", "https") and parts.hostname not in HERE:
            self.problems.append(f"request to another host: {url}")

    def _socket(self, socket: WebSocket) -> None:
        if urlsplit(socket.url).hostname not in HERE:
            self.problems.append(f"socket to another host: {socket.url}")

        def count(_: object) -> None:
            self.sent += 1

        socket.on("framesent", count)


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """The playground, as it is hosted."""
    with Server() as running:
        yield running
    assert running.process.returncode is not None
    assert not running.left, f"still running after SIGTERM: {running.left}"


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium; without one the tests are skipped, except where that would hide a failure."""
    if chromium.path() is None:
        message = "no Chromium found: install the system's package `chromium`"
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    with sync_playwright() as playwright:
        running = chromium.launch(playwright)
        yield running
        running.close()


@pytest.fixture
def visit(browser: Browser, server: Server) -> Iterator[Visitor]:
    """``visit(path, width=1280, theme="light")`` opens a page; nothing may go wrong on it."""
    visitor = Visitor(browser, server.url)
    yield visitor
    for profile in browser.contexts:
        profile.close()
    assert not visitor.problems, "\n".join(visitor.problems)
