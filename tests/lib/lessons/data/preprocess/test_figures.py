import base64
import json

import cv2
import numpy as np
import pytest

from lib.core.isolation import call_alone
from lib.lessons.data.preprocess import image_figures as images
from lib.lessons.data.preprocess.figures import WORDS, after, before, histogram, histograms
from lib.lessons.data.preprocess.lesson import FIRST_CHAIN, draw, follow
from lib.lessons.data.preprocess.normalization import normalize_batch, views
from lib.lessons.data.preprocess.wrapped_loader import load
from lib.plots.numbers import short

TEXTS = -1


def chain(steps=FIRST_CHAIN, image="chelsea"):
    return call_alone(follow, {"image": image, "steps": steps})


CHAINS = {
    "default": chain(),
    "none": chain(()),
    "refused": chain(("ToImage()", "Normalize(MEAN, STD)", "Resize(64)")),
    "refused at once": chain(("RandomCrop(112)", "ToImage()")),
    "gray": chain(("ToImage()", "Grayscale()", "ToDtype(torch.float32, scale=True)")),
    "never a picture": chain(("Resize(64)", "Normalize([0.5], [0.5])")),
}
each_chain = pytest.mark.parametrize("made", CHAINS.values(), ids=CHAINS)


def decoded(source):
    packed = np.frombuffer(base64.b64decode(source.partition(",")[2]), np.uint8)
    return cv2.imdecode(packed, cv2.IMREAD_UNCHANGED)


def assert_shows(image, seen):
    """Small pictures are sent as they are, photos as a JPEG that is close to them."""
    drawn = decoded(image.source)[..., ::-1]
    assert drawn.shape == seen.shape
    if "png" in image.source[:20]:
        np.testing.assert_array_equal(drawn, seen)
    else:
        assert np.abs(drawn.astype(float) - seen).mean() < 6


@each_chain
def test_every_step_that_worked_has_its_picture_and_its_histogram(made):
    figure = after(made, made.snapshots)
    frames = figure.frames
    assert len(frames) == len(made.snapshots) + bool(made.error)
    drawn = histograms(made.snapshots, [frame.name for frame in frames])
    for i, snapshot in enumerate(made.snapshots):
        [image] = frames[i].layout.images
        assert_shows(image, snapshot.shown)
        lines = [trace.y for trace in drawn.frames[i].data]
        assert len(lines) == 4
        assert sum(max(y) > 0 for y in lines) == len(snapshot.histogram)
        counts = [y[1:-1:2] for y in lines if max(y) > 0]
        expected = snapshot.histogram / snapshot.histogram.max()
        np.testing.assert_allclose(counts, expected, atol=1e-4)
    [start] = before(made.snapshots[0]).layout.images
    assert_shows(start, made.snapshots[0].shown)
    if made.error:
        assert not frames[-1].layout.images
        assert made.error in frames[-1].name


@each_chain
def test_frames_blend_and_say_which_step_it_is(made):
    figure = after(made, made.snapshots)
    names = [frame.name for frame in figure.frames]
    drawn = histograms(made.snapshots, names)
    assert [frame.name for frame in drawn.frames] == names
    assert {len(trace.y) for frame in drawn.frames for trace in frame.data} == {66}
    assert names[0].startswith(WORDS["start"])
    for number, snapshot in enumerate(made.snapshots[1:], start=1):
        assert names[number].startswith(f"{number}  {snapshot.call}: {snapshot.shape}, ")


@each_chain
def test_no_shape_and_no_refusal_is_told_before_it_was_asked_for(made):
    quiet = after(made, made.snapshots, shapes=False)
    assert len(quiet.frames) == len(made.snapshots)
    said = json.dumps([frame.name for frame in quiet.frames[1:]])
    for snapshot in made.snapshots[1:]:
        assert str(snapshot.shape) not in said
    assert {row[2] for row in quiet.layout.meta["numbers"]["rows"][1:]} <= {"…"}
    assert before(made.snapshots[0]).layout.height == quiet.layout.height


