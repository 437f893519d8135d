import numpy as np
import pytest
import torch
from hypothesis import given, settings

from lib.core.isolation import call_alone
from lib.lessons.tensors.numpy_bridge import lesson as bridge
from lib.lessons.tensors.numpy_bridge import metrics
from tests.lib.lessons.tensors.numpy_bridge.samples import conversions, converted


@given(conversions())
@settings(deadline=None, max_examples=100)
def test_addresses_agree_with_the_lesson(choice):
    direction, method, change, dtype, size = choice
    result = converted(*choice)
    at = metrics.addresses(
        bridge.METHODS[direction][method], bridge.CHANGES[direction][change], dtype, size
    )
    assert (at.array_before == at.tensor_before) == result.before.shared
    assert (at.array_after == at.tensor_after) == result.after.shared
    source = (at.array_before, at.array_after) if result.source == "a" else at[1::2]
    other = at[1::2] if result.source == "a" else (at.array_before, at.array_after)
    assert (source[0] != source[1]) == result.moved
    assert other[0] == other[1]


@pytest.mark.parametrize(
    ("method", "change", "dtype", "size", "says"),
    [
        (
            bridge.from_numpy,
            bridge.tensor_rebind,
            "float64",
            5,
            "change=tensor_rebind is not one of",
        ),
        (torch.from_numpy, bridge.array_rebind, "float64", 5, "method=from_numpy is not one of"),
        (bridge.to_numpy, bridge.tensor_rebind, "bool", 5, "dtype='bool' is not one of"),
        (bridge.to_numpy, bridge.tensor_rebind, "int32", 0, "size=0 is out of range: 2 to 8"),
    ],
)
def test_addresses_refuse_what_the_lesson_refuses(method, change, dtype, size, says):
    with pytest.raises(ValueError, match=says):
        metrics.addresses(method, change, dtype, size)


def test_one_number_is_the_tensors_own_in_full():
    one = call_alone(metrics.one_number, {"seed": 3})
    x = torch.randn(1, generator=torch.Generator().manual_seed(3))
    assert type(one.item) is float
    assert one.item == float(x.numpy()[0])
    assert one.printed == f"tensor([{one.item:.4f}])"
    assert call_alone(metrics.one_number, {"seed": 3}) == one
    assert call_alone(metrics.one_number, {"seed": 4}) != one


def test_default_dtypes_are_32_bits_in_pytorch_and_64_in_numpy():
    made = metrics.default_dtypes(4)
    bits = {name: int(dtype[-2:]) for name, dtype in made._asdict().items()}
    assert {name for name, count in bits.items() if count == 32} == {
        "torch_ones",
        "torch_ones_numpy",
        "torch_tensor_of_list",
    }
    assert {name for name, count in bits.items() if count == 64} == {
        "np_ones",
        "from_numpy_np_ones",
        "np_array_of_list",
    }


def test_every_dtype_of_the_lesson_has_its_twin_and_bfloat16_has_none():
    for dtype in (*bridge.DTYPES, "bool"):
        twin = torch.ones(1, dtype=getattr(torch, dtype)).numpy()
        assert twin.dtype == np.dtype(dtype)
    with pytest.raises(TypeError, match="BFloat16"):
        torch.ones(1, dtype=torch.bfloat16).numpy()


@pytest.mark.parametrize(
    ("function", "bad"),
    [
        (metrics.one_number, {"seed": -1}),
        (metrics.default_dtypes, {"size": 0}),
    ],
)
def test_the_metrics_refuse_bad_settings(function, bad):
    [(name, value)] = bad.items()
    with pytest.raises(ValueError, match=f"{name}={value!r} is "):
        function(**bad)
