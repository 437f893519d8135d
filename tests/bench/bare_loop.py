"""The student's training loop with nothing around it: what the page's speed is compared with."""

import time

import torch

from lib.lessons.training.loop.config import Recipe
from lib.lessons.training.loop.state import Run


def rates(hidden: tuple[int, ...], looks: int, seconds: float = 1.0) -> list[float]:
    """Return epochs per second, looked at some times for some seconds each.

    An epoch is trained, then measured on the training and on the test points. One thread, as in a
    worker; called in a process of its own, so that nothing else of this program takes its time.
    """
    torch.set_num_threads(1)
    run = Run(Recipe(hidden=hidden))
    _epochs(run, 0.5)  # the first ones prepare things
    return [_epochs(run, seconds) for _ in range(looks)]


def _epochs(run: Run, seconds: float) -> float:
    start, count = time.perf_counter(), 0
    while (passed := time.perf_counter() - start) < seconds:
        run.one_epoch()
        for part in (run.training, run.test):
            run.loop.evaluate(run.model, run.criterion, part.x, part.y)
        count += 1
    return count / passed
