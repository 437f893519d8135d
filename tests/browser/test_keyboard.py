"""Everything on a lesson can be done without a mouse."""

from playwright.sync_api import expect

from tests.browser.chromium import settle
from tests.browser.conftest import Visitor
from tests.browser.lesson_page import number, picture, slider, switch, tab_to


def test_a_lesson_by_keyboard_alone(visit: Visitor) -> None:
    page = visit("/gradients")
    # Answer a question ...
    question = page.locator("[class*=st-key-gradients-predict-slope]")
    tab_to(page, question.get_by_role("radio").or_(question.get_by_role("button")).first)
    page.keyboard.press("Enter")
    expect(question.get_by_role("button").or_(question.get_by_role("radio")).first).to_be_disabled()
    expect(switch(page, "gradients.show")).to_be_checked()
    # ... move a slider ...
    tab_to(page, slider(page, "gradients.x"))
    page.keyboard.press("ArrowRight")
    expect(number(page, "out")).to_have_text("31.6875")
    settle(page)
    expect(slider(page, "gradients.x")).to_be_focused()
    # ... turn a switch ...
    tab_to(page, switch(page, "gradients.zero_between"))
    page.keyboard.press("Space")
    expect(switch(page, "gradients.zero_between")).to_be_checked()
    settle(page)
    # ... and step through the picture.
    player = picture(page, "gradients.graph")
    tab_to(page, player.get_by_role("button", name="One step forward"))
    page.keyboard.press("Enter")
    expect(player.locator(".caption")).to_contain_text("2/")
    tab_to(page, player.get_by_role("slider"))
    page.keyboard.press("ArrowRight")
    expect(player.locator(".caption")).to_contain_text("3/")
    plot = picture(page, "gradients.curve").locator(".plot")
    tab_to(page, plot)
    page.keyboard.press("+")
    expect(
        picture(page, "gradients.curve").get_by_role("button", name="Reset view")
    ).to_be_visible()
    page.keyboard.press("Home")
    expect(picture(page, "gradients.curve").get_by_role("button", name="Reset view")).to_be_hidden()
