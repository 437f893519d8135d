"""Two tensors, one operation: what shape, which dtype, whose memory.

Source: https://docs.pytorch.org/docs/stable/notes/broadcasting.html
"""

from math import prod
from typing import Any, NamedTuple

import torch

from lib.core.rules import OneOf, checked
from lib.lessons.tensors.operate.broadcasting import SMALL, Shape
from lib.lessons.tensors.operate.forms import FORMS, Compute, add_operator

DTYPES = ("float64", "float32", "float16", "bfloat16", "int64", "int32", "uint8", "bool")


class Combined(NamedTuple):
    """What came of one operation.

    Attributes:
        x: the numbers of x beforehand, as nested lists.
        y: the numbers of y beforehand.
        result: the numbers of the result; None if PyTorch refused.
        shape: the result's shape; None if PyTorch refused.
        dtype: the result's dtype; empty if PyTorch refused.
        promoted: the dtype that ``torch.result_type`` gives for x and y.
        memory: whose memory the result uses: "x", "y" or "new"; empty if PyTorch refused.
        error: the kind of error, empty if there was none.
        refused: PyTorch's own words.
    """

    x: Any
    y: Any
    result: Any
    shape: Shape | None
    dtype: str
    promoted: str
    memory: str
    error: str
    refused: str


@checked(
    compute=OneOf(*(form for forms in FORMS.values() for form in forms.values())),
    x_shape=SMALL,
    y_shape=SMALL,
    x_dtype=OneOf(*DTYPES),
    y_dtype=OneOf(*DTYPES),
)
def combine(
    compute: Compute = add_operator,
    x_shape: Shape = (4, 1),
    y_shape: Shape = (3,),
    x_dtype: str = "float32",
    y_dtype: str = "int64",
) -> Combined:
    """Fill x with 10, 20, 30, ... and y with 1, 2, 3, ..., and combine them.

    Args:
        compute: the operation, written in one of its forms.
        x_shape: the shape of x.
        y_shape: the shape of y.
        x_dtype: the kind of number x holds.
        y_dtype: the kind of number y holds.

    Source: https://docs.pytorch.org/docs/stable/tensor_attributes.html#type-promotion-doc
    """
    tens = 10 * torch.arange(1, prod(x_shape) + 1)  # (numbers in x,)
    ones = torch.arange(1, prod(y_shape) + 1)  # (numbers in y,)
    x = tens.reshape(x_shape).to(getattr(torch, x_dtype))  # x_shape
    y = ones.reshape(y_shape).to(getattr(torch, y_dtype))  # y_shape
    before = (x.tolist(), y.tolist())
    promoted = str(torch.result_type(x, y))

    try:
        result = compute(x, y)  # both shapes, stretched
    except RuntimeError as error:
        return Combined(*before, None, None, "", promoted, "", type(error).__name__, str(error))

    owners = {x.data_ptr(): "x", y.data_ptr(): "y"}
    return Combined(
        *before,
        result=result.tolist(),
        shape=tuple(result.shape),
        dtype=str(result.dtype),
        promoted=promoted,
        memory=owners.get(result.data_ptr(), "new"),
        error="",
        refused="",
    )
