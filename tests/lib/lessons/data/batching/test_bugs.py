"""Every mistake is real, in PyTorch's own words, and every repair repairs."""

from typing import Any

import numpy as np
import pytest
import torch

from lib.core.bugs import bugs_of, outdated_of
from lib.core.isolation import attempt
from lib.datasets.fashion_mnist import fashion_mnist
from lib.lessons.data.batching import bugs
from lib.lessons.data.batching.bugs import errors
from tests.lib.core.test_bugs import check_loud, check_titles

BUGS = bugs_of("lib.lessons.data.batching")
(THEN,) = outdated_of("lib.lessons.data.batching")


LOUD = [
    ("unequal_lengths", "AssertionError", "Size mismatch between tensors", "TensorDataset("),
    (
        "unequal_shapes",
        "RuntimeError",
        "stack expects each tensor to be equal size, but got [3] at entry 0 and [5] at entry 1",
        "next(iter(train_dl))",
    ),
    (
        "pictures_as_samples",
        "TypeError",
        "default_collate: batch must contain tensors, numpy arrays, numbers, dicts or lists",
        "next(iter(train_dl))",
    ),
    (
        "no_samples",
        "ValueError",
        "num_samples should be a positive integer value, but got num_samples=0",
        "DataLoader(",
    ),
    (
        "shuffle_and_sampler",
        "ValueError",
        "sampler option is mutually exclusive with shuffle",
        "DataLoader(",
    ),
]
SILENT = ("sorted_without_shuffle", "nothing_left", "one_generator_in_all_workers")


@pytest.mark.parametrize(("name", "error", "words", "line"), LOUD)
def test_the_error_is_pytorchs_own(name: str, error: str, words: str, line: str) -> None:
    check_loud(BUGS, name, error, words, line)


def test_the_titles() -> None:
    check_titles(BUGS, [*(row[0] for row in LOUD), "dataset_in_main"], SILENT)


def test_the_method_is_gone() -> None:
    made = attempt(THEN.then, {})
    assert made.error == "AttributeError"
    assert "has no attribute 'next'" in made.message


def test_the_repairs() -> None:
    assert bugs.unequal_lengths_fixed() == 10
    assert bugs.unequal_shapes_fixed() == (3, 5)
    assert bugs.pictures_as_samples_fixed() == (4, 1, 28, 28)
    boots = int((fashion_mnist().labels == 9).sum())
    assert bugs.no_samples_fixed() == -(-boots // 40)
    assert bugs.shuffle_and_sampler_fixed() == 4
    assert bugs.function_next() == (20, 28, 28)


def test_sorted_labels_teach_next_to_nothing() -> None:
    sorted_, mixed = (
        attempt(bugs.sorted_without_shuffle, {}),
        attempt(bugs.sorted_without_shuffle_fixed, {}),
    )
    assert not sorted_.error
    assert sorted_.result.accuracy < 0.3  # the labels it saw last, and little else
    assert mixed.result.accuracy > 0.65
    assert sorted_.result.labels_predicted < mixed.result.labels_predicted == 10
    assert sorted_.result.labels_in_first_batch == [0]
    assert len(mixed.result.labels_in_first_batch) > 5
    assert np.bincount(fashion_mnist(train=False).labels).tolist() == [100] * 10


def test_a_generator_of_ones_own_draws_the_same_in_all_workers_and_epochs() -> None:
    broken, fixed = (
        attempt(bugs.one_generator_in_all_workers, {}),
        attempt(bugs.one_generator_in_all_workers_fixed, {}),
    )
    assert (broken.error, broken.warnings) == (fixed.error, fixed.warnings) == ("", ())
    own = np.random.default_rng(0)  # NumPy alone: four numbers, drawn by both workers
    four = [round(own.uniform(0.5, 1.5), 3) for _ in range(4)]
    one, other = four[:2], four[2:]
    assert broken.result.first_epoch == [*one, *one, *other, *other]
    assert broken.result.second_epoch == broken.result.first_epoch
    assert (broken.result.different, fixed.result.different) == (4, 16)


def by_torch(low: float, high: float) -> float:
    return float(torch.empty(()).uniform_(low, high))


def by_numpy(low: float, high: float) -> float:
    return float(np.random.uniform(low, high))


@pytest.mark.parametrize("draw", [by_torch, by_numpy])
def test_the_loader_seeds_torch_and_numpy_in_every_worker(draw: Any) -> None:
    assert attempt(bugs.drawn_by, {"train_ds": bugs.Brightness(draw)}).result.different > 12


def test_dropping_the_only_batch_trains_nothing() -> None:
    dropped, kept = (
        attempt(bugs.nothing_left, {}).result,
        attempt(bugs.nothing_left_fixed, {}).result,
    )
    assert dropped == (0, 0, 0.0)
    assert (kept.batches, kept.steps) == (1, 1)
    torch.manual_seed(0)
    x = torch.randn(20, 1).double()
    weight = torch.nn.Linear(1, 1, bias=False).weight.item()
    step = 0.1 * 2 * (weight - 2) * x.square().mean().item()  # the gradient by hand
    assert kept.moved == pytest.approx(abs(step), rel=1e-5)


def test_a_script_without_a_guard_starts_itself_again() -> None:
    made = attempt(bugs.dataset_in_main, {})
    assert made.error == "RuntimeError"
    assert made.message.startswith("An attempt has been made to start a new process before the")
    assert "exited unexpectedly" in made.message
    assert "Traceback" not in made.message
    assert "/" not in made.message.replace("https://docs.python.org/3/library/", "")
    assert bugs.dataset_in_main_fixed() == "tensor([0, 1, 4, 9])"


def test_the_errors_are_cut_out_of_what_python_said() -> None:
    said = """Traceback (most recent call last):
  File "a.py", line 1, in <module>
RuntimeError:
        one

        two
Traceback (most recent call last):
  File "b.py"
RuntimeError: three

The above exception was the direct cause of the following exception:

Traceback (most recent call last):
RuntimeError: four
"""
    assert errors(said) == "one\ntwo\nthree\nfour"


def test_slow_programs_run_in_a_worker() -> None:
    heavy = {bug.broken for bug in BUGS if bug.heavy}
    assert heavy == {
        bugs.dataset_in_main,
        bugs.sorted_without_shuffle,
        bugs.one_generator_in_all_workers,
    }
