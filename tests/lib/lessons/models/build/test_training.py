import pytest
import torch
import torch.nn.functional as F  # noqa: N812
from torch import nn

from lib.core.isolation import call_alone
from lib.datasets.fashion_mnist import fashion_mnist
from lib.lessons.models.build.layer_kinds import PRESETS
from lib.lessons.models.build.lesson import made
from lib.lessons.models.build.questions import reaches
from lib.lessons.models.build.text import read_layers
from lib.lessons.models.build.training import EPOCHS, check, train


@pytest.mark.parametrize(
    ("text", "shape", "words"),
    [
        ("Linear(100, 10)", (64, 100), "has 100 numbers; an image has 784"),
        ("Linear(784, 9)", (64, 784), "ten numbers for each image"),
        ("Linear(100, 10)", (64, 784), "ten numbers for each image"),
        ("LSTM(28, 10)", (64, 28, 28), "ten numbers for each image"),
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
    theirs, own = call_alone(train, {}), call_alone(train, {"layers": small})
    assert reaches(own.parameters, own.accuracy[-1], theirs.parameters, theirs.accuracy[-1])
    assert not reaches(theirs.parameters, 1.0, theirs.parameters, theirs.accuracy[-1])


def test_the_presets_that_take_images_can_be_trained():
    for name in ("convolutional", "LeNet-like", "LSTM"):
        check(PRESETS[name].layers, PRESETS[name].shape)
