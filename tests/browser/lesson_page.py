"""What a visitor finds on a lesson page."""

import re
from typing import Any

from playwright.sync_api import Locator, Page, expect

from lib import catalogue

PATHS = ("/", *(f"/{row.slug}" for row in catalogue.LESSONS))


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


def number(page: Page, name: str) -> Locator:
    """Return the cell of the number table that holds ``name``."""
    head = page.locator("td:first-child", has_text=re.compile(rf"^{re.escape(name)}$"))
    return page.locator("tr", has=head).first.locator("td").nth(1)


def picture(page: Page, key: str) -> Locator:
    return by_key(page, key).locator(".picture")


def draws(page: Page, key: str) -> int:
    """Return how often the picture's div was drawn."""
    return int(picture(page, key).get_attribute("data-draws") or 0)


def axis_range(page: Page, key: str, axis: str = "xaxis") -> list[float]:
    found: list[float] = (
        picture(page, key)
        .locator(".plot")
        .evaluate("(plot, axis) => [...plot._fullLayout[axis].range]", axis)
    )
    return found


def program(page: Page) -> str:
    """Return the text of the program behind the numbers."""
    code = page.get_by_role("region", name="The program that made these numbers")
    return "\n".join(code.locator(".line").all_text_contents())


def tables(page: Page) -> list[str]:
    """Return the numbers of the lesson."""
    return page.get_by_test_id("stMarkdown").locator("table").first.locator("tr").all_inner_texts()


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
