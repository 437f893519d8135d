"""Every lesson is two clicks away, on a wide screen and on a phone."""

from playwright.sync_api import expect

from tests.browser.conftest import Visitor


def test_a_section_on_top_opens_its_lessons(visit: Visitor) -> None:
    page = visit("/gradients")
    page.get_by_test_id("stTopNavSection").filter(has_text="Tensors").click()
    page.get_by_text("Pick elements").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Pick elements")


def test_a_phone_has_all_lessons_in_a_menu(visit: Visitor) -> None:
    page = visit("/gradients", width=390)
    page.get_by_test_id("stExpandSidebarButton").click()
    page.get_by_role("link", name="Pick elements").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Pick elements")
