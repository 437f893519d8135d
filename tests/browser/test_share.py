"""Links: to this very state, to a page without a control, into another page."""

import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visitor
from tests.browser.lesson_page import by_key, expect_url, slider


def open_share(page: Page) -> None:
    page.get_by_role("button", name="Share").click()
    expect(page.locator(".share .link")).to_have_value(re.compile("^http"))


def test_share_gives_the_address_and_a_snippet(visit: Visitor) -> None:
    page = visit("/gradients")
    slider(page, "gradients.x").press("ArrowRight")
    expect_url(page, "gradients.x=1.25")
    open_share(page)
    expect(page.locator(".share .link")).to_have_value(page.url)
    snippet = page.locator(".share .embed").input_value()
    assert snippet.startswith("<iframe ")
    assert 'allow="camera"' in snippet  # for lessons that take a picture
    assert "embed=true" in snippet
    assert "gradients.x=1.25" in snippet


def test_share_can_lock_and_hide(visit: Visitor) -> None:
    page = visit("/gradients?gradients.n=3")
    open_share(page)
    page.locator(".share summary").click()
    page.get_by_label("every element of x").and_(page.locator("select")).select_option("lock")
    page.get_by_label("x is n by n").and_(page.locator("select")).select_option("hide")
    link = page.locator(".share .link").input_value()
    assert "lock=x" in link
    assert "hide=n" in link
    other = visit(link.removeprefix(visit.url))
    expect(slider(other, "gradients.x")).to_be_disabled()
    expect(slider(other, "gradients.calls")).to_be_enabled()
    expect(by_key(other, "gradients.n")).to_be_hidden()
    expect(other.get_by_text("n = 3, x = 1")).to_be_visible()  # the hidden value still counts
    open_share(other)  # and a link of that page has its locks
    again = other.locator(".share .link").input_value()
    assert "lock=x" in again
    assert "hide=n" in again


def test_share_says_whether_answers_come_along(visit: Visitor) -> None:
    page = visit("/gradients")
    open_share(page)
    assert "answers" not in page.locator(".share .link").input_value()
    page.get_by_label("With the answers to the questions").check()
    assert "answers=shown" in page.locator(".share .link").input_value()


@pytest.fixture
def teachers_page(visit: Visitor) -> Iterator[str]:
    """A page of another server (and, to a browser, of another site) with a lesson in it."""
    text = f"""<!doctype html><title>A class</title><h1>A class</h1>
        <iframe src="{visit.url}/gradients?embed=true&amp;gradients.x=2" title="Gradients"
          width="100%" height="900"></iframe>""".encode()

    class Page(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200 if self.path == "/" else 204)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            if self.path == "/":
                self.wfile.write(text)

        def log_message(self, *_: object) -> None:
            """Keep quiet."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Page) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://localhost:{server.server_port}/"
        server.shutdown()


def test_embedded_it_shows_no_navigation(visit: Visitor) -> None:
    page = visit("/gradients?embed=true")
    expect(page.get_by_test_id("stSidebar")).to_have_count(0)
    expect(page.get_by_test_id("stSidebarNav")).to_have_count(0)
    expect(page.get_by_role("button", name="Share")).to_have_count(0)
    expect(page.get_by_text("All lessons")).to_have_count(0)


def test_it_works_inside_another_page(visit: Visitor, teachers_page: str) -> None:
    page = visit.page()
    page.goto(teachers_page)
    lesson = page.frame_locator("iframe")
    lesson.locator(".stage .numbers summary").click()
    cell = lesson.locator(".values tr", has_text="out").first.locator("td").nth(1)
    expect(cell).to_have_text("48")  # 3 (2 + 2)²
    lesson.locator(".st-key-gradients-x").get_by_role("slider").press("ArrowLeft")
    expect(cell).to_have_text(f"{3 * (1.75 + 2) ** 2:.6g}")
    expect(lesson.locator(".stage[data-draws]")).to_be_visible()
