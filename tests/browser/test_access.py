"""No serious barrier that axe-core can find, and nothing on the console."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser.conftest import Visitor
from tests.browser.lesson_page import PATHS, open_numbers, question, unfold

# Barriers inside Streamlit's own widgets, which only Streamlit can remove: rule -> where.
STREAMLITS_OWN = {
    # The navigation's <ul> has <div> children with the <li> inside.
    "list": '[data-testid="stSidebarNav"]',
    "listitem": '[data-testid="stSidebarNav"]',
    # st.code: the colors of its highlighter are fixed, and it scrolls but cannot be focused.
    "color-contrast": '[data-testid="stCode"]',
    "scrollable-region-focusable": '[data-testid="stCode"]',
}
TALL = 4000  # axe-core judges colors only where they can be seen


def barriers(page: Page) -> list[str]:
    """Return what axe-core calls serious or critical, as rule: element: what is wrong."""
    found = Axe().run(page).response["violations"]
    return [
        f"{row['id']}: {node['target']}: {node['html'][:200]}: {node['failureSummary']}"
        for row in found
        if row["impact"] in ("serious", "critical")
        for node in row["nodes"]
        if not inside(page, node["target"][0], STREAMLITS_OWN.get(row["id"], ":not(*)"))
    ]


def inside(page: Page, element: str, place: str) -> bool:
    """Return whether ``element`` stands in ``place``."""
    found: bool = page.evaluate(
        "([element, place]) => Boolean(document.querySelector(element).closest(place))",
        [element, place],
    )
    return found


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("path", PATHS)
def test_no_barriers(visit: Visitor, path: str, theme: str) -> None:
    assert barriers(visit(path, theme=theme, height=TALL)) == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_no_barriers_once_all_is_shown(visit: Visitor, theme: str) -> None:
    page = visit("/gradients", theme=theme, height=TALL)
    open_numbers(page)
    for words in ("The whole program", "Break it", "Then and now"):
        unfold(page, words)
    question(page, "gradients.slope").get_by_text("27", exact=True).click()
    page.get_by_text("Not this time.").wait_for()
    page.get_by_role("button", name="Share").click()
    page.locator(".share summary").click()
    assert barriers(page) == []


@pytest.mark.parametrize("path", PATHS)
def test_quiet_and_alone(visit: Visitor, path: str) -> None:
    visit(path)
    assert visit.problems == []  # no error, and no request to another host
