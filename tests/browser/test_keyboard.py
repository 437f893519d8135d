"""Everything on a lesson can be done without a mouse."""

from playwright.sync_api import expect

from tests.browser.chromium import settle
from tests.browser.conftest import Visitor
from tests.browser.lesson_page import number, question, slider, stage, switch, tab_to


def test_a_lesson_by_keyboard_alone(visit: Visitor) -> None:
    page = visit("/gradients")
    player = stage(page)
    # Zoom a picture ...
    plot = player.locator(".plot").nth(1)
    tab_to(page, plot)
    page.keyboard.press("+")
    reset = player.get_by_role("button", name="Reset view").nth(0)
    expect(reset).to_be_visible()
    page.keyboard.press("Home")
    expect(reset).to_be_hidden()
    # ... answer a question ...
    options = question(page, "gradients.slope")
    tab_to(page, options.get_by_role("radio").or_(options.get_by_role("button")).first)
    page.keyboard.press("Enter")
    expect(options.get_by_role("button").or_(options.get_by_role("radio")).first).to_be_disabled()
    # ... move a slider ...
    tab_to(page, slider(page, "gradients.x"))
    page.keyboard.press("ArrowRight")
    settle(page)
    expect(slider(page, "gradients.x")).to_be_focused()
    expect(player.locator(".code")).to_contain_text("1.25, requires_grad")
    # ... open More and turn a switch ...
    more = page.locator("summary", has_text="More")
    tab_to(page, more)
    page.keyboard.press("Enter")
    tab_to(page, switch(page, "gradients.zero_between"))
    page.keyboard.press("Space")
    expect(switch(page, "gradients.zero_between")).to_be_checked()
    settle(page)
    # ... and step through the picture.
    tab_to(page, player.get_by_role("button", name="One step back"))
    page.keyboard.press("Enter")
    expect(player.locator(".count")).to_have_text("5/6")
    tab_to(page, player.locator(".scrub"))
    page.keyboard.press("ArrowLeft")
    expect(player.locator(".count")).to_have_text("4/6")
    expect(number(page, "out")).to_have_text("31.6875")
