from math import prod

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from lib.core.isolation import call_alone
from lib.lessons.tensors.create import lesson as create
from lib.lessons.tensors.create.settings import LENGTHS
from tests.pages.strategies import strategy

# What NumPy and the documentation say, without asking PyTorch.
ITEM_BYTES = {
    "float64": 8,
    "float32": 4,
    "float16": 2,
    "bfloat16": 2,
    "int64": 8,
    "int32": 4,
    "int8": 1,
    "uint8": 1,
    "bool": 1,
    "complex64": 8,
}
INTEGERS = {"int64", "int32", "int8", "uint8"}
NAMED = st.sampled_from(list(ITEM_BYTES))
SHAPES = strategy(create.make.rules["shape"])
FIXED = {
    create.zeros: np.zeros,
    create.ones: np.ones,
    create.new_ones: np.ones,
    create.zeros_like: np.zeros,
    create.arange: lambda shape: np.arange(prod(shape)).reshape(shape),
    create.empty: lambda shape: np.full(shape, 7),
}
# Without a dtype: PyTorch's default for fractions, for whole numbers, or what x has.
DEFAULTS = {
    **dict.fromkeys(create.CONSTRUCTORS.values(), "float32"),
    create.arange: "int64",
    create.randint: "int64",
    create.full: "int64",  # of the whole number 7
    create.new_ones: "float64",
    create.zeros_like: "float64",
    create.randn_like: "float64",
}
each_constructor = pytest.mark.parametrize(
    "constructor", create.CONSTRUCTORS.values(), ids=lambda function: function.__name__
)


def made(constructor, shape=(5, 3), dtype="default", **more):
    return call_alone(
        create.make, {"constructor": constructor, "shape": shape, "dtype": dtype, **more}
    )


def refused(constructor, dtype, count=2):
    """Whether PyTorch has no such numbers to give, by what the numbers are."""
    if constructor in (create.rand, create.randn, create.randn_like):
        return dtype in INTEGERS | {"bool"}
    if constructor in (create.randint, create.arange):
        return dtype in ("bool", "complex64")
    return constructor is create.linspace and dtype == "bool" and count > 1


# --- the registries -------------------------------------------------------------------------------


def test_each_constructor_calls_what_it_is_named_by():
    for name, function in create.CONSTRUCTORS.items():
        assert name.partition(".")[2] == function.__name__
        assert function.__name__ in function.__code__.co_names


def test_the_dtypes_are_named_as_pytorch_and_numpy_name_them():
    for name, dtype in create.DTYPES.items():
        if dtype:
            assert str(dtype) == f"torch.{name}"
            assert name == "bfloat16" or np.dtype(name).itemsize == ITEM_BYTES[name]
    assert set(create.DTYPES) == {"default", *ITEM_BYTES}


# --- the lesson -----------------------------------------------------------------------------------


@each_constructor
@given(shape=SHAPES, dtype=NAMED)
@settings(deadline=None, max_examples=25)
def test_the_facts_follow_from_shape_and_dtype(constructor, shape, dtype):
    shape = shape[:2] if constructor is create.eye else shape
    if constructor is create.tensor:
        shape = (2,)
    x = made(constructor, shape, dtype)
    if refused(constructor, dtype, prod(shape)):
        assert x.values is None
        assert x == create.Made(refused=x.refused)
        assert x.refused.startswith(("RuntimeError: ", "NotImplementedError: "))
        return
    if constructor is create.eye and len(shape) == 1:
        shape = shape * 2
    count = prod(shape)
    assert x.refused == ""
    assert (x.shape, x.ndim, x.numel) == (shape, len(shape), count)
    assert (x.dtype, x.device) == (f"torch.{dtype}", "cpu")
    assert (x.element_size, x.nbytes) == (ITEM_BYTES[dtype], count * ITEM_BYTES[dtype])
    assert x.values.shape == shape
    assert x.values.dtype == ("float32" if dtype == "bfloat16" else dtype)
    assert dtype == "bfloat16" or x.values.nbytes == x.nbytes


@each_constructor
def test_without_a_dtype_the_numbers_or_x_decide(constructor):
    assert made(constructor).dtype == f"torch.{DEFAULTS[constructor]}"


@pytest.mark.parametrize("constructor", FIXED, ids=lambda function: function.__name__)
@given(shape=SHAPES, dtype=NAMED)
@settings(deadline=None, max_examples=25)
def test_what_is_not_random_is_what_numpy_makes(constructor, shape, dtype):
    if refused(constructor, dtype):
        return
    kept = "float32" if dtype == "bfloat16" else dtype
    expected = FIXED[constructor](shape).astype(kept)
    np.testing.assert_array_equal(made(constructor, shape, dtype).values, expected)


@given(shape=SHAPES)
@settings(deadline=None, max_examples=25)
def test_linspace_has_both_ends(shape):
    expected = np.linspace(0, 1, prod(shape)).reshape(shape)
    np.testing.assert_allclose(made(create.linspace, shape, "float64").values, expected)


@pytest.mark.parametrize("shape", [(1,), (4,), (2, 5), (5, 2)])
def test_eye_is_a_matrix(shape):
    np.testing.assert_array_equal(made(create.eye, shape).values, np.eye(*shape))


def test_eye_refuses_more_than_two_lengths():
    assert made(create.eye, (2, 2, 2)).refused.startswith("TypeError: eye() received an invalid")


