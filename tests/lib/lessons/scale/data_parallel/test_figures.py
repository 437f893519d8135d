"""The pictures of several devices hold what the results say."""

import numpy as np
import pytest

from lib.lessons.scale.data_parallel import figures as lanes
from lib.lessons.scale.data_parallel import process_figures
from lib.lessons.scale.data_parallel.lesson import scatter_and_gather
from lib.lessons.scale.data_parallel.processes import Trained
from lib.lessons.scale.data_parallel.step_time import Measured, Timed, modeled

CASES = [(30, 4), (64, 1), (64, 8), (9, 8), (1, 3), (17, 2)]


def cells(trace) -> list[tuple[int, str]]:
    """Return the color and the text of every cell that is filled, row by row."""
    colors, texts = np.array(trace.z), np.array(trace.text)
    assert colors.shape == texts.shape
    assert ((colors > 0) == (texts != lanes.BLANK)).all()
    return [(int(c), str(t)) for c, t in zip(colors.ravel(), texts.ravel(), strict=True) if c]


@pytest.mark.parametrize(("batch", "devices"), CASES)
def test_every_sample_is_on_its_way(batch: int, devices: int) -> None:
    result = scatter_and_gather(batch, devices)
    figure = lanes.parallel(result, devices)
    owner = [d for d, count in enumerate(result.chunks) for _ in range(count)]
    names = [str(i) for i in range(batch)]
    inputs = [(lanes.INPUT + d, name) for d, name in zip(owner, names, strict=True)]
    outputs = [(lanes.OUTPUT + d, name) for d, name in zip(owner, names, strict=True)]
    wanted = [
        [(lanes.NEUTRAL, name) for name in names],
        inputs * 2,
        inputs * 2,
        inputs + outputs,
        inputs + outputs * 2,
        inputs + outputs * 2,
    ]
    assert [cells(frame.data[0]) for frame in figure.frames] == wanted
    edges = np.array(figure.data[0].y)
    assert len(edges) == len(figure.data[0].z) + 1
    assert (np.diff(edges) > 0).all()
    assert len(figure.layout.meta["numbers"]["rows"]) == len(result.chunks)


@pytest.mark.parametrize(("batch", "devices"), CASES)
def test_it_says_who_works_and_who_waits(batch: int, devices: int) -> None:
    result = scatter_and_gather(batch, devices)
    frames = lanes.parallel(result, devices).frames
    busy = len(result.chunks)
    said = [[*frame.data[1].text[devices + 3 : -1]] for frame in frames]
    assert all(len(each) == devices for each in said)
    assert said[0] == ["has it all"] + ["waits"] * (devices - 1)
    for each in said[1:]:
        assert each.count("no work") == devices - busy
    shorter = sum(count < result.chunks[0] for count in result.chunks)
    assert said[3].count("done, waits") == shorter
    assert said[4][1:busy] == ["waits"] * (busy - 1)
    models = [sum(frame.data[2].marker.opacity) for frame in frames]
    assert models == [1, 1, busy, busy, busy, busy]
    assert all(text for frame in frames for text in frame.data[1].text)


def test_before_the_answer_the_batch_stands_alone() -> None:
    result = scatter_and_gather(30, 4)
    figure = lanes.parallel(result, 4, revealed=False)
    assert not figure.frames
    assert cells(figure.data[0]) == [(lanes.NEUTRAL, str(i)) for i in range(30)]
    assert "numbers" not in figure.layout.meta
    assert figure.layout.height == lanes.parallel(result, 4).layout.height


TRAINED = Trained(
    ((0, 2, 0), (1, 3, 1)), (1.0, 2.0), ((1.0, -2.0), (3.0, 0.5)), ((2.0, -0.75),) * 2,
    (2.0, -0.75), 2.5, 0.0, 0.0,
)  # fmt: skip


def test_who_sees_what() -> None:
    figure = process_figures.seen(TRAINED.samples, 5)
    assert np.array(figure.data[0].z).tolist() == [[1, 0, 1, 0, 0], [0, 2, 0, 2, 0]]
    assert figure.layout.meta["numbers"]["rows"] == [["0", "0 2 0"], ["1", "1 3 1"]]
    hidden = process_figures.seen(TRAINED.samples, 5, revealed=False)
    assert not np.array(hidden.data[0].z).any()
    assert not hidden.layout.meta


def test_gradients_before_and_after() -> None:
    figure = process_figures.gradients(TRAINED)
    before, after = (np.array(frame.data[0].z).tolist() for frame in figure.frames)
    assert before == [[1.0, -2.0], [3.0, 0.5], [2.0, -0.75]]
    assert after == [[2.0, -0.75]] * 3
    assert figure.data[0].zmax == 3.0 == -figure.data[0].zmin
    assert figure.frames[0].data[0].text[0][1] == "−2"
    assert len(figure.layout.meta["numbers"]["rows"]) == 3


def test_the_model_is_stacked() -> None:
    steps = modeled(30, 100, 3000)
    compute, communication = process_figures.modeled(steps).data
    assert list(compute.y) == [step.compute / 1000 for step in steps]
    assert list(communication.y) == [0] + [3.0] * 7
    rows = process_figures.modeled(steps).layout.meta["numbers"]["rows"]
    assert rows[3] == ["4", "0.8", "3", "3.8"]


def test_measured_beside_the_model() -> None:
    made = Measured((Timed(1, 12.0, 0.0), Timed(2, 9.0, 1.0)), 2, 10)
    bars, line = process_figures.measured(made).data
    assert list(bars.y) == [12.0, 9.0]
    assert list(line.y) == [12.0, 7.0]
    assert "model" in line.name
