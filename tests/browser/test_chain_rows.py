"""The rows of a chain of layers: edited in place, moved, removed, and one more added."""

from playwright.sync_api import Page, expect

from tests.browser.chromium import go, settle
from tests.browser.conftest import Visitor


def rows(page: Page) -> list[str]:
    fields = page.locator(".layers input")
    return [fields.nth(i).input_value() for i in range(fields.count())]


def test_rows_are_edited_moved_removed_and_added(visit: Visitor) -> None:
    page = visit("/build?build.preset=two-layer&answers=shown")
    assert rows(page) == ["Linear(1000, 100)", "ReLU()", "Linear(100, 10)"]
    first = page.locator(".layers input").nth(0)
    first.fill("Linear(1000, 64)")
    expect(page.locator(".layers .help")).to_have_text("Linear(in_features, out_features, bias)")
    first.press("Enter")
    expect(page.locator(".layers .failing input")).to_have_value("Linear(100, 10)")
    page.get_by_role("button", name="Change it").click()
    expect(page.locator(".layers input").nth(2)).to_have_value("Linear(64, 10)")
    page.get_by_role("button", name="Move up: layer 3").click()
    expect(page.locator(".layers input").nth(1)).to_have_value("Linear(64, 10)")
    # The focus stays on the row that moved, so that it can be moved on.
    expect(page.get_by_role("button", name="Move up: layer 2")).to_be_focused()
    page.get_by_role("button", name="Remove: layer 3").click()
    expect(page.locator(".layers input")).to_have_count(2)
    page.locator(".layers select").select_option("Flatten()")
    expect(page.locator(".layers input")).to_have_count(3)
    settle(page)
    other = visit("/build")
    go(other, page.url)
    assert rows(other) == ["Linear(1000, 64)", "Linear(64, 10)", "Flatten()"]
