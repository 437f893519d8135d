"""The pictures of devices hold what the results say."""

from itertools import product

import pytest

from lib.lessons.scale.devices import figures, speed_figures
from lib.lessons.scale.devices import lesson as devices
from lib.lessons.scale.devices.lesson import IMAGES_LINES, MODEL_LINES, Y_LINES, follow
from lib.lessons.scale.devices.speed import Measured, Timed

EVERY = list(product(("meta", "cpu"), MODEL_LINES, IMAGES_LINES, Y_LINES))


def drawn(device, model, images, y):
    chosen = {"device": device, "model": model, "images": images, "y": y}
    result = follow(**devices.settings(**chosen))
    lines = devices.lines(result, **chosen)
    return result, lines, figures.places(result, device, lines)


@pytest.mark.parametrize(("device", "model", "images", "y"), EVERY)
def test_every_name_is_in_the_column_of_its_device(device, model, images, y):
    result, lines, figure = drawn(device, model, images, y)
    whole, *frames = figure.frames
    assert [frame.name for frame in frames] == list(lines)
    assert whole.data == frames[-1].data  # the end is seen without a click
    assert list(figure.data[0].text) == list(whole.data[0].text)
    for frame, step in zip(frames, result.steps, strict=False):
        [boxes] = frame.data
        assert len(boxes.text) == len(figure.data[0].y) == len(figures.SHAPES) + 1
        for row, name in enumerate(figures.SHAPES):
            if name in step:
                assert boxes.text[row].startswith(f"<b>{name}</b>")
                assert int(boxes.base[row]) == (step[name] != "cpu")
                assert boxes.x[row] == pytest.approx(0.88)
            else:
                assert (boxes.text[row], boxes.x[row]) == (figures.BLANK, 0)
    assert len(figure.layout.shapes) == len(figure.layout.annotations) == 1 + (device != "cpu")
    table = figure.layout.meta["numbers"]
    seen = sum(len(step) for step in result.steps)
    assert len(table["rows"]) == seen + bool(result.error)


@pytest.mark.parametrize(("device", "model", "images", "y"), EVERY)
def test_a_copy_without_a_name_is_seen_once(device, model, images, y):
    _, _, figure = drawn(device, model, images, y)
    copies = [frame.data[0].text[-1] for frame in figure.frames]
    seen = [place for place, text in enumerate(copies) if text != figures.BLANK]
    assert seen == ([4] if images == "images.to(device)" and device != "cpu" else [])


@pytest.mark.parametrize(("device", "model", "images", "y"), EVERY)
def test_where_two_devices_meet_a_bar_lies_across(device, model, images, y):
    result, _, figure = drawn(device, model, images, y)
    last = figure.frames[-1].data[0]
    across = [text for text, wide in zip(last.text, last.x, strict=True) if wide > 1]
    assert len(across) == bool(result.error)
    if result.error:
        name = "loss" if "out" in result.steps[-1] else "out"
        assert across == [f"<b>{name}</b>: refused, two devices meet"]
        met = [last.text[i] for i in range(5) if last.marker.line.color[i] == figures.NEGATIVE]
        names = [text.partition("</b>")[0][3:] for text in met]
        assert sorted(names) == sorted([*figures.FEEDS[name], name])


def test_a_gpu_has_its_name_above_its_column():
    result = follow()
    moved = tuple(
        {k: v.replace("meta", "cuda:0") for k, v in step.items()} for step in result.steps
    )
    lines = devices.lines(result, "", "model.to(device)", "images.to(device)", "y = x")
    figure = figures.places(result._replace(steps=moved), "cuda:0", lines)
    assert figure.layout.annotations[1].text == "<b>cuda:0</b>: its own memory"
    assert int(figure.frames[3].data[0].base[0]) == 1


@pytest.mark.parametrize(("device", "model", "images", "y"), EVERY)
def test_before_the_answer_only_the_first_line_is_seen(device, model, images, y):
    result, lines, figure = drawn(device, model, images, y)
    hidden = figures.places(result, device, lines, revealed=False)
    assert list(hidden.data[0].text) == list(figure.frames[1].data[0].text)
    assert not hidden.frames
    assert not hidden.layout.meta


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