@each_chain
def test_the_table_holds_every_step(made):
    numbers = json.loads(json.dumps(after(made, made.snapshots).layout.meta["numbers"]))
    assert len(numbers["columns"]) == 9
    for snapshot, row in zip(made.snapshots, numbers["rows"], strict=True):
        assert row[1:4] == [snapshot.kind, str(snapshot.shape), snapshot.dtype]
        assert row[4] == short(round(snapshot.low, 6))


def test_zero_is_marked_where_there_are_numbers_on_both_sides():
    made = CHAINS["default"]
    figure = histograms(made.snapshots, [str(i) for i in range(len(made.snapshots))])
    low, high = made.snapshots[-1].ends
    [rule] = figure.frames[-1].layout.shapes
    assert rule.x0 == rule.x1 == pytest.approx(32 * -low / (high - low))
    assert not figure.frames[0].layout.shapes


@pytest.mark.parametrize(
    ("number", "written"), [(-2.1, "−2.1"), (255.0, "255"), (-0.0, "0"), (0.007843, "0.00784")]
)
def test_numbers_are_short(number, written):
    assert short(number) == written


def test_eight_draws_stand_in_two_rows():
    result = call_alone(draw, {})
    figure = images.draws(result)
    assert len({(image.x, image.y) for image in figure.layout.images}) == 8
    for image, seen in zip(figure.layout.images, result.images, strict=True):
        assert_shows(image, seen)
    assert len(figure.layout.meta["numbers"]["rows"]) == 8
    assert figure.data[0].text[0] == "draw 1"


def test_views_are_shown_as_they_are():
    result = views("coffee")
    figure = images.views(result)
    assert [*figure.data[0].text] == [images.WORDS[view.kind] for view in result]
    for image, view in zip(figure.layout.images, result, strict=True):
        assert_shows(image, view.shown)


@pytest.mark.parametrize("wrap", [True, False])
def test_a_batch_is_drawn_in_the_shape_it_has(wrap):
    result = call_alone(load, {"wrap": wrap})
    figure = images.batch(result)
    shape = (28, 28) if wrap else (1, 784)
    assert len(figure.layout.images) == 8
    for image, pixels in zip(figure.layout.images, result.images, strict=True):
        drawn = decoded(image.source)
        assert drawn.shape == shape
        np.testing.assert_array_equal(drawn.ravel(), (pixels.ravel() * 255).round())


def test_tiles_do_not_leave_the_picture():
    for figure in (images.draws(call_alone(draw, {})), images.views(views())):
        bottom = figure.layout.yaxis.range[0]
        for image in figure.layout.images:
            assert 0 <= image.x - image.sizex / 2 <= image.x + image.sizex / 2 <= 1
            assert 0 <= image.y <= image.y + image.sizey <= bottom


def test_no_image_is_refused():
    with pytest.raises(ValueError, match=r"pixels of shape \(0, 3\), uint8, are no image"):
        images.embedded(np.zeros((0, 3), np.uint8))
    with pytest.raises(ValueError, match="float64, are no image"):
        images.embedded(np.zeros((2, 3)))


def test_a_picture_costs_few_bytes():
    made = chain()
    assert len(after(made, made.snapshots).to_json()) < 200_000
    small = np.arange(300, dtype=np.uint16).astype(np.uint8).reshape(10, 10, 3)
    np.testing.assert_array_equal(decoded(images.embedded(small))[..., ::-1], small)


def test_the_batchs_histogram_is_the_numbers():
    result = call_alone(normalize_batch, {})
    figure = histogram(result)
    for trace, counts in zip(figure.data, result.histogram, strict=False):
        np.testing.assert_allclose(trace.y, counts, rtol=1e-6)
        center = float((trace.x * trace.y).sum() / trace.y.sum())
        assert abs(center - result.mean[[t.name for t in figure.data].index(trace.name)]) < 0.1
    assert [*figure.data[-1].x] == [*result.mean]
    assert [*figure.data[-1].error_x.array] == [*result.std]


def test_the_words_can_be_those_of_another_language():
    words = {**WORDS, "before": "vorher", "start": "das Bild"}
    made = chain()
    assert before(made.snapshots[0], words).data[0].text == ("vorher",)
    assert after(made, made.snapshots, words).frames[0].name.startswith("das Bild")


def test_same_result_same_picture():
    made, again = chain(), chain()
    assert after(made, made.snapshots) == after(again, again.snapshots)
