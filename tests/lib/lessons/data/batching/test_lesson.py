"""The lesson function against torch's own generator, and the metrics against NumPy."""

from itertools import chain
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as some

from lib.core.isolation import call_alone
from lib.datasets.fashion_mnist import fashion_mnist
from lib.lessons.data.batching import lesson as batching
from lib.lessons.data.batching import questions as asked
from lib.lessons.data.batching.lesson import (
    EXPLANATIONS,
    Loaded,
    incomplete,
    mix,
    reaches,
    seen,
    two_epochs,
)
from tests.pages.strategies import strategy

RULES = two_epochs.rules
SETTINGS = some.fixed_dictionaries({name: strategy(rule) for name, rule in RULES.items()})
PERMUTING = (batching.shuffled, batching.random)
FIXED = (batching.in_order, batching.sequential)


def computed(**settings: Any) -> Loaded:
    return call_alone(two_epochs, settings)


def cut(order: list[int], size: int, drop_last: bool) -> tuple[tuple[int, ...], ...]:
    """Cut an order into batches by hand."""
    batches = [tuple(order[i : i + size]) for i in range(0, len(order), size)]
    return tuple(batch for batch in batches if len(batch) == size or not drop_last)


def draws(seed: int, samples: int) -> list[list[int]]:
    """Return the orders of two epochs: each takes one seed for the workers, one for the order."""
    main = torch.Generator().manual_seed(seed)

    def drawn() -> int:
        return int(torch.empty((), dtype=torch.int64).random_(generator=main))

    orders = []
    for _ in range(2):
        drawn()  # the loader's own, from which its workers get theirs
        own = torch.Generator().manual_seed(drawn())
        orders.append(torch.randperm(samples, generator=own).tolist())
    return orders


