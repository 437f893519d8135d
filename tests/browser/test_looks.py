"""Dark and light, and the width of a phone."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.chromium import settle
from tests.browser.conftest import Visitor
from tests.browser.lesson_page import PATHS, stage, widths


def lightness(page: Page, selector: str, name: str) -> float:
    """Return a color's mean channel, from 0 (black) to 255."""
    color = page.locator(selector).first.evaluate(
        "(element, name) => getComputedStyle(element)[name]", name
    )
    channels = [float(part) for part in re.findall(r"[\d.]+", color)[:3]]
    return sum(channels) / 3


CHART_TEXT = ".stage .plot svg .xtick text"


def test_dark_is_dark(visit: Visitor) -> None:
    page = visit("/gradients", theme="dark")
    assert lightness(page, "[data-testid=stApp]", "backgroundColor") < 60
    assert lightness(page, CHART_TEXT, "fill") > 180


def test_the_theme_changes_at_once(visit: Visitor) -> None:
    page = visit("/gradients")
    kept = stage(page).locator(".plot").nth(1).element_handle()
    assert lightness(page, "[data-testid=stApp]", "backgroundColor") > 240
    assert lightness(page, CHART_TEXT, "fill") < 80
    page.emulate_media(color_scheme="dark")
    dark = re.compile(r"rgb\(230, 235, 240\)")  # textColor of [theme.dark]
    expect(page.locator(CHART_TEXT).first).to_have_css("fill", dark)
    assert lightness(page, "[data-testid=stApp]", "backgroundColor") < 60
    assert kept.evaluate("element => element.isConnected"), "the picture was mounted anew"


@pytest.mark.parametrize("path", PATHS)
def test_a_phone_does_not_scroll_sideways(visit: Visitor, path: str) -> None:
    page = visit(path, width=390)
    assert widths(page) == {}
    for tab in page.get_by_role("tab").all():
        tab.click()
        settle(page)
        expect(tab).to_have_attribute("aria-selected", "true")
        assert widths(page) == {}, tab.inner_text()


def test_a_phone_shows_the_steps(visit: Visitor) -> None:
    page = visit("/gradients?answers=shown", width=390)
    stage(page).get_by_role("button", name="One step back").click()
    expect(stage(page).locator(".count")).to_have_text("5/6")
    assert widths(page) == {}
