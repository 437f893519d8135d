"""A control moves the numbers, the picture, the code and the address together."""

import pytest
from playwright.sync_api import expect

from tests.browser.chromium import go, settle
from tests.browser.conftest import Visitor
from tests.browser.lesson_page import (
    by_key,
    choose,
    code,
    draws,
    expect_url,
    number,
    program,
    slider,
    stage,
    switch,
    tables,
)


def test_slider_to_number_picture_and_address(visit: Visitor) -> None:
    page = visit("/gradients")
    expect(number(page, "out")).to_have_text("27")
    kept = stage(page).locator(".plot").nth(1).element_handle()
    before = draws(page)
    slider(page, "gradients.x").press("ArrowRight")
    # 3 (x + 2)² at x = 1.25
    expect(number(page, "out")).to_have_text(f"{3 * 3.25**2:.6g}")
    expect_url(page, "gradients.x=1.25")
    settle(page)
    assert draws(page) > before
    assert "1.25" in code(page)
    assert kept.evaluate("element => element.isConnected"), "the picture was mounted anew"


def test_all_settings_survive_the_link(visit: Visitor) -> None:
    page = visit("/gradients")
    page.get_by_text("More", exact=True).click()
    choose(page, "gradients.expression", "sum((x+2)²)")
    settle(page)
    slider(page, "gradients.x").press("ArrowLeft")
    settle(page)
    slider(page, "gradients.calls").press("ArrowRight")
    settle(page)
    by_key(page, "gradients.zero_between").locator("label").click()
    settle(page)
    expect_url(page, "gradients.zero_between=true")
    expect_url(page, "gradients.x=0.75")
    other = visit("/gradients")
    go(other, page.url)
    assert tables(other) == tables(page)
    assert code(other) == code(page)
    assert program(other) == program(page)
    assert other.url == page.url
    for name in ("x", "n", "calls"):
        value = slider(page, f"gradients.{name}").get_attribute("aria-valuenow")
        assert slider(other, f"gradients.{name}").get_attribute("aria-valuenow") == value
    expect(switch(other, "gradients.zero_between")).to_be_checked()


def test_two_visitors_do_not_disturb_each_other(visit: Visitor) -> None:
    first, second = visit("/gradients"), visit("/gradients")
    for _ in range(3):
        slider(first, "gradients.x").press("ArrowRight")
        slider(second, "gradients.x").press("ArrowLeft")
    expect(number(first, "out")).to_have_text(f"{3 * (1.75 + 2) ** 2:.6g}")
    expect(number(second, "out")).to_have_text(f"{3 * (0.25 + 2) ** 2:.6g}")
    expect_url(first, "gradients.x=1.75")
    expect_url(second, "gradients.x=0.25")


@pytest.mark.parametrize("value", ["99", "nan", "<b>"])
def test_a_bad_link_falls_back_to_the_default(visit: Visitor, value: str) -> None:
    page = visit(f"/gradients?gradients.x={value}")
    expect(number(page, "out")).to_have_text("27")


def test_back_returns_to_the_state_that_was_left(visit: Visitor) -> None:
    page = visit("/gradients")
    slider(page, "gradients.x").press("ArrowRight")
    expect_url(page, "gradients.x=1.25")
    settle(page)
    page.get_by_text("Next lesson").click()
    expect_url(page, "/descent")
    settle(page)
    page.go_back()
    expect_url(page, "/gradients?gradients.x=1.25")
    settle(page)
    expect(slider(page, "gradients.x")).to_have_value("1.25")
    expect(number(page, "out")).to_have_text(f"{3 * 3.25**2:.6g}")
