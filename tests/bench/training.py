"""Training, live: how fast the page shows it, who gets how much of it, and when it ends."""

import asyncio
import multiprocessing
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field

from playwright.sync_api import Page

from tests.bench import bare_loop
from tests.bench.browser import chromium
from tests.bench.client import PageError, Visitor
from tests.bench.load import Target
from tests.bench.server import Server, serving
from tests.browser.chromium import READY

APP, LESSON, ELEMENT = "app:app", "loop", "training"
# Everything else as the page has it at first: spiral, 250 training points, batches of 10, tanh,
# which are the defaults of TensorFlow Playground too. That one showed 39 and 14 epochs per second
# on the machine this was written on.
NETWORKS = ((4, 2), (8, 8, 8))
TOGETHER = 10  # visitors who train at once
BETWEEN = 0.3  # seconds from the end of a move of the one who does not train to the next
LOOK = """() => {
  const { epoch, draws, speed } = document.querySelector(".training").dataset;
  return [performance.now() / 1000, Number(epoch), Number(draws), Number(speed)];
}"""


@dataclass
class Speed:
    """How fast one network trains; all numbers per second."""

    hidden: tuple[int, ...]
    bare: list[float]  # epochs of the loop alone, before and after
    shown: float  # epochs
    said: float  # the epochs the page itself says it shows
    pictures: float

    @property
    def name(self) -> str:
        """The widths of the hidden layers."""
        return "-".join(map(str, self.hidden))


@dataclass
class Crowd:
    """What each of many got who trained at once, and how long another one's sliders took."""

    chunks: list[int] = field(default_factory=list)
    epochs: float = 0.0  # of all together in a second
    times: dict[str, list[float]] = field(default_factory=dict)  # page -> seconds of each move
    problems: list[str] = field(default_factory=list)


@dataclass
class Trained:
    """Everything measured of training."""

    speeds: list[Speed] = field(default_factory=list)
    crowd: Crowd | None = None
    idle: list[float] = field(default_factory=list)  # seconds from a closed tab to idle workers
    busy: list[float] = field(default_factory=list)  # cores the workers used before that


def measure(floor: Target, other: Target, quick: bool) -> Trained:
    """Measure training, each part on a server that has trained nothing yet.

    Args:
        floor: the page that does nothing.
        other: a lesson that trains nothing.
        quick: whether to be done sooner.
    """
    result = Trained()
    _told(_in_browser, result, quick)
    print("training: ten visitors at once ...", flush=True)
    _told(_together, result, floor, other, 8 if quick else 20)
    return result


def _told(part, *args) -> None:  # type: ignore[no-untyped-def]
    """Measure a part; one that fails is told, and the others are measured."""
    try:
        part(*args)
    except Exception as error:
        print(f"  not measured: {type(error).__name__}: {error}", flush=True)


def _in_browser(result: Trained, quick: bool) -> None:
    spawn = multiprocessing.get_context("spawn")
    with (
        chromium() as page,
        ProcessPoolExecutor(1, spawn) as alone,
        serving(APP) as server,
    ):
        if page is None:
            print("No Chromium here: the page's epochs per second are not measured.")
            return
        for hidden in NETWORKS:
            print(f"training: {hidden} ...", flush=True)
            result.speeds.append(_speed(page, server, alone, hidden, 4 if quick else 8))
        print("training: closing the tab ...", flush=True)
        page.goto("about:blank")
        for seed in range(1, 3 if quick else 6):  # other numbers each time: nothing is there yet
            busy, idle = _closed(page, server, seed)
            result.busy.append(busy)
            result.idle.append(idle)


def _speed(
    page: Page, server: Server, alone: ProcessPoolExecutor, hidden: tuple[int, ...], seconds: int
) -> Speed:
    """Let a page play, between two looks at the bare loop."""
    _open(page, server, {"layers": len(hidden)} | _widths(hidden))
    bare = alone.submit(bare_loop.rates, hidden, 3).result()
    page.locator(".training .play").click()
    page.wait_for_timeout(3000)
    # Looked at only at the two ends: every look from outside costs the page time.
    start, first, drawn, _ = page.evaluate(LOOK)
    page.wait_for_timeout(seconds * 1000)
    end, last, drawn_then, said = page.evaluate(LOOK)
    page.locator(".training .play").click()
    page.wait_for_timeout(1500)  # what was asked for already
    bare += alone.submit(bare_loop.rates, hidden, 3).result()
    passed = end - start
    return Speed(hidden, bare, (last - first) / passed, said, (drawn_then - drawn) / passed)


