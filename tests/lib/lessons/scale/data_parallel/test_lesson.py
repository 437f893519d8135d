"""Pretend devices against one device, the model, and the questions."""

import math
import re
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as some
from torch.utils.data import DistributedSampler

from lib.lessons.scale.data_parallel import questions as asked
from lib.lessons.scale.data_parallel import step_time
from lib.lessons.scale.data_parallel.lesson import network, samples, scatter_and_gather
from lib.lessons.scale.data_parallel.processes import first_batches

CASES = [(30, 4), (30, 3), (6, 4), (9, 8), (3, 8), (1, 1), (64, 8), (64, 1), (13, 5)]


def by_hand(batch: int, hidden: int, seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return each sample's output, target and gradient of the last bias (times the batch)."""
    x, y = (each.double().numpy() for each in samples(batch, seed))
    first, _, last = network(hidden, seed)
    w, b = first.weight.detach().double().numpy(), first.bias.detach().double().numpy()
    v, c = last.weight.detach().double().numpy(), last.bias.detach().double().numpy()
    output = np.tanh(x @ w.T + b) @ v.T + c
    return output[:, 0], y[:, 0], 2 * (output - y)[:, 0]


@pytest.mark.parametrize(("batch", "devices"), CASES)
def test_it_is_the_step_of_one_device(batch: int, devices: int) -> None:
    made = scatter_and_gather(batch, devices, hidden=5, seed=3)
    size = math.ceil(batch / devices)
    wanted = [min(size, batch - start) for start in range(0, batch, size)]
    assert list(made.chunks) == wanted
    output, target, slopes = by_hand(batch, 5, 3)
    errors = (output - target) ** 2
    edges = np.cumsum(wanted)[:-1]
    assert made.loss == pytest.approx(errors.mean(), rel=1e-5)
    assert made.one_device_loss == pytest.approx(made.loss, rel=1e-6)
    own = [part.mean() for part in np.split(errors, edges)]
    assert made.own_losses == pytest.approx(own, rel=1e-4)
    assert made.mean_of_losses == pytest.approx(np.mean(own), rel=1e-4)
    shares = [part.sum() / batch for part in np.split(slopes, edges)]
    assert made.gradients == pytest.approx(shares, rel=1e-4, abs=1e-6)
    assert made.summed_gradient == pytest.approx(slopes.mean(), rel=1e-4)
    assert made.one_device_gradient == pytest.approx(slopes.mean(), rel=1e-4)
    assert made.output_difference < 1e-6
    assert made.gradient_difference < 1e-5
    assert (made.averaged_difference < 1e-5) == (len(set(wanted)) == 1)


def test_the_notes_and_the_lessons_examples() -> None:
    assert scatter_and_gather(30, 3).chunks == (10, 10, 10)
    assert scatter_and_gather(30, 4).chunks == (8, 8, 8, 6)
    assert scatter_and_gather(9, 8).chunks == (2, 2, 2, 2, 1)


@pytest.mark.skipif(torch.cuda.device_count() < 2, reason="needs two GPUs")
def test_torch_scatters_like_chunk() -> None:
    for batch in (1, 3, 30, 31):
        x = torch.zeros(batch, 5)
        parts = torch.nn.parallel.comm.scatter(x, range(torch.cuda.device_count()))
        assert [len(p) for p in parts] == [len(p) for p in x.chunk(torch.cuda.device_count())]


def test_one_seed_gives_one_result() -> None:
    assert scatter_and_gather(seed=5) == scatter_and_gather(seed=5)
    assert scatter_and_gather(seed=5) != scatter_and_gather(seed=6)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"devices": 9}, "devices=9 is out of range: 1 to 8"),
        ({"batch": 0}, "batch=0 is out of range: 1 to 64"),
        ({"hidden": 65}, "hidden=65 is out of range: 1 to 64"),
    ],
)
def test_bad_settings_are_refused(wrong: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        scatter_and_gather(**wrong)


@given(some.integers(1, 64), some.integers(1, 4))
@settings(max_examples=40)
def test_who_takes_what_first(batch: int, processes: int) -> None:
    share = math.ceil(batch / processes)
    plain = first_batches(batch, processes, False)
    assert plain == (tuple(range(share)),) * processes
    fair = first_batches(batch, processes, True)
    for rank, places in enumerate(fair):
        sampler = DistributedSampler(range(batch), processes, rank, shuffle=False)
        assert list(places) == list(sampler)
        assert len(places) == share
    assert {place for places in fair for place in places} == set(range(batch))


# --- the questions --------------------------------------------------------------------------------


@given(some.integers(1, 64), some.integers(1, 8), some.integers(1, 4))
@settings(max_examples=60)
def test_the_right_answer_is_what_torch_does(batch: int, devices: int, processes: int) -> None:
    chunks = tuple(len(chunk) for chunk in torch.zeros(batch).chunk(devices))
    made = asked.chunk_answers(batch, devices, chunks)
    assert [each.value for each in made if each.right] == [", ".join(map(str, chunks))]
    assert {each.code for each in made} <= asked.FEEDBACK.keys()
    first = first_batches(batch, processes, False)
    made = asked.first_answers(batch, processes, first)
    assert [each.code for each in made if each.right] == ["same"]
    assert {each.code for each in made} <= asked.FEEDBACK_FIRST.keys()
    assert len(made) >= 2


def test_every_cut_is_asked_with_answers_that_exclude_each_other() -> None:
    for batch in range(1, 65):
        for devices in range(1, 9):
            chunks = tuple(len(each) for each in torch.zeros(batch).chunk(devices))
            made = asked.chunk_answers(batch, devices, chunks)
            assert len(made) >= 2 + ((batch, devices) != (1, 1))
            assert sum(each.right for each in made) == 1
            # An empty piece at the end is no piece: without them no two answers may say the same.
            kept = [re.sub("(, 0)+$", "", str(each.value)) for each in made]
            assert len(set(kept)) == len(kept)
            for each in made:
                if each.code in ("even", "down", "cuts"):
                    assert sum(map(int, str(each.value).split(", "))) == batch
                if each.code == "cuts":
                    assert len(str(each.value).split(", ")) == devices + 1
            even = [each.value for each in made if each.code == "even"]
            split = [len(each) for each in np.array_split(np.zeros(batch), devices)]
            assert even in ([], [", ".join(map(str, split))])


def test_the_last_chunk_need_not_be_smaller() -> None:
    assert [len(each) for each in torch.zeros(32).chunk(4)] == [8] * 4
    assert "may be smaller" in asked.FEEDBACK["chunk"]


def test_the_wrong_answers_are_wrong_for_a_reason() -> None:
    made = {each.code: each.value for each in asked.chunk_answers(30, 4, (8, 8, 8, 6))}
    assert made == {
        "chunk": "8, 8, 8, 6",
        "even": "8, 8, 7, 7",
        "down": "7, 7, 7, 9",
        "whole": "30, 30, 30, 30",
        "cuts": "6, 6, 6, 6, 6",
        "refused": asked.REFUSED,
    }
    first = {
        each.code: each.value for each in asked.first_answers(30, 4, first_batches(30, 4, False))
    }
    assert first == {
        "same": "0–7",
        "slice": "24–29",
        "turns": "3, 7, 11 … 1",
        "all": "0–29",
        "none": "nothing",
    }


# --- the model ------------------------------------------------------------------------------------


def test_the_model_is_its_formula() -> None:
    steps = step_time.modeled(30, 100, 3000)
    assert [step.devices for step in steps] == list(range(1, 9))
    assert [step.total for step in steps] == [
        100 * -(-30 // n) + (3000 if n > 1 else 0) for n in range(1, 9)
    ]


@given(some.integers(20, 500), some.integers(500, 20_000))
def test_the_challenge_is_the_smallest_batch(compute: int, communication: int) -> None:
    batch = 1
    while compute * -(-batch // 4) + communication >= compute * batch:
        batch += 1
    assert step_time.reaches(batch, compute, communication)
    assert not step_time.reaches(batch - 1, compute, communication)
    assert not step_time.reaches(batch + 1, compute, communication)


@given(some.integers(20, 500), some.integers(500, 20_000))
def test_whether_the_slider_holds_a_solution(compute: int, communication: int) -> None:
    # 64 samples are 48 fewer for each of four devices; no smaller batch saves more.
    found = step_time.smallest(compute, communication)
    assert (found is None) == (48 * compute <= communication)
    assert found is None or step_time.reaches(found, compute, communication)


def test_the_challenge_can_be_reached_and_is_not_at_first() -> None:
    assert not step_time.reaches(30, 100, 3000)
    assert [b for b in range(1, 65) if step_time.reaches(b, 100, 3000)] == [42]
    assert step_time.smallest(100, 3000) == 42
    with pytest.raises(ValueError, match="compute=19 is out of range: 20 to 500"):
        step_time.modeled(30, 19, 3000)
