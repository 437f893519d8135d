"""From the key press on a slider to the changed picture on the screen, in a real Chromium."""

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Page, sync_playwright

from tests.bench.load import Target
from tests.bench.server import Server
from tests.browser.chromium import READY, launch, path

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
  if (main.querySelector(".picture, .training")) {
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
    slider.wait_for()
    if target.page:
        page.wait_for_selector(".picture[data-draws], .training[data-draws]")
    page.wait_for_timeout(1500)  # late scripts and styles
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
