"""The pictures of the stage keep their view, and play their frames without the server."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.chromium import settle
from tests.browser.conftest import Visitor
from tests.browser.lesson_page import axis_range, number, open_numbers, slider, stage

CURVE = 1  # the second of the stage's pictures


def test_zoom_survives_a_slider(visit: Visitor) -> None:
    page = visit("/gradients")
    curve = stage(page).locator(".picture").nth(CURVE)
    reset = curve.get_by_role("button", name="Reset view")
    expect(reset).to_be_hidden()
    before = axis_range(page, CURVE)
    curve.locator(".plot").focus()
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


def expect_step(page: Page, step: str) -> None:
    expect(stage(page).locator(".count")).to_have_text(step)


def test_steps_play_in_the_browser(visit: Visitor) -> None:
    page = visit("/gradients?answers=shown")
    player = stage(page)
    expect_step(page, "6/6")
    sent = visit.sent
    player.get_by_role("button", name="One step back").click()
    expect_step(page, "5/6")
    player.get_by_role("button", name="One step forward").click()
    expect_step(page, "6/6")
    scrub = player.get_by_role("slider", name="Step")
    scrub.press("Home")
    expect_step(page, "1/6")
    scrub.press("ArrowRight")
    expect_step(page, "2/6")
    player.get_by_role("button", name="Play").click()
    expect_step(page, "4/6")
    player.get_by_role("button", name="Pause").click()
    expect(player.get_by_role("button", name="Play")).to_be_visible()
    scrub.press("End")
    expect_step(page, "6/6")
    player.get_by_role("button", name="Play").click()  # from the end it starts over ...
    expect(player.get_by_role("button", name="Pause")).to_be_visible()
    expect_step(page, "6/6")
    expect(player.get_by_role("button", name="Play")).to_be_visible()  # ... and stops by itself
    assert visit.sent == sent, "the server was asked"


def test_nothing_to_play_before_it_is_shown(visit: Visitor) -> None:
    page = visit("/gradients")
    expect(stage(page).get_by_role("button", name="Play")).to_be_hidden()


def test_the_numbers_behind_the_pictures(visit: Visitor) -> None:
    page = visit("/gradients?answers=shown")
    open_numbers(page)
    expect(stage(page).locator(".behind table")).to_have_count(2)
    assert stage(page).locator(".behind tr").count() > 6


def test_without_plotly_the_picture_is_told_in_words(visit: Visitor) -> None:
    page = visit.page()
    page.route("**/plotly-*.min.js", lambda route: route.abort())
    page.goto(f"{visit.url}/gradients")
    pictures = stage(page).locator(".pictures")
    expect(pictures).to_contain_text("The picture could not be loaded")
    expect(pictures).to_contain_text("At x it is 27")
    visit.problems.clear()  # that it could not be loaded is said on the console as well
