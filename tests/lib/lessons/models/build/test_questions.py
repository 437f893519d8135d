import pytest
from hypothesis import HealthCheck, given, settings

from lib.core.isolation import call_alone
from lib.lessons.models.build.layer_kinds import CONVOLUTIONAL, InputShape, UpToTenLayers
from lib.lessons.models.build.lesson import build
from lib.lessons.models.build.questions import (
    LABELS,
    SHAPE_FEEDBACK,
    TOTAL_FEEDBACK,
    reaches,
    shape_answers,
    total_answers,
)
from tests.pages.strategies import strategy


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(strategy(UpToTenLayers()), strategy(InputShape()))
def test_one_answer_is_right_and_every_answer_has_words(layers, shape):
    result = call_alone(build, {"layers": layers, "shape": shape})
    for edge in range(1, len(layers) + 1):
        shapes, totals = shape_answers(layers, result, edge), total_answers(layers, result)
        for found, feedback in ((shapes, SHAPE_FEEDBACK), (totals, TOTAL_FEEDBACK)):
            assert sum(guess.right for guess in found) == 1
            assert len({guess.value for guess in found}) == len(found) >= 2
            assert {guess.code for guess in found} <= set(feedback)
        (right,) = [guess.value for guess in shapes if guess.right]
        reached = edge < len(result.shapes)
        assert right == (str(result.shapes[edge]) if reached else "error")


def test_the_answers_about_the_convolutional_network():
    result = call_alone(build, {})
    values = {guess.code: guess.value for guess in shape_answers(CONVOLUTIONAL, result, 4)}
    assert values == {
        "window": "(64, 16, 7, 7)",
        "unchanged": "(64, 16, 14, 14)",
        "more": "(64, 16, 8, 8)",
        "no_batch": "(16, 7, 7)",
        "error": "error",
    }
    totals = {guess.code: guess.value for guess in total_answers(CONVOLUTIONAL, result)}
    kernels = 16 * 9 + 16 * 16 * 9 + 16 * 10 * 9
    assert totals["total"] == kernels + 16 + 16 + 10
    assert totals["no_bias"] == kernels
    assert totals["kernels"] == (16 + 16 + 10) * 9 + 42
    assert set(LABELS) == {"error"}


@pytest.mark.parametrize(
    ("parameters", "accuracy", "reached"),
    [(1965, 0.6, True), (1966, 0.6, False), (1965, 0.53, False), (100, 0.54, True)],
)
def test_the_challenge_wants_both(parameters, accuracy, reached):
    assert reaches(parameters, accuracy, 3930, 0.6) == reached
