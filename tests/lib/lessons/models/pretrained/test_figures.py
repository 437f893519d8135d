import base64
import json

import plotly.graph_objects as go
import pytest

from lib.lessons.models.pretrained.features import PIECES, Plane, Spot
from lib.lessons.models.pretrained.figures import (
    LEFT,
    WORDS,
    blocks,
    curves,
    examples,
    plane,
    top,
)
from lib.lessons.models.pretrained.lesson import Prediction, freeze
from lib.lessons.models.pretrained.linear_probe import TESTS, Probed

PREDICTION = Prediction(("espresso", "cup", "soup bowl"), (0.9, 0.05, 0.0), 0.1, 1.0)
PLANE = Plane(
    tuple(Spot(p, k, n + 0.1 * i, -n) for n, p in enumerate(["chelsea", "coffee", "yours"])
          for i, k in enumerate(PIECES)),
    (0.25, 0.125),
    12,
)  # fmt: skip
CURVE = (Probed(10, 5, 1.0, 0.3, 9, 1.0, 0.4), Probed(100, 5, 1.0, 0.7, 9, 0.9, 0.6))


@pytest.mark.parametrize("revealed", [True, False])
def test_the_bars_are_as_long_as_the_probabilities_and_hidden_at_first(revealed):
    figure = top(PREDICTION, b"jpeg", revealed)
    assert isinstance(figure, go.Figure)
    bars, texts = figure.data
    lengths = [(end - LEFT) / (1 - LEFT) for end in bars.x[1::3]]
    assert lengths == pytest.approx(PREDICTION.probabilities if revealed else [0] * 3)
    assert (list(texts.text) == ["espresso  90.0%", "cup  5.0%", "soup bowl  0.0%"]) == revealed
    assert ("espresso" in figure.to_json()) == revealed
    assert figure.layout.images[0].source.endswith(base64.b64encode(b"jpeg").decode())


def test_the_examples_are_shown_as_they_are():
    [photo] = examples(b"sheet").layout.images
    assert photo.source.endswith(base64.b64encode(b"sheet").decode())
    assert photo.sizing == "contain"


def test_more_classes_make_it_higher():
    many = Prediction(("a",) * 10, (0.1,) * 10, 0, 1)
    one = Prediction(("a",), (0.1,), 0, 1)
    assert top(many, b"").layout.height > top(PREDICTION, b"").layout.height
    assert top(one, b"").layout.height == top(PREDICTION, b"").layout.height >= 190


@pytest.mark.parametrize("frozen", [0, 7, 19])
def test_every_block_has_one_bar_in_the_color_of_what_it_does(frozen):
    result = freeze(frozen=frozen, embed_size=10)
    figure = blocks(result)
    gray, blue = figure.data
    assert list(gray.y or []) == list(range(frozen))
    assert list(blue.y) == list(range(frozen, 20))
    assert [*(gray.x or []), *blue.x] == [part.parameters for part in result.parts]
    assert blue.text[-1] == "12,810"
    rows = figure.layout.meta["numbers"]["rows"]
    assert sum(row[1] for row in rows) == result.total
    assert sum(row[2] for row in rows) == result.trains
    assert rows[-1][0] == WORDS["new head"]
    hidden = blocks(result, revealed=False)
    assert "12,810" not in hidden.to_json()


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
    figure = curves(CURVE, 100)
    head, scratch = figure.data
    assert list(head.y) == pytest.approx([30, 70])
    assert list(scratch.y) == pytest.approx([40, 60])
    assert head.error_y.array[0] == pytest.approx(200 * (0.3 * 0.7 / TESTS) ** 0.5)
    assert list(head.marker.size) == [6, 12]
    rows = figure.layout.meta["numbers"]["rows"]
    assert rows[1] == [100, "100.0%", "70.0%", "90.0%", "60.0%"]


@pytest.mark.parametrize(
    "figure",
    [
        lambda: top(PREDICTION, b"jpeg"),
        lambda: blocks(freeze()),
        lambda: plane(PLANE, {"chelsea": b"", "coffee": b"", "yours": b""}),
        lambda: curves(CURVE, 10),
    ],
)
def test_every_picture_has_a_height_and_its_table(figure):
    drawn = figure()
    assert drawn.layout.height > 0
    numbers = json.loads(json.dumps(drawn.layout.meta["numbers"]))
    assert all(len(row) == len(numbers["columns"]) for row in numbers["rows"])
    assert figure() == drawn
