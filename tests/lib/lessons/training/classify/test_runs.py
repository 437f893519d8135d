"""A run in chunks is the run in one go; a recipe refuses what cannot be."""

import io
import pickle
from dataclasses import asdict, replace
from itertools import product

import numpy as np
import pytest
import torch

from lib.core.isolation import call_alone
from lib.lessons.training.classify.config import BATCH_SIZES, RULES, Recipe
from lib.lessons.training.classify.lesson import get_data, train
from lib.lessons.training.classify.networks import NETWORKS
from lib.lessons.training.classify.runs import Run, trained

NOISY = Recipe(
    network="MLP", epochs=2, size=250, batch_size=32, dropout=0.3, batch_norm=True, augment=True,
    weight_decay=0.001, optimizer="Adam", learning_rate=0.003, seed=5,
)  # fmt: skip


@pytest.fixture
def parts(monkeypatch):
    """Let a test say how many chunks an epoch has."""

    def cut(count):
        monkeypatch.setattr(Recipe, "parts", property(lambda _recipe: count))

    return cut


def run_through(recipe, chunks=None):
    """Follow a run by hand, each chunk as a worker gets it: pickled, with its own random state."""
    run = Run(recipe)
    state, result = call_alone(run.begin, {"state": None})
    for _ in range(recipe.chunks if chunks is None else chunks):
        state, result = call_alone(run.advance, {"state": pickle.loads(pickle.dumps(state))})
    return state, result


def weights(checkpoint):
    return torch.load(io.BytesIO(checkpoint.state))["model"]


@pytest.mark.parametrize("network", NETWORKS)
def test_chunks_give_the_numbers_of_the_program(network):
    recipe = replace(NOISY, network=network)
    settings = {**asdict(recipe), "network": NETWORKS[network]}
    whole = train(**settings)
    _, result = run_through(Recipe(**asdict(recipe)))
    assert tuple(each.test_loss for each in result.epochs[1:]) == whole.test_loss
    assert tuple(each.train_loss for each in result.epochs[1:]) == whole.train_loss
    assert tuple(each.test_accuracy for each in result.epochs[1:]) == whole.test_accuracy
    assert tuple(each.train_accuracy for each in result.epochs[1:]) == whole.train_accuracy
    assert result.parameters == whole.parameters


def test_bit_for_bit_the_same_however_it_is_cut(parts):
    ends = []
    for count in (1, 3, 8):
        parts(count)
        recipe = Recipe(**asdict(NOISY))
        assert recipe.chunks == 2 * count
        state, result = run_through(recipe)
        ends.append((weights(state), result))
    for other, result in ends[1:]:
        assert all(torch.equal(other[name], each) for name, each in ends[0][0].items())
        assert [each[:5] for each in result.epochs] == [each[:5] for each in ends[0][1].epochs]
        assert np.array_equal(result.probabilities, ends[0][1].probabilities)


def test_a_part_of_an_epoch_trains_and_measures_nothing_yet(parts):
    parts(4)
    before, _ = run_through(Recipe(**asdict(NOISY)), 1)
    after, result = run_through(Recipe(**asdict(NOISY)), 2)
    assert [each.epoch for each in result.epochs] == [0]
    assert not torch.equal(weights(before)["0.weight"], weights(after)["0.weight"])
    _, whole = run_through(Recipe(**asdict(NOISY)), 4)
    assert [each.epoch for each in whole.epochs] == [0, 1]
    assert whole.epochs[1].seconds > 0


def test_before_the_first_chunk_nothing_is_measured():
    _, result = run_through(NOISY, 0)
    assert result.epochs == ()
    assert result.probabilities.shape == (0, 10)
    assert result.parameters == 785 * 64 + 2 * 64 + 65 * 10


def test_a_checkpoint_is_the_network_it_measured():
    state, result = run_through(NOISY)
    model = trained(NOISY, state)
    assert not model.training
    _, test = get_data("shipped", 250)
    with torch.no_grad():
        said = model(test.x).softmax(dim=1)
    np.testing.assert_allclose(said, result.probabilities, atol=1e-6)


def test_a_run_hashes_and_pickles_by_its_recipe():
    assert hash(Run(NOISY)) == hash(Run(replace(NOISY)))
    assert pickle.loads(pickle.dumps(Run(NOISY))) == Run(NOISY)
    assert Run(NOISY).source is None


def test_no_batch_is_of_a_single_image():
    """Batch norm refuses it."""
    for size, batch in product(RULES["size"].options, BATCH_SIZES):
        assert size % batch != 1


def test_chunks_are_cut_by_the_work_there_is():
    small, large = Recipe(network="Mnist_Logistic"), Recipe(network="small CNN")
    assert small.parts == 1
    assert 2 <= large.parts <= 6
    assert large.chunks == large.parts * large.epochs
    assert Recipe(network="small CNN", size=250, batch_size=500).parts == 1
    assert Recipe(size=250, batch_size=500).steps == 1
    assert Recipe(size=4000, batch_size=64).steps == 63


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"network": "VGG"}, "network='VGG' is not one of"),
        ({"epochs": 21}, "epochs=21 is out of range: 0 to 20"),
        ({"size": 5}, "size=5 is not one of"),
        ({"dropout": 1.0}, "dropout=1.0 is out of range: 0.0 to 0.9"),
        ({"learning_rate": float("nan")}, "learning_rate=nan is not a finite number"),
        ({"seed": True}, "seed=True is not a whole number"),
        ({"source": "else"}, "source='else' is not one of"),
    ],
)
def test_a_recipe_refuses_what_cannot_be(change, said):
    with pytest.raises(ValueError, match=said):
        Recipe(**change)


def test_a_loss_that_is_no_number_goes_on():
    recipe = Recipe(
        network="MLP", size=250, epochs=2, optimizer="SGD", learning_rate=10.0, weight_decay=1.0
    )
    _, result = run_through(recipe)
    assert len(result.epochs) == 3
    assert result.probabilities.shape == (1000, 10)
