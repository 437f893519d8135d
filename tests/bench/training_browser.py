"""Training as a real Chromium shows it, beside the bare loop; and what is left of a closed tab."""

import multiprocessing
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass

from playwright.sync_api import Page

from tests.bench import bare_loop
from tests.bench.load import Target
from tests.bench.server import Server
from tests.browser.chromium import READY

PLAY = ".training .play"
WARM_UP = 3000  # milliseconds of playing before anything is measured
LOOK = """() => {
  const { epoch, draws, speed } = document.querySelector(".training").dataset;
  return [performance.now() / 1000, Number(epoch), Number(draws), Number(speed)];
}"""


@dataclass
class Speed:
    """How fast one network trains; all numbers per second."""

    hidden: tuple[int, ...]
    bare: list[float]  # epochs of the loop alone, before and after
    shown: float  # epochs on the page
    said: float  # the same as the page itself writes it, at the end
    pictures: float
    busy: float  # cores the workers used

    @property
    def name(self) -> str:
        """The widths of the hidden layers."""
        return "-".join(map(str, self.hidden))


@dataclass
class Closed:
    """A tab closed while it played."""

    busy: float  # cores the workers used in the second before
    idle: float  # seconds until they used nothing any more


def own_process() -> ProcessPoolExecutor:
    """Return a process for the bare loop, which shares nothing with this one."""
    return ProcessPoolExecutor(1, multiprocessing.get_context("spawn"))


def speed(
    page: Page, server: Server, lesson: Target, alone: ProcessPoolExecutor,
    hidden: tuple[int, ...], seconds: float,
) -> Speed:  # fmt: skip
    """Let the page play a network, between two looks at the bare loop."""
    widths = {f"layer{i}": width for i, width in enumerate(hidden, start=1)}
    _open(page, server, lesson, {"layers": len(hidden), **widths})
    bare = alone.submit(bare_loop.rates, hidden, 3).result()
    page.locator(PLAY).click()
    page.wait_for_timeout(WARM_UP)
    # Looked at only at the two ends: every look from outside costs the page time.
    used = server.workers_cpu()
    start, first, drawn, _ = page.evaluate(LOOK)
    page.wait_for_timeout(seconds * 1000)
    end, last, drawn_then, said = page.evaluate(LOOK)
    used = server.workers_cpu() - used
    page.locator(PLAY).click()
    page.wait_for_timeout(1500)  # what was asked for already is trained to its end
    bare += alone.submit(bare_loop.rates, hidden, 3).result()
    passed = end - start
    shown, pictures = (last - first) / passed, (drawn_then - drawn) / passed
    return Speed(hidden, bare, shown, said, pictures, used / passed)


def closed(page: Page, server: Server, lesson: Target, seed: int) -> Closed:
    """Play in a tab of its own, close it, and wait until the workers rest."""
    browser = page.context.browser
    assert browser is not None  # only a page without one has none
    tab = browser.new_page()
    _open(tab, server, lesson, {"seed": seed})
    tab.locator(PLAY).click()
    tab.wait_for_timeout(WARM_UP)
    before, start = server.workers_cpu(), time.perf_counter()
    tab.wait_for_timeout(1000)
    last, end = server.workers_cpu(), time.perf_counter()
    busy = (last - before) / (end - start)
    tab.close()
    rest = end
    while time.perf_counter() < end + 5:
        if (now := server.workers_cpu()) > last:
            last, rest = now, time.perf_counter()
        time.sleep(0.03)
    return Closed(busy, rest - end)


def _open(page: Page, server: Server, lesson: Target, settings: dict[str, int]) -> None:
    query = "&".join(f"{lesson.page}.{name}={value}" for name, value in settings.items())
    page.goto(f"{server.url}/{lesson.page}?{query}")
    page.wait_for_selector(READY)
    page.wait_for_selector(".training[data-epoch]")
    page.wait_for_timeout(1500)  # late scripts and styles
