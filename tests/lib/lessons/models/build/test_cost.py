import pytest
import torch
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from lib.lessons.models.build import lesson
from lib.lessons.models.build.cost import multiply_adds
from lib.lessons.models.build.text import read_layers


@pytest.mark.parametrize(
    ("text", "shape"),
    [
        ("Linear(7, 5)", (3, 4, 7)),
        ("Conv2d(2, 6, 3, 2, 1)", (3, 2, 9, 8)),
        ("ConvTranspose2d(2, 6, 3, 2, 1)", (3, 2, 5, 4)),
    ],
)
def test_multiply_adds_are_those_that_pytorch_counts(text, shape):
    (layer,) = read_layers(text)
    with FlopCounterMode(display=False) as counter:
        lesson.made(*layer)(torch.rand(shape))
    assert 2 * multiply_adds(layer, shape) == counter.get_total_flops()


def test_multiply_adds_of_an_lstm_are_those_of_its_matrices():
    rows = [p.numel() for name, p in nn.LSTM(5, 3, 2).named_parameters() if "weight" in name]
    assert multiply_adds(("LSTM", 5, 3, 2), (4, 6, 5)) == 24 * sum(rows)
