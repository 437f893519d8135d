"""The scene of the lesson: its code gives its numbers, and it hides what is asked."""

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from lib.core.scene import Revealed, Scene
from lib.lessons.inside.charts.lesson import STEPS, short_run, smoothed_run
from lib.lessons.inside.charts.scene import HIDDEN, scene
from lib.runtime.scenes import scene_json

CHOICES = some.fixed_dictionaries(
    {
        "smoothing": some.integers(0, 99).map(lambda percent: percent / 100),
        "batch_size": some.sampled_from([16, 64]),
        "seed": some.integers(0, 2),
    }
)
PLACE = STEPS // 2


def held(made: Scene) -> dict[str, Any]:
    """Return what the code of a scene leaves behind."""
    names: dict[str, Any] = {"print": lambda *_: None}
    exec("\n".join(line.text for line in made.code), names)
    return names


@settings(max_examples=60, deadline=None)
@given(CHOICES)
def test_the_code_gives_the_moving_average_of_pandas(choice: dict[str, Any]) -> None:
    made = scene(**choice)
    names = held(made)
    raised = pd.Series(names["losses"])
    expected = raised.ewm(alpha=1 - choice["smoothing"], adjust=True).mean()
    np.testing.assert_allclose(names["smoothed"], expected, atol=1e-6)
    found = smoothed_run(**choice)
    np.testing.assert_allclose(names["smoothed"], found.smooth, atol=1e-6)
    losses = np.array(short_run(choice["batch_size"], choice["seed"]))
    plain = pd.Series(losses).ewm(alpha=1 - choice["smoothing"], adjust=True).mean()
    values = {row.question: row.value for row in made.numbers if row.question}
    height = names["smoothed"][PLACE] - plain[PLACE]
    assert float(values["height"]) == pytest.approx(height, rel=1e-3)
    assert float(values["first"]) == losses[0]


def test_the_losses_are_those_of_a_run_that_learns() -> None:
    losses = short_run(16, 0)
    assert len(losses) == STEPS
    assert losses[0] == pytest.approx(np.log(10), abs=0.3)  # it knows nothing yet
    assert np.mean(losses[-8:]) < 0.75 * losses[0]
    assert losses != short_run(16, 1) != short_run(64, 1)


def ends(names: tuple[str, ...]) -> tuple[float, float, float]:
    """Return where the smoothed lines begin and end at rest: both begin at the same step."""
    data = scene(revealed=Revealed(names)).pictures["curve"].figure.data
    plain, smooth = ([float(x) for x in data[i]["x"]] for i in (1, 2))
    assert min(plain) == min(smooth)
    return min(smooth), max(plain), max(smooth)


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        ((), (HIDDEN, STEPS - 1, PLACE - 1)),
        (("first",), (0, STEPS - 1, PLACE - 1)),
        (("height",), (HIDDEN, STEPS - 1, PLACE)),
        (("half",), (HIDDEN, STEPS - 1, PLACE - 1)),
        (("height", "half"), (HIDDEN, STEPS - 1, STEPS - 1)),
        (("height", "half", "first"), (0, STEPS - 1, STEPS - 1)),
    ],
)
def test_each_answer_uncovers_its_own_part_of_the_line(
    names: tuple[str, ...], expected: tuple[float, float, float]
) -> None:
    assert ends(names) == expected
    made = scene(revealed=Revealed(names))
    rows = made.pictures["curve"].figure.layout
    assert rows is not None
    steps = [row[0] for row in rows["meta"]["numbers"]["rows"]]
    assert (steps[0], steps[-1]) == (expected[0], expected[2])


def test_no_frame_tells_what_is_asked() -> None:
    values: dict[str, Any] = {"smoothing": 0.6, "batch_size": 16, "seed": 0}
    found = smoothed_run(**values)
    hidden = scene_json("charts", values, Revealed(())).decode()
    assert f"{found.height:.4g}," not in hidden
    for step in (*range(HIDDEN), *range(PLACE, STEPS)):
        averages = f"the moving average {found.smooth[step]:.4g}."
        assert f"Step {step}: the loss is {found.raw[step]:.4g}, {averages}" not in hidden
    assert f"{found.smooth[PLACE]:.6g}" not in hidden