def _closed(page: Page, server: Server, seed: int) -> tuple[float, float]:
    """Play in a tab of its own and close it.

    Returns:
        How many cores the workers used at the end, and the seconds from then until they used
        nothing any more.
    """
    browser = page.context.browser
    assert browser is not None  # noqa: S101
    tab = browser.new_page()
    _open(tab, server, {"seed": seed})
    tab.locator(".training .play").click()
    tab.wait_for_timeout(2000)
    used, before = server.workers_cpu(), time.perf_counter()
    tab.wait_for_timeout(1000)
    start, last = time.perf_counter(), server.workers_cpu()
    busy = (last - used) / (start - before)
    tab.close()
    ended = start
    while time.perf_counter() < start + 5:
        if (now := server.workers_cpu()) > last:
            last, ended = now, time.perf_counter()
        time.sleep(0.03)
    return busy, ended - start


def _open(page: Page, server: Server, settings: dict[str, int]) -> None:
    query = "&".join(f"{LESSON}.{name}={value}" for name, value in settings.items())
    page.goto(f"{server.url}/{LESSON}?{query}")
    page.wait_for_selector(READY)
    page.wait_for_selector(".training[data-epoch]")
    page.wait_for_timeout(1500)  # late scripts and styles


def _widths(hidden: tuple[int, ...]) -> dict[str, int]:
    return {f"layer{i}": width for i, width in enumerate(hidden, start=1)}


def _together(result: Trained, floor: Target, other: Target, seconds: float) -> None:
    # The floor has a server of its own beside: the same load on the machine, not on the server.
    with serving(APP) as server, serving(floor.app) as beside:
        walker = {
            floor.name: floor.visitor(beside),
            other.name: other.visitor(server),
            LESSON: Target(LESSON, APP, LESSON).visitor(server),
        }
        result.crowd = asyncio.run(_crowd(server, walker, seconds))


async def _crowd(server: Server, walker: dict[str, Visitor], seconds: float) -> Crowd:
    """Let visitors train at once, each another run, while one more moves sliders here and there."""
    crowd = Crowd(times={name: [] for name in walker})
    seeds = range(101, 101 + TOGETHER)
    trainers = [Visitor(server.port, LESSON, {f"{LESSON}.seed": str(seed)}) for seed in seeds]
    everybody = [*trainers, *walker.values()]
    for visitor in everybody:
        await visitor.open()
    for visitor in walker.values():
        for _ in range(5):
            await visitor.move()
    start = time.perf_counter() + 3  # by then everybody waits for a turn
    window = (start, start + seconds)
    moving = asyncio.create_task(_walk(walker, crowd, window))
    came = await asyncio.gather(*(_train(each, window) for each in trainers), return_exceptions=True)
    await moving
    for gained in came:
        if isinstance(gained, BaseException):
            crowd.problems.append(f"training: {type(gained).__name__}: {gained}")
        crowd.chunks.append(gained if isinstance(gained, int) else 0)
    crowd.epochs = sum(crowd.chunks) * trainers[0].shown(ELEMENT)["per"] / seconds
    await asyncio.gather(*(visitor.close() for visitor in everybody), return_exceptions=True)
    return crowd


async def _train(visitor: Visitor, window: tuple[float, float]) -> int:
    """Ask for one chunk after the other, as a page that plays; return how many came in time."""
    gained = 0
    while (now := time.perf_counter()) < window[1]:
        number = visitor.shown(ELEMENT)["number"] + 1
        await visitor.tell(ELEMENT, "ask", {"branch": visitor.shown(ELEMENT)["branch"], "number": number})
        if visitor.shown(ELEMENT)["number"] != number:
            raise PageError(f"asked for chunk {number}, got {visitor.shown(ELEMENT)['number']}")
        now = time.perf_counter()
        gained += window[0] <= now < window[1]
    return gained


async def _walk(walker: dict[str, Visitor], crowd: Crowd, window: tuple[float, float]) -> None:
    """Move a slider of one page after the other."""
    await asyncio.sleep(window[0] - time.perf_counter())
    while time.perf_counter() < window[1]:
        for name, visitor in walker.items():
            try:
                crowd.times[name].append(await visitor.move())
            except Exception as error:
                crowd.problems.append(f"moving {name}: {type(error).__name__}: {error}")
                return
            await asyncio.sleep(BETWEEN)
