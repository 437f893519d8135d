"""The map of the optimizers: routes grow with the frames, a drag chooses where they begin."""

from playwright.sync_api import Page, expect

from tests.browser.conftest import Visitor

LENGTHS = """() => Object.fromEntries(document.querySelector(".stage .plot").data
  .filter(trace => trace.mode === "lines+markers").map(trace => [trace.name, trace.x.length]))"""


def frame(page: Page, key: str) -> None:
    page.locator(".stage .scrub").press(key)


def test_the_routes_grow_with_the_frames(visit: Visitor) -> None:
    page = visit("/descent?answers=shown&descent.optimizers=SGD&descent.optimizers=Adam")
    frame(page, "End")  # which ends the worked example, too
    page.wait_for_function(f"({LENGTHS})().Adam === 101")
    frame(page, "Home")
    page.wait_for_function(f"({LENGTHS})().SGD === 1")
    frame(page, "ArrowRight")
    page.wait_for_function(f"({LENGTHS})().SGD === 2")
    page.locator(".stage .forward").click()  # a movement, which ends at the frame's own step
    page.wait_for_function(f"({LENGTHS})().Adam === 3")
    assert page.evaluate(LENGTHS) == {"SGD": 3, "Adam": 3}


def test_a_touch_of_the_map_chooses_the_start(visit: Visitor) -> None:
    page = visit("/descent?answers=shown")
    box = page.locator(".stage .plot").first.bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] * 0.6, box["y"] + box["height"] * 0.4)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.65, box["y"] + box["height"] * 0.45)
    page.mouse.up()
    page.wait_for_url(lambda url: "descent.start_x=" in url and "descent.start_y=" in url)
    expect(page.locator(".stage .code")).not_to_contain_text("[-1.5, 2.0]")
