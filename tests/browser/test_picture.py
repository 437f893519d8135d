"""The picture keeps its view, and plays its frames without the server."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.chromium import settle
from tests.browser.conftest import Visitor
from tests.browser.lesson_page import axis_range, number, picture, slider

CURVE, GRAPH = "gradients.curve", "gradients.graph"


def test_zoom_survives_a_slider(visit: Visitor) -> None:
    page = visit("/gradients")
    reset = picture(page, CURVE).get_by_role("button", name="Reset view")
    expect(reset).to_be_hidden()
    before = axis_range(page, CURVE)
    picture(page, CURVE).locator(".plot").focus()
    page.keyboard.press("+")
    expect(reset).to_be_visible()
    zoomed = axis_range(page, CURVE)
    assert zoomed[1] - zoomed[0] == pytest.approx(0.8 * (before[1] - before[0]))
    slider(page, "gradients.x").press("ArrowRight")
    expect(number(page, "out")).to_have_text("31.6875")
    settle(page)
    assert axis_range(page, CURVE) == pytest.approx(zoomed)
    reset.click()
    expect(reset).to_be_hidden()
    assert axis_range(page, CURVE) == pytest.approx(before)


def caption(page: Page) -> str:
    return picture(page, GRAPH).locator(".caption").inner_text().split()[0]


def expect_step(page: Page, step: str) -> None:
    expect(picture(page, GRAPH).locator(".caption")).to_contain_text(f"{step} ")


def test_steps_play_in_the_browser(visit: Visitor) -> None:
    page = visit("/gradients?gradients.show=true")
    player = picture(page, GRAPH)
    expect_step(page, "1/6")
    sent = visit.sent
    player.get_by_role("button", name="One step forward").click()
    expect_step(page, "2/6")
    player.get_by_role("button", name="One step back").click()
    expect_step(page, "1/6")
    player.get_by_role("button", name="Play").click()
    expect_step(page, "3/6")
    player.get_by_role("button", name="Pause").click()
    expect(player.get_by_role("button", name="Play")).to_be_visible()
    scrub = player.get_by_role("slider", name="Step")
    scrub.press("Home")
    expect_step(page, "1/6")
    scrub.press("ArrowRight")
    expect_step(page, "2/6")
    scrub.press("End")
    expect_step(page, "6/6")
    player.get_by_role("button", name="Play").click()  # from the end it starts over ...
    expect(player.get_by_role("button", name="Pause")).to_be_visible()
    expect_step(page, "6/6")
    expect(player.get_by_role("button", name="Play")).to_be_visible()  # ... and stops by itself
    assert visit.sent == sent, "the server was asked"


def test_nothing_to_play_before_it_is_shown(visit: Visitor) -> None:
    page = visit("/gradients")
    expect(picture(page, GRAPH).get_by_role("button", name="Play")).to_be_hidden()


def test_the_numbers_behind_the_picture(visit: Visitor) -> None:
    page = visit("/gradients?gradients.show=true")
    picture(page, GRAPH).get_by_text("The numbers behind the picture").click()
    expect(picture(page, GRAPH).get_by_role("row").first).to_be_visible()
    assert picture(page, GRAPH).get_by_role("row").count() > 3


def test_without_plotly_the_picture_is_told_in_words(visit: Visitor) -> None:
    page = visit.page()
    page.route("**/plotly-*.min.js", lambda route: route.abort())
    page.goto(f"{visit.url}/gradients")
    plot = picture(page, CURVE).locator(".plot")
    expect(plot).to_contain_text("The picture could not be loaded")
    expect(plot).to_contain_text("At x it is 27")
    visit.problems.clear()  # that it could not be loaded is said on the console as well
