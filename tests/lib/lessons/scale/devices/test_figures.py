"""The pictures of devices hold what the results say."""

from itertools import product

import pytest

from lib.core.i18n import english
from lib.core.scene import Revealed
from lib.lessons.scale.devices import figures, speed_figures
from lib.lessons.scale.devices.figures import BLANK, SIZES, UNSEEN, Moment
from lib.lessons.scale.devices.lesson import IMAGES_LINES, MODEL_LINES, Y_LINES, contents, follow
from lib.lessons.scale.devices.scene import moments
from lib.lessons.scale.devices.speed import Measured, Timed

EVERY = list(product(("meta", "cpu"), MODEL_LINES, IMAGES_LINES, Y_LINES))
# The grid that each cell belongs to.
CELLS = [name for name, (rows, columns) in SIZES.items() for _ in range(rows * columns)]


def drawn(device, model, images, y, revealed=None):
    chosen = {"device": device, "model": model, "images": images, "y": y}
    result = follow(device, MODEL_LINES[model], IMAGES_LINES[images], Y_LINES[y])
    seen = moments(result, chosen, Revealed(revealed), english)
    return result, seen, figures.places(seen, device, contents())


def columns_of(cells, name):
    """Return in which columns the cells of a grid stand, and whether they are seen and written."""
    own = [at for at, each in enumerate(CELLS) if each == name]
    return (
        {int(cells.x[at]) for at in own},
        {cells.marker.color[at] != UNSEEN for at in own},
        {cells.text[at] != BLANK for at in own},
    )


@pytest.mark.parametrize(("device", "model", "images", "y"), EVERY)
def test_every_name_is_in_the_column_of_its_device(device, model, images, y):
    result, seen, figure = drawn(device, model, images, y)
    beginning, *frames = figure.frames
    assert [frame.name for frame in figure.frames] == [moment.caption for moment in seen]
    assert set(beginning.data[0].marker.color) == {UNSEEN}  # nothing is made yet
    assert list(figure.data[0].text) == list(frames[-1].data[0].text)  # the end, at rest
    assert len(frames) == len(result.steps) + bool(result.error)
    for frame, step in zip(frames, result.steps, strict=False):
        cells, labels, _ = frame.data
        assert len(cells.x) == len(CELLS)
        for row, name in enumerate(figures.SHAPES):
            columns, is_seen, is_written = columns_of(cells, name)
            assert is_seen == {name in step}
            if name in step:
                assert columns == {int(step[name] != "cpu")}
                assert is_written == {step[name] != "meta"}  # which has no numbers
                assert labels.text[row].startswith(f"<b>{name}</b>")
            else:
                assert labels.text[row] == BLANK
    assert len(figure.layout.shapes) == len(figure.layout.annotations) == 1 + (device != "cpu")
    table = figure.layout.meta["numbers"]
    failed = bool(result.error) * len(result.steps[-1])
    assert len(table["rows"]) == sum(len(step) for step in result.steps) + failed


@pytest.mark.parametrize(("device", "model", "images", "y"), EVERY)
def test_a_tensor_without_a_name_is_seen_once(device, model, images, y):
    _, _, figure = drawn(device, model, images, y)
    seen = {}
    for place, frame in enumerate(figure.frames):
        columns, is_seen, is_written = columns_of(frame.data[0], figures.NAMELESS)
        assert is_written == {False}
        if is_seen == {True}:
            seen[place] = columns
    expected = {"images.to(device)": {4: {1}}, "images = images.to(device)": {4: {0}}}
    assert seen == (expected.get(images, {}) if device != "cpu" else {})


