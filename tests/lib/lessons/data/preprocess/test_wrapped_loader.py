import ast
import inspect
import textwrap

import numpy as np
import pytest
import torch
from torch.utils.data import DataLoader, RandomSampler, TensorDataset

from lib.core.isolation import call_alone
from lib.datasets.fashion_mnist import fashion_mnist
from lib.lessons.data.preprocess.wrapped_loader import (
    TRAIN,
    VALID,
    WrappedDataLoader,
    get_data,
    load,
    preprocess,
)

NOTES = """
class WrappedDataLoader:
    def __init__(self, dl, func):
        self.dl = dl
        self.func = func

    def __len__(self):
        return len(self.dl)

    def __iter__(self):
        batches = iter(self.dl)
        for b in batches:
            yield (self.func(*b))

def preprocess(x, y):
    return x.view(-1, 1, 28, 28).to(device), y.to(device)
"""


def test_the_notes_code_is_theirs_word_for_word():
    ours = "\n".join(map(inspect.getsource, (WrappedDataLoader, preprocess)))
    assert ast.dump(ast.parse(textwrap.dedent(ours))) == ast.dump(ast.parse(NOTES))


@pytest.mark.parametrize("bs", [8, 64, 100, 128])
def test_wrapping_changes_the_shape_and_not_the_number_of_batches(bs):
    wrapped, plain = (call_alone(load, {"wrap": wrap, "bs": bs}) for wrap in (True, False))
    assert wrapped.batch == plain.batch == plain.given == ((bs, 784), (bs,))
    assert wrapped.given == ((bs, 1, 28, 28), (bs,))
    assert wrapped.output == (bs, 10)
    assert plain.output == ()
    assert plain.error.startswith("RuntimeError: Expected 3D (unbatched) or 4D (batched)")
    for each in (wrapped, plain):
        assert each.item == ((784,), ())
        assert each.train_length == -(-TRAIN // bs)
        assert each.valid_length == -(-VALID // (2 * bs))
        assert each.valid_batch == min(VALID, 2 * bs)
        assert each.passes == (each.train_length, each.train_length)
    assert (wrapped.loader, plain.loader) == ("WrappedDataLoader", "DataLoader")
    assert (wrapped.dataset, plain.dataset) == (False, True)


def test_the_pictures_are_those_of_fashion_mnist():
    known = {image.tobytes() for image in fashion_mnist(True).images[:TRAIN]}
    shown = call_alone(load, {"wrap": True, "bs": 16}).images
    assert shown.shape == (8, 1, 28, 28)
    for image in (shown * 255).round().astype(np.uint8):
        assert image[0].tobytes() in known


def test_get_data_is_two_loaders_one_shuffled_the_other_twice_as_large():
    data = TensorDataset(torch.arange(50.0), torch.arange(50))
    train, valid = get_data(data, data, 10)
    assert isinstance(train.sampler, RandomSampler)
    assert (train.batch_size, valid.batch_size) == (10, 20)
    assert next(iter(valid))[1].tolist() == [*range(20)]


def test_the_wrapper_starts_over_for_every_loop():
    data = TensorDataset(torch.rand(6, 784), torch.arange(6))
    wrapped = WrappedDataLoader(DataLoader(data, batch_size=4), preprocess)
    for _ in range(2):
        assert [tuple(x.shape) for x, _ in wrapped] == [(4, 1, 28, 28), (2, 1, 28, 28)]
    assert len(wrapped) == 2


def test_same_settings_same_result():
    once, again = (call_alone(load, {"bs": 32}) for _ in range(2))
    np.testing.assert_array_equal(once.images, again.images)
    assert once._replace(images=None) == again._replace(images=None)


@pytest.mark.parametrize(
    ("bad", "says"),
    [({"bs": 7}, "bs=7 is out of range: 8 to 128"), ({"wrap": 1}, "wrap=1 is not one of: True")],
)
def test_a_setting_that_is_not_allowed_is_refused(bad, says):
    with pytest.raises(ValueError, match=says):
        load(**bad)
