"""The server from outside: three ways to start it, how it ends, what it answers."""

import gzip
import urllib.request
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from lib.plots import plotly_script
from pages.parts.browser import serve
from tests.browser import chromium
from tests.browser.conftest import Visitor
from tests.browser.server import UVICORN, Server, session_of

STARTS = {
    "uvicorn app:app": UVICORN,
    "python app.py": ("app.py",),
    "streamlit run app.py": ("-m", "streamlit", "run", "app.py", "--server.port", "{port}"),
}


def started(
    start: str, home: Path, environment: dict[str, str] | None = None, base_path: str = ""
) -> Server:
    """Return a server that is started in one of the three ways."""
    environment = {"HOME": str(home), **(environment or {})}
    server = Server(*STARTS[start], environment=environment, base_path=base_path)
    # `python app.py` takes no flags and heeds no STREAMLIT_SERVER_PORT: only this file.
    settings = home / ".streamlit" / "config.toml"
    settings.parent.mkdir()
    settings.write_text(f"[server]\nport = {server.port}\n")
    return server


@pytest.mark.parametrize("start", STARTS)
def test_after_sigterm_nothing_is_left(start: str, tmp_path: Path) -> None:
    with started(start, tmp_path) as server:
        assert server.process.pid in session_of(server.process.pid)
        with urllib.request.urlopen(f"{server.url}/gradients") as answer:
            assert answer.status == 200
    assert server.left == {}


def test_a_deep_link_is_the_first_request(browser: Browser) -> None:
    with Server() as server:
        page = Visitor(browser, server.url)("/numpy_bridge")
        expect(page.get_by_role("heading", name="To NumPy and back")).to_be_visible()
        expect(page.get_by_text("Page not found")).to_have_count(0)
        page.context.close()
    assert server.left == {}


@pytest.mark.parametrize("start", STARTS)
def test_all_is_below_the_base_path(start: str, tmp_path: Path, browser: Browser) -> None:
    environment = {"STREAMLIT_SERVER_BASE_URL_PATH": "lessons"}
    with started(start, tmp_path, environment, "/lessons") as server:
        for path in (plotly_script.PATH, f"{serve.FOLDER}/chart.js"):
            with urllib.request.urlopen(server.url + path) as answer:
                assert answer.headers.get_content_type() == "text/javascript"
        visitor = Visitor(browser, server.url)
        page = visitor("/gradients")
        expect(page.locator(".stage[data-draws]").first).to_be_visible()
        page.context.close()
    assert not visitor.problems


@pytest.mark.parametrize("path", ["/", "/gradients", "/_stcore/health", plotly_script.PATH])
def test_headers(server: Server, path: str) -> None:
    with urllib.request.urlopen(server.url + path) as answer:
        headers = answer.headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "strict-origin-when-cross-origin"
    assert "frame-ancestors" in headers["Content-Security-Policy"]


def test_who_may_frame_it_can_be_set() -> None:
    environment = {"PLAYGROUND_FRAME_ANCESTORS": "'self' https://school.example"}
    with (
        Server(environment=environment) as server,
        urllib.request.urlopen(server.url) as answer,
    ):
        policy = answer.headers["Content-Security-Policy"]
    assert policy == "frame-ancestors 'self' https://school.example"


def test_plotly_is_compressed_and_kept(server: Server) -> None:
    request = urllib.request.Request(
        server.url + plotly_script.PATH, headers={"Accept-Encoding": "gzip"}
    )
    with urllib.request.urlopen(request) as answer:
        body, headers = answer.read(), answer.headers
    assert headers["Content-Encoding"] == "gzip"
    assert "immutable" in headers["Cache-Control"]
    assert gzip.decompress(body) == plotly_script.script()
    with urllib.request.urlopen(server.url + plotly_script.PATH) as answer:
        assert answer.read() == plotly_script.script()


def test_the_browser_fetches_plotly_once(visit: Visitor) -> None:
    page = visit.page()
    fetched: list[str] = []
    page.on(
        "request", lambda request: fetched.append(request.url) if "plotly-" in request.url else None
    )
    chromium.go(page, f"{visit.url}/gradients")
    assert fetched == [visit.url + plotly_script.PATH]  # for two pictures