@given(SETTINGS)
def test_the_batches_are_the_order_cut_into_pieces(settings: dict[str, Any]) -> None:
    made = computed(**settings)
    size, samples = settings["batch_size"], settings["samples"]
    assert made.batches == len(made.first) == len(made.second)
    assert made.batches == (samples // size if settings["drop_last"] else -(-samples // size))
    assert all(len(batch) == size for batch in (*made.first[:-1], *made.second[:-1]))
    if settings["order"] in PERMUTING:
        orders = draws(settings["seed"], samples)
    elif settings["order"] in FIXED:
        orders = [list(range(samples))] * 2
    else:
        return
    drop_last = settings["drop_last"]
    assert made.first == cut(orders[0], size, drop_last)
    assert made.second == cut(orders[1], size, drop_last)


def test_the_same_seed_gives_the_same_epochs() -> None:
    for order in (batching.shuffled, batching.with_replacement, batching.taking_turns):
        assert computed(order=order, seed=3) == computed(order=order, seed=3)
        assert computed(order=order, seed=3) != computed(order=order, seed=4)


def test_replacement_draws_as_randint_does() -> None:
    main = torch.Generator().manual_seed(7)
    for _ in range(2):
        seed = int(torch.empty((), dtype=torch.int64).random_(generator=main))
    own = torch.Generator().manual_seed(seed)
    expected = torch.randint(high=96, size=(32,), generator=own).tolist()  # it draws 32 at a time
    made = computed(order=batching.with_replacement, samples=96, batch_size=32, seed=7)
    assert list(made.first[0]) == expected


def test_weights_make_classes_equally_likely() -> None:
    rare = 0
    for seed in range(30):
        made = computed(
            data=batching.mostly_shirts, order=batching.class_balanced, samples=96, seed=seed
        )
        labels = np.array(made.labels)[list(chain(*made.first))]
        rare += int((labels == 0).sum())
    kinds = len(set(made.labels))
    assert (np.array(made.labels) == 0).sum() == 72
    # 2880 draws, each a T-shirt with probability 1/kinds: five standard deviations either way.
    share, std = 1 / kinds, (2880 * (kinds - 1)) ** 0.5 / kinds
    assert abs(rare - 2880 * share) < 5 * std


def test_taking_turns_goes_around_the_classes() -> None:
    made = computed(order=batching.taking_turns, samples=96, batch_size=10)
    for epoch in (made.first, made.second):
        labels = np.array(made.labels)[list(chain(*epoch))]
        assert labels.tolist() == [i % 10 for i in range(96)]
        times = np.bincount(list(chain(*epoch)), minlength=96)
        for label in range(10):
            own = times[np.array(made.labels) == label]
            assert own.max() - own.min() <= 1  # nobody twice before everybody once


@pytest.mark.parametrize("data", batching.DATA.values())
def test_the_data_are_samples_of_fashion_mnist(data: Any) -> None:
    images, labels = fashion_mnist()
    known = {(image.tobytes(), int(label)) for image, label in zip(images, labels, strict=True)}
    chosen = data(96)
    assert chosen.images.shape == (96, 28, 28)
    pairs = [(i.tobytes(), int(n)) for i, n in zip(chosen.images, chosen.labels, strict=True)]
    assert len(set(pairs)) == 96
    assert set(pairs) <= known


def test_sorting_sorts() -> None:
    assert (np.diff(batching.sorted_by_label(96).labels.astype(int)) >= 0).all()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"samples": 7}, "samples=7 is out of range: 8 to 96"),
        ({"batch_size": 0}, "batch_size=0 is out of range: 1 to 48"),
        ({"batch_size": 2.0}, "batch_size=2.0 is not a whole number"),
        ({"order": len}, "order=len is not one of: in_order, shuffled"),
        ({"drop_last": 1}, "drop_last=1 is not one of: False, True"),
    ],
)
def test_bad_settings_are_refused(wrong: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        two_epochs(**wrong)


@given(SETTINGS)
def test_the_metrics_are_counted_right(settings: dict[str, Any]) -> None:
    made = computed(**settings)
    for epoch in (made.first, made.second):
        places = list(chain(*epoch))
        metrics = seen(made, epoch)
        assert set(metrics.never) == set(range(settings["samples"])) - set(places)
        assert metrics.again == sum(places.count(place) > 1 for place in set(places))
        counts = mix(made, epoch)
        assert counts.shape == (made.batches, 10)
        for batch, row in zip(epoch, counts, strict=True):
            held, times = np.unique([made.labels[place] for place in batch], return_counts=True)
            assert np.flatnonzero(row).tolist() == held.tolist()
            assert row[row > 0].tolist() == times.tolist()
        kinds = [{made.labels[place] for place in batch} for batch in epoch]
        assert metrics.complete == sum(len(each) == 10 for each in kinds)


def test_every_sampler_is_explained() -> None:
    assert EXPLANATIONS.keys() == batching.SAMPLERS.keys()


# --- questions ------------------------------------------------------------------------------------


@given(SETTINGS)
def test_every_question_has_one_right_answer(settings: dict[str, Any]) -> None:
    made = computed(**settings)
    answers = asked.guesses(made, settings["batch_size"], settings["order"])
    told = {
        "batches": asked.FEEDBACK,
        "last": asked.FEEDBACK_LAST,
        "order": asked.FEEDBACK_ORDER,
    }
    assert {"batches", "last"} <= answers.keys() <= told.keys()
    for name in answers:
        feedback = told[name]
        assert sum(guess.right for guess in answers[name]) == 1
        assert len(answers[name]) >= 2
        assert {guess.code for guess in answers[name]} <= feedback.keys()


def right(result: Loaded, size: int, order: Any = batching.shuffled) -> dict[str, object]:
    found = asked.guesses(result, size, order)
    return {name: next(g.value for g in rows if g.right) for name, rows in found.items()}


def test_the_right_answers() -> None:
    in_order = batching.in_order
    assert right(computed(), 5, in_order) == {"batches": 7, "last": 2, "order": "same"}
    made = computed(order=batching.shuffled, drop_last=True)
    assert right(made, 5) == {"batches": 6, "last": 5, "order": "new"}
    made = computed(samples=8, batch_size=9, drop_last=True, order=batching.shuffled)
    assert right(made, 9) == {"batches": 0, "last": 0}  # no batch shows an order


def test_two_drawn_orders_that_happen_to_be_equal_are_not_asked_about() -> None:
    same = ((0, 1),)
    equal = Loaded((0, 1, 2), 1, (2, 28, 28), same, same)
    assert "order" not in right(equal, 2)
    assert right(equal, 2, batching.in_order)["order"] == "same"


@given(SETTINGS)
def test_no_feedback_contradicts_what_happened(settings: dict[str, Any]) -> None:
    made = computed(**settings)
    answers = asked.guesses(made, settings["batch_size"], settings["order"])
    codes = {name: {guess.code for guess in rows} for name, rows in answers.items()}
    drawn = settings["order"] not in FIXED
    if "order" in codes:
        assert ("new" in codes["order"]) == drawn
        assert ("not_drawn" in codes["order"]) == (not drawn)
    largest = max(map(len, made.first), default=0)
    if "full" in codes["last"]:  # "it is full if nothing is left over, or if drop_last left it"
        assert largest == settings["batch_size"]
    if "too_few" in codes["last"]:
        assert settings["samples"] < settings["batch_size"]


def test_only_taking_turns_makes_complete_batches_certain() -> None:
    def complete(data: Any, order: Any, size: int, seed: int) -> bool:
        made = computed(data=data, order=order, samples=96, batch_size=size, drop_last=True,
                        seed=seed)  # fmt: skip
        return incomplete(made) == 0

    for seed in range(5):
        for size in (10, 16, 24):
            for data in batching.DATA.values():
                assert len(set(data(96).labels.tolist())) == 10
                assert complete(data, batching.taking_turns, size, seed)
    for order in (batching.shuffled, batching.class_balanced):
        for data in batching.DATA.values():
            assert not all(complete(data, order, 24, seed) for seed in range(5))


def test_the_challenge() -> None:
    turns = {"order": batching.taking_turns, "batch_size": 10}
    assert reaches(computed(samples=40, **turns))
    assert not reaches(computed(samples=30, **turns))  # too few batches
    assert not reaches(computed(samples=45, **turns))  # the last one is too small
    assert reaches(computed(samples=45, drop_last=True, **turns))
    assert not reaches(computed(samples=96, batch_size=10, order=batching.shuffled))
    assert incomplete(computed(samples=45, **turns)) == 2
