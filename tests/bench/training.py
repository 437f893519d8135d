"""Training, live: how fast the page shows it, who gets how much of it, and when it ends.

Each part has servers of its own: nothing has been trained there yet, so nothing is kept.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.bench.browser import chromium
from tests.bench.load import Target
from tests.bench.server import serving
from tests.bench.training_browser import Closed, Speed, closed, own_process, speed
from tests.bench.training_crowd import Crowd, crowd

# Everything else as the page has it at first: spiral, 250 training points, batches of 10, tanh,
# which are the defaults of TensorFlow Playground too. That one showed 39 and 14 epochs per second
# on the machine of an earlier measurement.
NETWORKS = ((4, 2), (8, 8, 8))


@dataclass
class Trained:
    """Everything measured of training."""

    speeds: list[Speed] = field(default_factory=list)
    closed: list[Closed] = field(default_factory=list)
    crowd: Crowd | None = None


def measure(lesson: Target, other: Target, floor: Target, quick: bool) -> Trained:
    """Measure training.

    Args:
        lesson: the one that trains.
        other: one that does not.
        floor: the page that does nothing.
        quick: whether to be done sooner.
    """
    result = Trained()
    parts: dict[str, Callable[[], None]] = {
        "as the page shows it": lambda: _speeds(result, lesson, 4 if quick else 8),
        "until the tab is closed": lambda: _closed(result, lesson, 2 if quick else 5),
        "ten visitors at once": lambda: _crowd(result, lesson, other, floor, 8 if quick else 20),
    }
    for name, part in parts.items():
        print(f"training, {name} ...", flush=True)
        try:
            part()
        except Exception as error:  # a part that fails is told, and the others are measured
            print(f"  not measured: {type(error).__name__}: {error}", flush=True)
    return result


def _speeds(result: Trained, lesson: Target, seconds: float) -> None:
    with chromium() as page, own_process() as alone, serving(lesson.app) as server:
        for hidden in NETWORKS:
            if page is None:  # said already, where sliders are painted
                return
            result.speeds.append(speed(page, server, lesson, alone, hidden, seconds))


def _closed(result: Trained, lesson: Target, times: int) -> None:
    with chromium() as page, serving(lesson.app) as server:
        for seed in range(1, times + 1):  # nobody trained the like before: nothing is kept of it
            if page is None:
                return
            result.closed.append(closed(page, server, lesson, seed))


def _crowd(result: Trained, lesson: Target, other: Target, floor: Target, seconds: float) -> None:
    # The floor has a server of its own: the same load on the machine, though not on the server.
    with serving(lesson.app) as server, serving(floor.app) as beside:
        walker = {
            floor.name: floor.visitor(beside),
            other.name: other.visitor(server),
            lesson.name: lesson.visitor(server),
        }
        result.crowd = asyncio.run(crowd(lesson, server, walker, seconds))
