"""Read a folder as TensorBoard does, to see what a mistake has done to it."""

from itertools import pairwise
from typing import NamedTuple


class Chart(NamedTuple):
    """What TensorBoard reads under "training loss".

    Attributes:
        points: how many points there are.
        steps: how many different steps they have.
        back: how often the line runs back to an earlier step.
    """

    points: int
    steps: int
    back: int


def read(log_dir: str, tag: str = "training loss") -> Chart:
    """Read a folder as TensorBoard does, and look at the steps of one tag."""
    from tensorboard.backend.event_processing.event_accumulator import (  # noqa: PLC0415
        EventAccumulator,
    )

    everything = EventAccumulator(log_dir, size_guidance={"scalars": 0}).Reload()
    if tag not in everything.Tags()["scalars"]:
        return Chart(0, 0, 0)
    steps = [event.step for event in everything.Scalars(tag)]
    back = sum(after <= before for before, after in pairwise(steps))
    return Chart(len(steps), len(set(steps)), back)
