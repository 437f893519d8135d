"""Many visitors who train at once, and one who does not: what each of them gets."""

import asyncio
import time
from dataclasses import dataclass, field

from tests.bench.client import PageError, Visitor
from tests.bench.load import Target
from tests.bench.server import Server

ELEMENT = "training"  # what the page calls the element that plays a run
TOGETHER = 10  # visitors who train
WARM_UP = 3  # seconds until everybody waits for a turn
PAUSE = 0.3  # seconds from the end of a move of the one who does not train to the next


@dataclass
class Crowd:
    """What came of it."""

    chunks: list[float] = field(default_factory=list)  # that each of them got
    epochs: float = 0.0  # of all together, per second
    times: dict[str, list[float]] = field(default_factory=dict)  # page -> seconds of each move
    problems: list[str] = field(default_factory=list)

    @property
    def shares(self) -> tuple[float, float]:
        """The smallest and the largest part of what would be fair."""
        fair = sum(self.chunks) / len(self.chunks) or 1
        return min(self.chunks) / fair, max(self.chunks) / fair


async def crowd(
    lesson: Target, server: Server, walker: dict[str, Visitor], seconds: float
) -> Crowd:
    """Let visitors train, each another run, while one more moves sliders.

    Args:
        lesson: the one that trains.
        server: where it is.
        walker: the pages whose sliders are moved in turns, by name.
        seconds: how long what comes is counted.
    """
    result = Crowd(times={name: [] for name in walker})
    seeds = range(1, TOGETHER + 1)  # another one each: nothing is shared
    trainers = [
        Visitor(server.port, lesson.page, {f"{lesson.page}.seed": str(seed)}) for seed in seeds
    ]
    everybody = [*trainers, *walker.values()]
    for visitor in everybody:
        await visitor.open()
    for visitor in walker.values():
        for _ in range(5):
            await visitor.move()
    start = time.perf_counter() + WARM_UP
    end = start + seconds
    *result.chunks, _ = await asyncio.gather(
        *(_train(visitor, result, start, end) for visitor in trainers),
        _walk(walker, result, start, end),
    )
    result.epochs = sum(result.chunks) * trainers[0].shown(ELEMENT)["per"] / seconds
    await asyncio.gather(*(visitor.close() for visitor in everybody), return_exceptions=True)
    return result


async def _train(visitor: Visitor, result: Crowd, start: float, end: float) -> float:
    """Ask for one chunk after the other, as a page that plays; return how many came in the time.

    Of those that were under way when it began or ended, that part counts.
    """
    gained = 0.0
    try:
        shown = visitor.shown(ELEMENT)
        while (asked := time.perf_counter()) < end:
            wanted = {"branch": shown["branch"], "number": shown["number"] + 1}
            await visitor.tell(ELEMENT, "ask", wanted)
            came = time.perf_counter()
            gained += max(0.0, min(came, end) - max(asked, start)) / (came - asked)
            shown = visitor.shown(ELEMENT)
            if shown["number"] != wanted["number"]:
                raise PageError(f"asked for chunk {wanted['number']}, got {shown['number']}")
    except Exception as error:
        result.problems.append(f"training: {type(error).__name__}: {error}")
    return gained


async def _walk(walker: dict[str, Visitor], result: Crowd, start: float, end: float) -> int:
    """Move a slider of one page after the other; return how many moves there were."""
    await asyncio.sleep(start - time.perf_counter())
    try:
        while time.perf_counter() < end:
            for name, visitor in walker.items():
                result.times[name].append(await visitor.move())
                await asyncio.sleep(PAUSE)
    except Exception as error:
        result.problems.append(f"moving: {type(error).__name__}: {error}")
    return sum(map(len, result.times.values()))
