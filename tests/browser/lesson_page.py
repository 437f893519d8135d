"""What a visitor finds on a lesson page."""

import re
from typing import Any

from playwright.sync_api import Locator, Page, expect

from lib import catalogue
from tests.browser.chromium import settle

PATHS = ("/", "/glossary", *(f"/{row.slug}" for row in catalogue.LESSONS))


def by_key(page: Page, key: str) -> Locator:
    """Return the element with a Streamlit key such as ``gradients.x``."""
    return page.locator(f".st-key-{key.replace('.', '-')}")


def slider(page: Page, key: str) -> Locator:
    return by_key(page, key).get_by_role("slider")


def switch(page: Page, key: str) -> Locator:
    return by_key(page, key).locator("input[type=checkbox]")


def choose(page: Page, key: str, option: str) -> None:
    """Choose from a menu."""
    menu = by_key(page, key).get_by_role("combobox")
    menu.scroll_into_view_if_needed()
    page.wait_for_timeout(300)  # a menu that is still being scrolled closes again
    menu.click()
    page.get_by_role("option", name=option, exact=True).click()


def stage(page: Page) -> Locator:
    return page.locator(".stage")


def open_numbers(page: Page) -> Locator:
    """Open the numbers below the stage; return their table."""
    numbers = stage(page).locator(".numbers")
    if numbers.get_attribute("open") is None:
        numbers.locator("summary").click()
    return numbers.locator(".values")


def number(page: Page, name: str) -> Locator:
    """Return the cell of the stage's numbers that holds ``name``."""
    table = open_numbers(page)
    head = page.locator("td:first-child", has_text=re.compile(rf"^{re.escape(name)}$"))
    return table.locator("tr", has=head).first.locator("td").nth(1)


def table_number(page: Page, name: str) -> Locator:
    """Return the cell of a table outside of the stage that holds ``name``."""
    head = page.locator("td:first-child", has_text=re.compile(rf"^{re.escape(name)}$"))
    return page.locator("tr", has=head).first.locator("td").nth(1)


def question(page: Page, name: str) -> Locator:
    """Return the options of the question that is open."""
    return page.locator(f"[class*=st-key-{name.replace('.', '-predict-')}]")


def open_question(page: Page, number: int) -> None:
    """Go to another question of the lesson."""
    page.get_by_text(f"Question {number}", exact=True).click()


def draws(page: Page) -> int:
    """Return how often the stage was drawn."""
    return int(stage(page).get_attribute("data-draws") or 0)


def axis_range(page: Page, place: int, axis: str = "xaxis") -> list[float]:
    """Return what an axis of one of the stage's pictures shows."""
    found: list[float] = (
        stage(page)
        .locator(".plot")
        .nth(place)
        .evaluate("(plot, axis) => [...plot._fullLayout[axis].range]", axis)
    )
    return found


def code(page: Page) -> str:
    """Return the lines of code under the pictures."""
    return "\n".join(stage(page).locator(".code .line").all_text_contents())


def unfold(page: Page, words: str) -> Locator:
    """Open a folded section of the page."""
    section = page.get_by_test_id("stExpander").filter(has_text=words)
    section.locator("summary").click()
    section.locator(".stElementContainer").first.wait_for()  # what is folded comes with a run
    settle(page)
    return section


def program(page: Page) -> str:
    """Return the text of the whole program."""
    listing = unfold(page, "The whole program").locator(".listing")
    listing.locator(".line").first.wait_for()
    return "\n".join(listing.locator(".line").all_text_contents())


def tables(page: Page) -> list[str]:
    """Return the numbers of the lesson."""
    rows = open_numbers(page).locator("tr")
    rows.first.wait_for()
    return rows.all_inner_texts()


def tab_to(page: Page, target: Locator, limit: int = 150) -> None:
    """Press Tab until ``target`` has the focus."""
    for _ in range(limit):
        page.keyboard.press("Tab")
        if target.evaluate("element => element === document.activeElement"):
            return
    raise AssertionError(f"{limit} times Tab do not reach {target}")


def widths(page: Page) -> dict[str, Any]:
    """Return what is wider than its place."""
    found: dict[str, Any] = page.evaluate(
        """() => Object.fromEntries(
          [["document", document.documentElement],
           ["main", document.querySelector("[data-testid=stMain]")]]
            .filter(([, element]) => element.scrollWidth > element.clientWidth)
            .map(([name, element]) => [name, [element.scrollWidth, element.clientWidth]]))"""
    )
    return found


def expect_url(page: Page, part: str) -> None:
    expect(page).to_have_url(re.compile(re.escape(part)))
