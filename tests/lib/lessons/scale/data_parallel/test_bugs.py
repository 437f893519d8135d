"""Every mistake is real, in PyTorch's own words, and every repair repairs."""

from ast import literal_eval

import numpy as np
import pytest
import torch

from lib.core.bugs import bugs_of, outdated_of
from lib.core.isolation import attempt
from lib.lessons.scale.data_parallel import bugs
from tests.lib.core.test_bugs import check_loud, check_titles, pair

BUGS = bugs_of("lib.lessons.scale.data_parallel")
(THEN,) = outdated_of("lib.lessons.scale.data_parallel")


LOUD = [
    ("prefix", "RuntimeError", 'Unexpected key(s) in state_dict: "module.weight"', "load_state"),
    ("fewer_samples", "IndexError", "tuple index out of range", "chunks[device]"),
    ("one_sample_left", "ValueError", "Expected more than 1 value per channel", "(chunk) for"),
]
SILENT = ("no_sampler", "statistics_per_replica")


@pytest.mark.parametrize(("name", "error", "words", "line"), LOUD)
def test_the_error_is_pytorchs_own(name: str, error: str, words: str, line: str) -> None:
    check_loud(BUGS, name, error, words, line)


def test_the_titles() -> None:
    check_titles(BUGS, [row[0] for row in LOUD], SILENT)


def test_the_repairs() -> None:
    assert bugs.prefix_fixed() == "<All keys matched successfully>"
    assert bugs.fewer_samples_fixed() == (3, 2)
    assert bugs.one_sample_left_fixed() == (12, 2)


def test_without_a_sampler_four_processes_do_the_work_of_one() -> None:
    broken, fixed = (attempt(each, {}) for each in pair(BUGS, "no_sampler"))
    assert not broken.error
    assert broken.result == (32, 8, 8, 0.0)
    assert fixed.result[:3] == (32, 32, 2)
    assert fixed.result.largest_gap_between_gradients > 0.1


def test_what_the_words_say_of_batch_norm_and_a_single_sample() -> None:
    torch.nn.BatchNorm2d(2)(torch.randn(1, 2, 4, 4))  # 16 values a channel
    torch.nn.BatchNorm1d(2)(torch.randn(1, 2, 3))  # 3 values a channel
    with pytest.raises(ValueError, match="more than 1 value per channel"):
        torch.nn.BatchNorm2d(2)(torch.randn(1, 2, 1, 1))


def test_batch_norm_sees_only_its_own_chunk() -> None:
    broken, fixed = (attempt(each, {}).result for each in pair(BUGS, "statistics_per_replica"))
    torch.manual_seed(0)
    x = torch.randn(32, 5).double().numpy()
    layer = torch.nn.Linear(5, 4).double()
    out = x @ layer.weight.detach().numpy().T + layer.bias.detach().numpy()

    def normalized(part: np.ndarray) -> np.ndarray:
        return (part - part.mean(0)) / np.sqrt(part.var(0) + 1e-5)

    four = np.concatenate([normalized(part) for part in np.split(out, 4)])
    wanted = np.abs(normalized(out) - four).max()
    assert broken.largest_difference == pytest.approx(wanted, rel=1e-3)
    assert broken.mean_on_one_device == pytest.approx(out[:, 0].mean(), rel=1e-4)
    assert broken.mean_on_device_0 == pytest.approx(out[:8, 0].mean(), rel=1e-4)
    assert fixed.largest_difference < 1e-6


@pytest.mark.skipif(torch.cuda.is_available(), reason="says what happens without a GPU")
def test_the_notes_without_a_gpu_just_call_the_module() -> None:
    made = attempt(THEN.then, {})
    assert made.result == (0, "DataParallel", "[[30, 5]]", "[30, 2]")


@pytest.mark.skipif(torch.cuda.device_count() < 2, reason="needs two GPUs")
def test_the_notes_with_gpus_share_the_batch() -> None:
    made = attempt(THEN.then, {}).result
    chunks = torch.zeros(30).chunk(torch.cuda.device_count())
    assert sorted(literal_eval(made.input_sizes)) == sorted([len(c), 5] for c in chunks)


def test_today_two_processes_share_it() -> None:
    assert THEN.heavy
    assert THEN.now() == [[[15, 5], [15, 2]], [[15, 5], [15, 2]]]
