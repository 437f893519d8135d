import pytest

from lib.core.isolation import call_alone
from lib.lessons.models.build.layer_kinds import CONVOLUTIONAL, layers_text
from lib.lessons.models.build.lesson import build
from lib.lessons.models.build.suggestions import suggest
from lib.lessons.models.build.text import read_layers


@pytest.mark.parametrize(
    ("text", "shape", "code", "fixed"),
    [
        ("Linear(9, 2)", (4, 7), "number", "Linear(7, 2)"),
        ("Conv2d(3, 2, 3)", (4, 1, 8, 8), "number", "Conv2d(1, 2, kernel_size=3)"),
        ("Conv2d(3, 2, 9)", (4, 1, 8, 8), "number", "Conv2d(1, 2, kernel_size=8)"),
        ("MaxPool2d(9)", (4, 1, 8, 8), "number", "MaxPool2d(8)"),
        ("MaxPool2d(2, padding=2)", (4, 1, 8, 8), "number", "MaxPool2d(2, padding=1)"),
        ("Linear(64, 2)", (4, 1, 8, 8), "before", "Flatten(), Linear(64, 2)"),
        ("Linear(9, 2)", (4, 1, 8, 8), "both", "Flatten(), Linear(64, 2)"),
        ("Conv2d(1, 2, 3)", (4, 784), "before", "Lambda(preprocess), Conv2d(1, 2, kernel_size=3)"),
        ("LSTM(5, 3), ReLU()", (4, 2, 5), "steps", "LSTM(5, 3), Lambda(last_step), ReLU()"),
        ("LSTM(5, 3), Linear(9, 2)", (4, 2, 5), "steps_both",
         "LSTM(5, 3), Lambda(last_step), Linear(3, 2)"),
        ("LSTM(9, 3)", (4, 2, 5), "number", "LSTM(5, 3)"),
        ("Flatten(0), Linear(64, 2)", (4, 1, 8, 8), "batch", "Flatten(), Linear(64, 2)"),
        ("BatchNorm2d(3)", (4, 7), "number", "BatchNorm1d(7)"),
        ("LayerNorm(3)", (4, 7), "number", "LayerNorm(7)"),
        ("ReLU(), Softmax(3)", (4, 7), "without", "ReLU()"),
    ],
)  # fmt: skip
def test_the_suggestion_lets_the_layer_work(text, shape, code, fixed):
    found = call_alone(suggest, {"layers": read_layers(text), "shape": shape})
    assert (found.code, layers_text(found.layers)) == (code, fixed)
    assert call_alone(build, {"layers": read_layers(fixed), "shape": shape}).refused == ""
    template, fields = found.sentence
    assert "{" not in template.format(**fields)


def test_there_is_no_suggestion_where_nothing_is_wrong_or_nothing_helps():
    assert suggest(CONVOLUTIONAL, (64, 784)) is None
    assert suggest((("Softmax", 3),), (4, 7)) is None
