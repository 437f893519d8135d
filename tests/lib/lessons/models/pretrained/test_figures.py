import base64
import json

import plotly.graph_objects as go
import pytest

from lib.lessons.models.pretrained.features import PIECES, Plane, Spot
from lib.lessons.models.pretrained.figures import (
    ANSWERED,
    CUT,
    FROZEN,
    HEADED,
    SEEN,
    WIDE,
    WORDS,
    answer,
    blocks,
    curves,
    examples,
    plane,
    unknown,
)
from lib.lessons.models.pretrained.lesson import Views, freeze
from lib.lessons.models.pretrained.linear_probe import COUNTS, FASHION, PHOTOS, TESTS, Probed

PREDICTED = [("espresso", 0.9), ("cup", 0.05), ("soup bowl", 0.0)]
VIEWS = Views(b"whole", 384, 256, b"jpeg", 0.875)
CAPTIONS = [f"frame {number}" for number in range(9)]
PASSED = [-1, -1, -1, 0, 9, 18, 19, 99, 99]
PLANE = Plane(
    tuple(Spot(p, k, n + 0.1 * i, -n) for n, p in enumerate(["chelsea", "coffee", "yours"])
          for i, k in enumerate(PIECES)),
    (0.25, 0.125),
    12,
)  # fmt: skip
CURVE = (Probed(10, 5, 1.0, 0.3, 9, 1.0, 0.4), Probed(100, 5, 1.0, 0.7, 9, 0.9, 0.6))


@pytest.mark.parametrize("revealed", [True, False])
def test_the_bars_are_as_long_as_the_probabilities_and_hidden_at_first(revealed):
    figure = answer(VIEWS, PREDICTED, CAPTIONS, revealed)
    assert isinstance(figure, go.Figure)
    _, _, bars, texts = figure.data
    lengths = [length / WIDE for length in bars.x]
    assert lengths == pytest.approx([p for _, p in PREDICTED] if revealed else [0] * 3)
    named = ["espresso  90.0%", "cup  5.0%", "soup bowl  0.0%"]
    assert (list(texts.text[2:]) == named) == revealed
    assert ("espresso" in figure.to_json()) == revealed
    whole, part = figure.layout.images
    assert whole.source.endswith(base64.b64encode(b"whole").decode())
    assert part.source.endswith(base64.b64encode(b"jpeg").decode())
    before = figure.frames[ANSWERED - 1].data
    assert list(before[2].x) == [0, 0, 0]
    assert "espresso" not in str(before[3].text)


def test_the_part_that_is_seen_is_marked_and_uncovered_once_it_is_cut():
    figure = answer(VIEWS, PREDICTED, CAPTIONS)
    whole, part = figure.layout.images
    for number, frame in enumerate(figure.frames):
        outline, cover = frame.data[:2]
        width, height = max(outline.x) - min(outline.x), max(outline.y) - min(outline.y)
        if number < CUT:
            assert (width, height) == pytest.approx((whole.sizex, whole.sizey))
            assert cover.y[0] > SEEN
        else:
            assert width == pytest.approx(height)
            assert height == pytest.approx(0.875 * whole.sizey)
            assert cover.y[0] == 0
    assert part.sizex == part.sizey == SEEN


def test_the_examples_are_shown_as_they_are():
    [photo] = examples(b"sheet").layout.images
    assert photo.source.endswith(base64.b64encode(b"sheet").decode())
    assert photo.sizing == "contain"


def test_more_classes_make_the_rows_lower_and_nothing_else():
    many, few = (answer(VIEWS, PREDICTED[:1] * count, CAPTIONS) for count in (10, 1))
    assert many.layout.height == few.layout.height == unknown().layout.height
    assert many.data[2].width[0] < few.data[2].width[0]
    assert max(many.data[2].y) < many.layout.height
    assert unknown().layout.meta["stays"]


@pytest.mark.parametrize("frozen", [0, 7, 19])
def test_every_block_has_one_bar_in_the_color_of_what_it_does(frozen):
    result = freeze(frozen=frozen, embed_size=10)
    figure = blocks(result, PASSED, CAPTIONS)
    bars, _, gray, blue = figure.data
    colors = [gray.marker.color] * frozen + [blue.marker.color] * (20 - frozen)
    assert list(bars.marker.color) == colors
    assert list(bars.x) == [part.parameters for part in result.parts]
    assert bars.text[-1] == "12,810"
    for number, frame in enumerate(figure.frames):
        shown, dot = frame.data
        assert list(shown.x[:-1]) == list(bars.x[:-1])
        assert shown.x[-1] == (12_810 if number >= HEADED else result.old_head)
        assert (gray.marker.color in shown.marker.color) == (frozen > 0 and number >= FROZEN)
        assert list(dot.y) == [PASSED[number]]
    rows = figure.layout.meta["numbers"]["rows"]
    assert sum(row[1] for row in rows) == result.total
    assert sum(row[2] for row in rows) == result.trains
    assert rows[-1][0] == WORDS["head"]
    hidden = blocks(result, PASSED, CAPTIONS, revealed=False)
    assert "12,810" not in hidden.to_json()
    assert not hidden.layout.meta["numbers"]


def test_each_photo_lies_where_its_first_piece_does():
    seen = {"chelsea": b"a", "coffee": b"b", "yours": b"c"}
    figure = plane(PLANE, seen)
    assert [trace.name for trace in figure.data] == ["chelsea", "coffee", WORDS["yours"]]
    assert [(image.x, image.y) for image in figure.layout.images] == [(0, 0), (1, -1), (2, -2)]
    assert sum(len(trace.x) for trace in figure.data) == len(PLANE.spots)
    assert figure.layout.xaxis.title.text.startswith("25%")
    assert len(figure.layout.meta["numbers"]["rows"]) == len(PLANE.spots)
    for axis, spots in (
        ("xaxis", [s.x for s in PLANE.spots]),
        ("yaxis", [s.y for s in PLANE.spots]),
    ):
        low, high = figure.layout[axis].range
        assert low < min(spots) <= max(spots) < high


def test_the_curves_are_percentages_with_their_margins():
    figure = curves(CURVE, FASHION, 100)
    head, scratch = figure.data
    assert list(head.y) == pytest.approx([30, 70])
    assert list(scratch.y) == pytest.approx([40, 60])
    assert head.error_y.array[0] == pytest.approx(200 * (0.3 * 0.7 / TESTS[FASHION]) ** 0.5)
    assert list(head.marker.size) == [6, 12]
    heights = {data: curves(CURVE, data, 10).layout.shapes[0].y0 for data in COUNTS}
    assert heights == {PHOTOS: pytest.approx(100 / 6), FASHION: 10}  # what chance gives
    rows = figure.layout.meta["numbers"]["rows"]
    assert rows[1] == [100, "100.0%", "70.0%", "90.0%", "60.0%"]


@pytest.mark.parametrize(
    "figure",
    [
        lambda: answer(VIEWS, PREDICTED, CAPTIONS),
        lambda: blocks(freeze(), PASSED, CAPTIONS),
        lambda: plane(PLANE, {"chelsea": b"", "coffee": b"", "yours": b""}),
        lambda: curves(CURVE, FASHION, 10),
    ],
)
def test_every_picture_has_a_height_and_its_table(figure):
    drawn = figure()
    assert drawn.layout.height > 0
    numbers = json.loads(json.dumps(drawn.layout.meta["numbers"]))
    assert all(len(row) == len(numbers["columns"]) for row in numbers["rows"])
    assert figure() == drawn
