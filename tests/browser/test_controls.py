"""A control moves the numbers, the picture and the address together."""

import pytest
from playwright.sync_api import expect

from tests.browser.chromium import go, settle
from tests.browser.conftest import Visitor
from tests.browser.lesson_page import (
    by_key,
    choose,
    draws,
    expect_url,
    number,
    picture,
    program,
    slider,
    switch,
    tables,
)


def test_slider_to_number_picture_and_address(visit: Visitor) -> None:
    page = visit("/gradients")
    expect(number(page, "out")).to_have_text("27")
    kept = picture(page, "gradients.curve").element_handle()
    before = draws(page, "gradients.curve")
    slider(page, "gradients.x").press("ArrowRight")
    # 3 (x + 2)² at x = 1.25
    expect(number(page, "out")).to_have_text(f"{3 * 3.25**2:.6g}")
    expect_url(page, "gradients.x=1.25")
    settle(page)
    page.wait_for_function(
        "([element, before]) => Number(element.dataset.draws) > before", arg=[kept, before]
    )
    assert kept.evaluate("element => element.isConnected"), "the picture was mounted anew"


def test_all_settings_survive_the_link(visit: Visitor) -> None:
    page = visit("/gradients")
    choose(page, "gradients.expression", "sum((x+2)²)")
    settle(page)
    slider(page, "gradients.x").press("ArrowLeft")
    settle(page)
    slider(page, "gradients.calls").press("ArrowRight")
    settle(page)
    for name in ("zero_between", "show"):
        by_key(page, f"gradients.{name}").locator("label").click()
        settle(page)
    expect_url(page, "gradients.show=true")
    expect_url(page, "gradients.x=0.75")
    expect(number(page, "x.grad")).not_to_contain_text("hidden")
    other = visit("/gradients")
    go(other, page.url)
    assert tables(other) == tables(page)
    assert program(other) == program(page)
    assert other.url == page.url
    for name in ("x", "n", "calls"):
        value = slider(page, f"gradients.{name}").get_attribute("aria-valuenow")
        assert slider(other, f"gradients.{name}").get_attribute("aria-valuenow") == value
    for name in ("zero_between", "show"):
        expect(switch(other, f"gradients.{name}")).to_be_checked()


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
