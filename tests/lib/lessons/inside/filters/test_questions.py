"""The questions, and the edges of the challenge, against something else."""

import numpy as np
import pytest
from hypothesis import given
from scipy.signal import correlate2d

from lib.lessons.inside.filters.kernels import NAMES, PRESETS, KernelRule, parse
from lib.lessons.inside.filters.lesson import compare
from lib.lessons.inside.filters.questions import (
    EVEN_FEEDBACK,
    FEEDBACK,
    SIZE_FEEDBACK,
    even_guesses,
    mystery,
    reaches,
    respond_to_edges,
    size_guesses,
)
from tests.pages.strategies import strategy


@pytest.mark.parametrize(
    ("kernel", "expected"),
    [
        (((-1, 0, 1), (-2, 0, 2), (-1, 0, 1)), (0, 4, 3, 3)),
        (((0, 1, 2), (-1, 0, 1), (-2, -1, 0)), (3, 3, 4, 0)),
        (((1, 0, -1), (0, 0, 0), (-1, 0, 1)), (0, 0, 1, 1)),
        (((0, 0, 0),) * 3, (0, 0, 0, 0)),
    ],
)
def test_responses_to_edges(kernel, expected):
    responses = respond_to_edges(kernel)
    assert responses[:4] == expected
    for edge, made in zip(responses.edges, responses.maps, strict=True):
        assert made == pytest.approx(correlate2d(edge, np.array(kernel), "valid"))
    assert reaches(responses) == (expected == (0, 0, 1, 1))


def test_only_rows_and_columns_that_add_up_to_zero_reach_it():
    for size in PRESETS:
        assert not any(reaches(respond_to_edges(parse(text))) for text in PRESETS[size].values())
    corners = np.zeros((5, 5), dtype=int)
    corners[[0, 4], [0, 4]], corners[[0, 4], [4, 0]] = 1, -1
    assert reaches(respond_to_edges(tuple(map(tuple, corners.tolist()))))


def test_a_kernel_of_one_number_is_refused():
    with pytest.raises(ValueError, match="3 by 3 or 5 by 5"):
        respond_to_edges(((1,),))


# --- questions ------------------------------------------------------------------------------------


@pytest.mark.parametrize("chosen", NAMES)
@pytest.mark.parametrize("image", ["camera", "fashion 3"])
def test_the_mystery_is_one_of_the_other_presets(image, chosen):
    found = mystery(image, "BORDER_REPLICATE", 3, chosen)
    assert [guess.value for guess in found.guesses if guess.right] == [found.name]
    assert found.name != chosen
    assert {guess.code for guess in found.guesses} <= set(FEEDBACK) - {chosen}
    same = compare(image, parse(PRESETS[3][found.name]), "BORDER_REPLICATE").opencv
    assert found.output == pytest.approx(same, abs=1e-5)


@pytest.mark.parametrize(("height", "width", "size"), [(96, 64, 3), (28, 28, 5), (8, 8, 5)])
def test_sizes(height, width, size):
    found = size_guesses(height, width, size)
    assert {guess.code for guess in found} <= set(SIZE_FEEDBACK)
    [right] = [guess.value for guess in found if guess.right]
    assert right == str((10, height - size + 1, width - size + 1))


@given(kernel=strategy(KernelRule()))
def test_an_even_surface_gets_the_sum_of_the_weights(kernel):
    found = even_guesses(kernel)
    [right] = [guess.value for guess in found if guess.right]
    assert right == pytest.approx(0.5 * np.sum(kernel), abs=1e-3)
    assert {guess.code for guess in found} <= set(EVEN_FEEDBACK)


def test_an_own_kernel_has_a_mystery_of_any_preset():
    found = mystery("camera", "BORDER_REFLECT_101", 3, "")
    assert {guess.value for guess in found.guesses} == set(NAMES)