@pytest.mark.parametrize(("device", "model", "images", "y"), EVERY)
def test_where_two_devices_meet_a_bar_lies_across(device, model, images, y):
    result, _, figure = drawn(device, model, images, y)
    *others, last = [frame.data[2] for frame in figure.frames]
    assert {bar.text[0] for bar in others} == {BLANK}
    if not result.error:
        assert last.text[0] == BLANK
        return
    name = "loss" if "out" in result.steps[-1] else "out"
    assert last.text[0] == f"<b>{name}</b>: refused, two devices meet"
    assert last.width[0] > 1
    cells = figure.frames[-1].data[0]
    met = {CELLS[at] for at, edge in enumerate(cells.marker.line.color) if edge == figures.NEGATIVE}
    assert met == set(figures.FEEDS[name])


def test_a_gpu_has_its_name_above_its_column():
    moment = Moment("model.to(device)", "moved", {"model": "cuda:0", "images": "cpu"})
    figure = figures.places([moment], "cuda:0", contents())
    assert figure.layout.annotations[1].text == "<b>cuda:0</b>: its own memory"
    columns, _, is_written = columns_of(figure.frames[0].data[0], "model")
    assert (columns, is_written) == ({1}, {True})


@pytest.mark.parametrize(("device", "model", "images", "y"), EVERY)
def test_before_the_answers_only_what_is_made_is_seen(device, model, images, y):
    _, seen, hidden = drawn(device, model, images, y, ())
    whole = drawn(device, model, images, y)[2]
    assert len(hidden.frames) == len(seen) == 3
    assert hidden.frames == whole.frames[:3]


@pytest.mark.parametrize(("device", "model", "images", "y"), EVERY)
@pytest.mark.parametrize("hidden", ["model", "images"])
def test_a_place_that_is_asked_for_is_between_the_memories(hidden, device, model, images, y):
    figure = drawn(device, model, images, y, {"model", "images", "fate"} - {hidden})[2]
    line = {"model": 3, "images": 4}[hidden]
    for frame in figure.frames[line:]:
        _, is_seen, is_written = columns_of(frame.data[0], hidden)
        assert (is_seen, is_written) == ({False}, {False})
        row = list(figures.SHAPES).index(hidden)
        assert frame.data[1].text[row].endswith(figures.HIDDEN)
        assert columns_of(frame.data[0], "out")[1] == {False}


# --- measured speed -------------------------------------------------------------------------------

TIMED = (
    Timed("cpu", 1, 16, 3e-6, 2e-6, 40), Timed("cpu", 1, 32, 2e-5, 1e-5, 30),
    Timed("cpu", 2, 16, 5e-6, 4e-6, 40), Timed("cuda:0", 1, 16, 9e-6, 8e-6, 9),
)  # fmt: skip


def test_every_measurement_is_a_point():
    figure = speed_figures.speeds(
        [Measured("float32", TIMED, (), 2), Measured("int64", TIMED[:2], (), 2)]
    )
    names = [trace.name for trace in figure.data]
    assert names == [
        "float32, cpu, 1 thread",
        "float32, cpu, 2 threads",
        "float32, cuda:0",
        "int64, cpu, 1 thread",
    ]
    assert list(figure.data[0].x) == [16, 32]
    assert list(figure.data[0].y) == pytest.approx([2 * 16**3 / 2e-6 / 1e9, 2 * 32**3 / 1e-5 / 1e9])
    assert figure.layout.xaxis.type == figure.layout.yaxis.type == "log"
    assert [trace.line.dash for trace in figure.data] == ["solid", "dash", "dot", "solid"]
    assert figure.data[0].line.color == figure.data[1].line.color != figure.data[3].line.color
    rows = figure.layout.meta["numbers"]["rows"]
    assert rows[0] == ["float32", "cpu", 1, 16, "2 µs", "3 µs", "4.096", 40]
    assert len(rows) == 6
    assert "2 µs in the fastest block, median 3 µs" in figure.data[0].hovertext[0]


@pytest.mark.parametrize(
    ("seconds", "words"), [(2e-6, "2 µs"), (1.5e-3, "1.5 ms"), (0.25, "250 ms"), (2.0, "2 s")]
)
def test_times_are_written_as_one_reads_them(seconds, words):
    assert speed_figures.duration(seconds) == words
