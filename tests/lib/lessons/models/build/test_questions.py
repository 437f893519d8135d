import pytest
import torch
import torch.nn.functional as F  # noqa: N812
from hypothesis import HealthCheck, given, settings
from torch import nn

from lib.core.isolation import call_alone
from lib.datasets.fashion_mnist import fashion_mnist
from lib.lessons.models.build.grammar import read_layers
from lib.lessons.models.build.layers import NOTES, PRESETS, InputShape, UpToTenLayers
from lib.lessons.models.build.lesson import build, made
from lib.lessons.models.build.questions import LABELS, TOLD, TOLD_TOTAL, guesses, reaches
from lib.lessons.models.build.training import EPOCHS, check, train
from tests.pages.strategies import strategy


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(strategy(UpToTenLayers()), strategy(InputShape()))
def test_one_answer_is_right_and_every_answer_has_words(layers, shape):
    result = call_alone(build, {"layers": layers, "shape": shape})
    for edge in range(1, len(layers) + 1):
        made_of = guesses(layers, result, edge)
        for name, told in (("shape", TOLD), ("total", TOLD_TOTAL)):
            assert sum(guess.right for guess in made_of[name]) == 1
            assert len({guess.value for guess in made_of[name]}) == len(made_of[name]) >= 2
            assert {guess.code for guess in made_of[name]} <= set(told)
        (right,) = [guess.value for guess in made_of["shape"] if guess.right]
        reached = edge < len(result.shapes)
        assert right == (str(result.shapes[edge]) if reached else "error")


def test_the_answers_about_the_notes_network():
    result = call_alone(build, {})
    found = guesses(NOTES, result, 4)
    values = {guess.code: guess.value for guess in found["shape"]}
    assert values == {
        "window": "(64, 16, 7, 7)",
        "kept": "(64, 16, 14, 14)",
        "more": "(64, 16, 8, 8)",
        "no_batch": "(16, 7, 7)",
        "error": "error",
    }
    totals = {guess.code: guess.value for guess in found["total"]}
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


# --- training -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "shape", "words"),
    [
        ("Linear(100, 10)", (64, 100), "has 100 numbers; a picture has 784"),
        ("Linear(784, 9)", (64, 784), "ten numbers for each picture"),
        ("Linear(100, 10)", (64, 784), "ten numbers for each picture"),
        ("LSTM(28, 10)", (64, 28, 28), "ten numbers for each picture"),
        ("AdaptMe()", (64, 784), "not one of the layers"),
        ("Lambda(preprocess), Conv2d(1, 64, 5, 1, 2), ReLU(), Conv2d(64, 10, 7), AvgPool2d(22), "
         "Flatten()", (64, 784), "million multiply-adds; here up to 5 million"),
    ],
)  # fmt: skip
def test_what_cannot_be_trained_is_refused(text, shape, words):
    with pytest.raises(ValueError, match=words):
        train(read_layers(text), shape)


def test_nothing_to_train_is_refused():
    with pytest.raises(ValueError, match="no parameters"):
        check(read_layers("AvgPool2d(7, 11), Flatten()"), (64, 1, 7, 112))


def test_training_is_what_a_student_would_write():
    small = read_layers("Lambda(preprocess), AvgPool2d(4), Flatten(), Linear(49, 10)")
    result = call_alone(train, {"layers": small})
    assert result == call_alone(train, {"layers": small})
    torch.manual_seed(0)
    model = nn.Sequential(*(made(*layer) for layer in small))
    data = fashion_mnist(), fashion_mnist(False)
    x, test_x = ((torch.tensor(part.images[:2000]) / 255 - 0.286) / 0.353 for part in data)
    y, test_y = (torch.tensor(part.labels[:2000]).long() for part in data)
    opt = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
    for _ in range(EPOCHS):
        order = torch.randperm(2000)
        for start in range(0, 2000, 50):
            rows = order[start : start + 50]
            opt.zero_grad()
            F.cross_entropy(model(x[rows].flatten(1)), y[rows]).backward()
            opt.step()
    right = (model(test_x.flatten(1)).argmax(1) == test_y).float().mean().item()
    assert result.accuracy[-1] == pytest.approx(right, abs=0.01)
    assert result.accuracy[-1] > 0.6
    assert (result.parameters, len(result.accuracy)) == (500, EPOCHS)


def test_the_challenge_can_be_reached():
    small = read_layers(
        "Lambda(preprocess), AvgPool2d(4), Flatten(), Linear(49, 32), ReLU(), Linear(32, 10)"
    )
    notes, own = call_alone(train, {}), call_alone(train, {"layers": small})
    assert reaches(own.parameters, own.accuracy[-1], notes.parameters, notes.accuracy[-1])
    assert not reaches(notes.parameters, 1.0, notes.parameters, notes.accuracy[-1])


def test_the_presets_that_take_pictures_can_be_trained():
    for name in ("notes", "LeNet-like", "LSTM"):
        check(PRESETS[name].layers, PRESETS[name].shape)
