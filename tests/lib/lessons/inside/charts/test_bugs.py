"""Every mistake is real, and every repair repairs."""

import pytest

from lib.core.bugs import bugs_of
from lib.core.isolation import attempt
from lib.lessons.inside.charts.bugs import Chart, Charts
from tests.lib.core.test_bugs import check_loud, check_titles, pair

BUGS = bugs_of("lib.lessons.inside.charts")


LOUD = {
    "channels_last": ("TypeError", "Cannot handle this data type", 'add_image("first'),
    "labels_short": ("AssertionError", "#labels should equal with #data points", "add_embedding"),
}
SILENT = {
    "two_runs_one_folder": (Chart(100, 50, 1), Chart(50, 50, 0)),
    "step_starts_over": (Chart(150, 50, 2), Chart(150, 150, 0)),
    "misspelled_tag": (
        Charts(("trainig loss", "training loss"), (1, 1)),
        Charts(("training loss",), (2,)),
    ),
}


def test_titles() -> None:
    check_titles(BUGS, LOUD, {*SILENT, "never_closed"})


@pytest.mark.parametrize("name", LOUD)
def test_loud(name: str) -> None:
    error, words, line = LOUD[name]
    check_loud(BUGS, name, error, words, line)


@pytest.mark.parametrize("name", sorted(SILENT))
def test_silent(name: str) -> None:
    broken, fixed = (attempt(program, {}) for program in pair(BUGS, name))
    assert (broken.error, fixed.error) == ("", "")
    assert (broken.result, fixed.result) == SILENT[name]


def test_points_that_nobody_waited_for_are_lost() -> None:
    broken, fixed = (attempt(program, {}).result for program in pair(BUGS, "never_closed"))
    assert broken.written == fixed.written == fixed.found == 160
    assert broken.found < 160
