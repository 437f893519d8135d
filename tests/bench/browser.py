"""From the key press on a slider to the changed picture on the screen, in a real Chromium."""

import math
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from playwright.sync_api import Page, sync_playwright

from tests.bench.load import Target
from tests.bench.server import Server
from tests.browser.chromium import READY, launch, path

DRAWN = ".stage[data-draws]"

# Notes in the page itself, so that no message between the processes is measured: when the key went
# down, and when each change that counts was on the screen (after the frame that follows it).
STOPWATCH = """
() => {
  const watch = (window.stopwatch = { start: 0, painted: [] });
  addEventListener("keydown", () => {
    watch.start = performance.now();
    watch.painted = [];
  }, true);
  const painted = () => {
    const channel = new MessageChannel();
    channel.port1.onmessage = () => watch.painted.push(performance.now() - watch.start);
    requestAnimationFrame(() => channel.port2.postMessage(null));
  };
  const main = document.querySelector('[data-testid="stMain"]');
  if (main.querySelector(".stage, .picture, .training")) {
    const options = { subtree: true, attributeFilter: ["data-draws"] };
    new MutationObserver((changes) => changes.forEach(painted)).observe(main, options);
  } else {
    const inText = (change) => {
      const { target } = change;
      const node = target.nodeType === Node.TEXT_NODE ? target.parentElement : target;
      return node?.closest('[data-testid="stMarkdownContainer"]') && !node.closest(".stSlider");
    };
    new MutationObserver((changes) => changes.some(inText) && painted()).observe(main, {
      subtree: true, childList: true, characterData: true,
    });
  }
}
"""


# When a slider that is being dragged took each value, and when each picture was on the screen.
DRAG_WATCH = """
() => {
  const watch = (window.dragwatch = { values: [], painted: [] });
  const main = document.querySelector('[data-testid="stMain"]');
  const painted = () => {
    const channel = new MessageChannel();
    channel.port1.onmessage = () => watch.painted.push(performance.now());
    requestAnimationFrame(() => channel.port2.postMessage(null));
  };
  new MutationObserver((changes) => {
    if (changes.some(({ target }) => target.matches('.stSlider input[type="range"]'))) {
      watch.values.push(performance.now());
    }
    if (changes.some(({ target }) => target.matches(".stage"))) painted();
  }).observe(main, { subtree: true, attributeFilter: ["value", "data-draws"] });
}
"""


class Drag(NamedTuple):
    """What came of dragging a slider.

    Attributes:
        times: seconds from a new value to its picture on the screen, one value at a time.
        pictures: pictures a second while the value changes all the time.
        values: new values a second meanwhile: no more pictures than that can be drawn.
    """

    times: list[float]
    pictures: float
    values: float


def drag(page: Page, steps: int, seconds: float) -> Drag | None:
    """Drag the first slider of the lesson on the page; None where it has no stage or no slider."""
    sliders = page.locator('[data-testid="stMain"] .stSlider')
    if not page.locator(DRAWN).count() or not sliders.first.is_visible():
        return None
    sliders.first.scroll_into_view_if_needed()
    thumb = sliders.first.locator('input[type="range"]').evaluate(
        "input => { const { x, y } = input.parentElement.getBoundingClientRect(); return [x, y]; }"
    )
    track = sliders.first.bounding_box()
    assert track is not None
    middle, y = track["x"] + track["width"] / 2, thumb[1]
    page.evaluate(DRAG_WATCH)
    page.mouse.move(thumb[0], y)
    page.mouse.down()
    times = []
    for step in range(steps):
        page.evaluate("dragwatch.values = []; dragwatch.painted = []")
        page.mouse.move(middle + (-1) ** step * track["width"] * (0.15 + 0.03 * (step % 8)), y)
        page.wait_for_timeout(400)
        first, last = page.evaluate("[dragwatch.values[0] ?? 0, dragwatch.painted.at(-1) ?? 0]")
        if first and last:
            times.append((last - first) / 1000)
    page.evaluate("dragwatch.values = []; dragwatch.painted = []")
    start = time.perf_counter()
    while (now := time.perf_counter() - start) < seconds:
        page.mouse.move(middle + track["width"] * 0.4 * math.sin(4 * now), y)
        page.wait_for_timeout(8)
    values, pictures = page.evaluate("[dragwatch.values.length, dragwatch.painted.length]")
    page.mouse.up()
    return Drag(times, pictures / seconds, values / seconds)


@contextmanager
def chromium() -> Iterator[Page | None]:
    """Open Debian's Chromium; give None where there is none."""
    if path() is None:
        yield None
        return
    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield browser.new_page(viewport={"width": 1280, "height": 1000})
        browser.close()


def paint_times(page: Page, target: Target, server: Server, moves: int) -> list[float]:
    """Move a page's first slider with the arrow keys; return the seconds until all was painted.

    A lesson may have several charts that change: the last one counts.
    """
    query = "&".join(f"{name}={value}" for name, value in target.query.items())
    page.goto(f"{server.url}/{target.page}?{query}")
    page.wait_for_selector(READY)
    slider = page.locator('[data-testid="stMain"] .stSlider').get_by_role("slider").first
    if target.page:
        page.wait_for_selector(f"{DRAWN}, .picture[data-draws], .training[data-draws]")
    page.wait_for_timeout(1500)  # late scripts and styles
    if not slider.is_visible():  # all of them are under More
        return []
    page.evaluate(STOPWATCH)
    times, key = [], "ArrowRight"
    for move in range(moves + 2):
        slider.focus()
        now, least, most = slider.evaluate("({ value, min, max }) => [value, min, max].map(Number)")
        if now in {least, most}:  # turn at the ends
            key = "ArrowRight" if now == least else "ArrowLeft"
        page.keyboard.press(key)
        # Looked at only after it is over: every look from outside costs the page time.
        page.wait_for_timeout(900)
        page.wait_for_function("stopwatch.painted.length > 0", timeout=20_000)
        page.wait_for_selector(READY)
        if move >= 2:  # the first moves compile JavaScript
            times.append(page.evaluate("Math.max(...stopwatch.painted)") / 1000)
    return times
