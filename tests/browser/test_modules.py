"""The browser code as modules: how they are served, and elements that come before their module."""

import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from lib.plots import plotly_script
from pages.parts.browser import serve
from tests.browser import chromium
from tests.browser.conftest import Visitor
from tests.browser.lesson_page import stage
from tests.browser.server import Server

LATE = 2000  # milliseconds


def test_a_module_may_be_kept_forever(server: Server) -> None:
    for name, script in serve.FILES.items():
        with urllib.request.urlopen(f"{server.url}{serve.FOLDER}/{name}") as answer:
            body, headers = answer.read(), answer.headers
        assert body == script
        assert headers.get_content_type() == serve.TYPES[Path(name).suffix]
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Cache-Control"] == "public, max-age=31536000, immutable"


@pytest.mark.parametrize(
    "path",
    [
        f"{serve.FOLDER}/nothing.js",
        f"{serve.FOLDER}/component.py",
        f"{serve.FOLDER}/chart.html",
        f"{serve.FOLDER}/%2e%2e%2fchart.py",
        "/playground/browser/0123456789abcdef/chart.js",
    ],
)
def test_nothing_else_is_served(server: Server, path: str) -> None:
    request = urllib.request.Request(server.url + path)
    try:
        with urllib.request.urlopen(request) as answer:
            # Streamlit answers with its page where nobody else does: no module for a browser.
            assert answer.headers.get_content_type() == "text/html"
            assert not path.startswith(serve.FOLDER)
    except urllib.error.HTTPError as error:
        assert error.code in {400, 404}  # noqa: PT017 - Streamlit refuses paths that climb


def delay(page: Page, path: str) -> list[Callable[[], None]]:
    """Hold back a script; return what lets it go."""
    held: list[Callable[[], None]] = []
    page.route(f"**{path}", lambda route: held.append(_release(route)))
    return held


def _release(route: Route) -> Callable[[], None]:
    return route.continue_


def open_without_waiting(visit: Visitor, page: Page, path: str) -> None:
    page.goto(visit.url + path)
    page.wait_for_selector(chromium.READY, state="attached")
    page.get_by_text("PyTorch's own page on this").wait_for()


@pytest.mark.parametrize("path", [f"{serve.FOLDER}/chart_view.js", plotly_script.PATH])
def test_an_element_whose_script_comes_late_shows_the_latest(visit: Visitor, path: str) -> None:
    page = visit.page()
    held = delay(page, path)
    open_without_waiting(visit, page, "/gradients")
    assert page.locator(".stage[data-draws]").count() == 0
    slider = page.locator(".st-key-gradients-x").get_by_role("slider")
    slider.press("ArrowRight")
    page.wait_for_timeout(LATE)
    (release,) = held  # for all pictures of the tab
    release()
    chromium.settle(page)
    late = [each.get_attribute("aria-label") for each in stage(page).locator(".plot").all()]
    expect(stage(page).locator(".xtick").first).to_be_attached()
    at_once = visit(page.url.removeprefix(visit.url))
    assert late == [
        each.get_attribute("aria-label") for each in stage(at_once).locator(".plot").all()
    ]


def test_an_element_that_is_gone_before_its_module_comes_is_not_missed(visit: Visitor) -> None:
    page = visit.page()
    held = delay(page, f"{serve.FOLDER}/training_clock.js")
    open_without_waiting(visit, page, "/loop")
    # Another page in the same tab.
    page.get_by_role("link", name="All lessons").click()
    expect(page).not_to_have_url(f"{visit.url}/loop")
    (release,) = held
    release()
    chromium.settle(page)
    page.go_back()
    page.wait_for_selector(".training[data-epoch]")