@pytest.mark.parametrize("fill", create.FILLS.values(), ids=repr)
@pytest.mark.parametrize("dtype", create.DTYPES)
def test_full_converts_without_a_word(fill, dtype):
    x = made(create.full, (2, 2), dtype, fill=fill)
    kind = {int: "int64", float: "float32", bool: "bool"}[type(fill)]
    kept = kind if dtype == "default" else dtype
    assert x.dtype == f"torch.{kept}"
    kept = "float32" if kept == "bfloat16" else kept
    # NumPy: a fraction is dropped, -1 becomes 255 in uint8, all but 0 is True.
    np.testing.assert_array_equal(x.values, np.full((2, 2), np.array(fill).astype(kept)))


@pytest.mark.parametrize(
    ("rows", "kind"),
    [
        ((5.5, 3), "float32"),
        ((5, 3), "int64"),
        (((1, 2), (3, 4)), "int64"),
        (((1, 2.5),), "float32"),
    ],
)
def test_tensor_copies_the_numbers_and_they_decide(rows, kind):
    x = made(create.tensor, rows=rows)
    assert x.dtype == f"torch.{kind}"
    np.testing.assert_array_equal(x.values, np.array(rows, dtype=kind))


def test_tensor_refuses_rows_of_unequal_length_and_numbers_that_do_not_fit():
    uneven = made(create.tensor, rows=((1, 2), (3,)))
    assert uneven.refused == "ValueError: expected sequence of length 2 at dim 1 (got 1)"
    large = made(create.tensor, dtype="int8", rows=(300,))
    assert large.refused.startswith("RuntimeError: value cannot be converted to type int8")


# --- what is random -------------------------------------------------------------------------------


@pytest.mark.parametrize("constructor", create.RANDOM, ids=lambda function: function.__name__)
@pytest.mark.parametrize("dtype", ["default", "float16"])
def test_the_seed_decides_alone(constructor, dtype):
    first, again, other = (made(constructor, (4, 4), dtype, seed=seed) for seed in (3, 3, 4))
    np.testing.assert_array_equal(first.values, again.values)
    assert not np.array_equal(first.values, other.values)


def test_random_numbers_are_those_of_a_generator_with_that_seed():
    generator = torch.Generator().manual_seed(7)
    expected = torch.rand((5, 3), generator=generator)
    np.testing.assert_array_equal(made(create.rand, seed=7).values, expected.numpy())


@given(seed=strategy(create.SEED))
@settings(deadline=None, max_examples=30)
def test_random_numbers_keep_to_their_range(seed):
    even = made(create.rand, (6, 6), seed=seed).values
    whole = made(create.randint, (6, 6), seed=seed).values
    assert even.min() >= 0
    assert even.max() < 1
    assert set(np.unique(whole)) <= set(range(10))


def test_nothing_random_is_left_behind():
    torch.manual_seed(1)
    expected = torch.rand(3)
    torch.manual_seed(1)
    made(create.randn)
    assert torch.equal(torch.rand(3), expected)


@pytest.mark.parametrize(
    ("bad", "says"),
    [
        ({"constructor": torch.rand}, r"constructor=rand is not one of: empty, zeros, ones, full"),
        ({"shape": (7, 2)}, r"shape=\(7, 2\) is out of range: \(1, ...\) to \(6, 6\)"),
        ({"shape": (0,)}, r"shape=\(0,\) is out of range: \(1, ...\) to \(12,\)"),
        ({"shape": ()}, r"shape=\(\) has 0 axes: 1 to 4 are allowed"),
        ({"shape": (1,) * 5}, r"shape=\(1, 1, 1, 1, 1\) has 5 axes: 1 to 4 are allowed"),
        ({"shape": (2.0, 3)}, r"shape=\(2.0, 3\) is not a tuple of whole numbers such as"),
        ({"shape": (True,)}, r"shape=\(True,\) is not a tuple of whole numbers"),
        ({"shape": 5}, r"shape=5 is not a tuple of whole numbers"),
        ({"dtype": "float8"}, r"dtype='float8' is not one of: 'default', 'float64'"),
        ({"seed": -1}, r"seed=-1 is out of range: 0 to 99"),
        ({"fill": 8}, r"fill=8 is not one of: 7, 7.0, 2.5, -1, True"),
        ({"rows": [1, 2]}, r"rows=\[1, 2\] is not a tuple such as"),
        ({"rows": ()}, r"rows=\(\) is not a tuple such as"),
        ({"rows": (1,) * 9}, r"up to 6 rows of 1 to 8 numbers"),
        ({"rows": ((1,),) * 7}, r"up to 6 rows of 1 to 8 numbers"),
        ({"rows": ((1,), ())}, r"up to 6 rows of 1 to 8 numbers"),
        ({"rows": (1, "2")}, r"'2' is not a number"),
        ({"rows": (1, (2,))}, r"\(2,\) is not a number"),
        ({"rows": (True,)}, r"True is not a number"),
        ({"rows": (2e6,)}, r"2000000.0 is out of range: -1000000 to 1000000"),
        ({"rows": (float("nan"),)}, r"nan is out of range"),
    ],
)
def test_a_setting_that_is_not_allowed_is_refused(bad, says):
    with pytest.raises(ValueError, match=says):
        create.make(**bad)


def test_the_largest_shapes_are_allowed():
    for most in LENGTHS.values():
        assert made(create.zeros, most).shape == most


# --- memory ---------------------------------------------------------------------------------------


def test_empty_memory_is_counted_whatever_lies_there():
    found = create.leftovers()
    assert found.sevens + found.others == found.asked == 1000


def test_the_bytes_of_one_element_are_those_of_numpy():
    sizes = create.element_sizes()
    assert "default" not in sizes
    for name, size in sizes.items():
        assert size == (2 if name == "bfloat16" else np.dtype(name).itemsize)
