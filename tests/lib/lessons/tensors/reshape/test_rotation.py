from itertools import product

import numpy as np
import pytest

from lib.lessons.tensors.reshape.rotation import SIZE, reaches, read_memory, who_copies


def test_the_challenge_is_reached_by_the_two_quarter_turns_and_by_nothing_else():
    x = np.arange(SIZE).reshape(3, 4)
    quarter = {tuple(np.rot90(x, turns).ravel().tolist()) for turns in (1, -1)}
    found = set()
    for start, down, right in product(range(SIZE), range(-11, 12), range(-11, 12)):
        places = [start + i * down + j * right for i in range(4) for j in range(3)]
        if tuple(places) in quarter:  # the elements count their places
            found.add((start, down, right))
    assert found == {(3, -1, 4), (8, 1, -4)}
    for settings_ in found:
        read = read_memory(*settings_)
        assert reaches(read)
        assert "Negative strides are not supported" in read.error
        assert read.elements in quarter
    for near in ((0, 1, 4), (3, 1, 4), (3, -1, 3), (8, -1, -4), (11, -1, -4), (0, 4, 1)):
        assert not reaches(read_memory(*near))


@pytest.mark.parametrize("start", range(SIZE))
@pytest.mark.parametrize(("down", "right"), [(1, 4), (-1, 4), (0, 0), (11, 11), (-11, 3), (2, -1)])
def test_memory_is_never_read_outside(start, down, right):
    read = read_memory(start, down, right)
    places = [start + i * down + j * right for i in range(4) for j in range(3)]
    assert read.elements == tuple(p if 0 <= p < SIZE else None for p in places)
    assert (read.shares_memory is None) == any(not 0 <= p < SIZE for p in places)
    allowed = min(down, right) >= 0 and max(places) < SIZE
    assert (read.error == "") == allowed


def test_only_pytorch_copies_to_turn():
    assert who_copies() == (True, False)


@pytest.mark.parametrize(
    ("bad", "says"),
    [
        ({"start": 12}, "start=12 is out of range: 0 to 11"),
        ({"down": -12}, "down=-12 is out of range: -11 to 11"),
        ({"right": 1.0}, "right=1.0 is not a whole number"),
    ],
)
def test_a_reading_that_is_not_allowed_is_refused(bad, says):
    with pytest.raises(ValueError, match=says):
        read_memory(**bad)
