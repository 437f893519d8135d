"""Every way to write an operation on x and y: operator, function, ``out=``, in place.

A name that ends with an underscore changes the tensor before the dot, and returns it.
"""

from collections.abc import Callable

import torch

Compute = Callable[[torch.Tensor, torch.Tensor], torch.Tensor]


# --- add ------------------------------------------------------------------------------------------


def add_operator(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    """Add with the operator; the result is new."""
    return x + y


def add_function(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    """Add with the function; the same as the operator."""
    return torch.add(x, y)


def add_out(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    """Add and write into a result that is there already, here float32."""
    result = torch.empty(torch.broadcast_shapes(x.shape, y.shape))  # stretched shape
    torch.add(x, y, out=result)
    return result


def add_in_place(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    """Add in place: x is overwritten."""
    return x.add_(y)


def add_into_y(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    """Add in place: y is overwritten."""
    return y.add_(x)


# --- sub ------------------------------------------------------------------------------------------


def sub_operator(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    """Subtract with the operator; the result is new."""
    return x - y


def sub_function(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    """Subtract with the function; the same as the operator."""
    return torch.sub(x, y)


def sub_out(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    """Subtract and write into a result that is there already, here float32."""
    result = torch.empty(torch.broadcast_shapes(x.shape, y.shape))  # stretched shape
    torch.sub(x, y, out=result)
    return result


def sub_in_place(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    """Subtract in place: x is overwritten."""
    return x.sub_(y)


# --- mul ------------------------------------------------------------------------------------------


def mul_operator(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    """Multiply with the operator; the result is new."""
    return x * y


def mul_function(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    """Multiply with the function; the same as the operator."""
    return torch.mul(x, y)


def mul_out(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    """Multiply and write into a result that is there already, here float32."""
    result = torch.empty(torch.broadcast_shapes(x.shape, y.shape))  # stretched shape
    torch.mul(x, y, out=result)
    return result


def mul_in_place(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    """Multiply in place: x is overwritten."""
    return x.mul_(y)


# --- div ------------------------------------------------------------------------------------------


def div_operator(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    """Divide with the operator; the result is new."""
    return x / y


def div_function(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    """Divide with the function; the same as the operator."""
    return torch.div(x, y)


def div_out(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    """Divide and write into a result that is there already, here float32."""
    result = torch.empty(torch.broadcast_shapes(x.shape, y.shape))  # stretched shape
    torch.div(x, y, out=result)
    return result


def div_in_place(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    """Divide in place: x is overwritten."""
    return x.div_(y)


# --- pow ------------------------------------------------------------------------------------------


def pow_operator(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    """Raise x to the power y with the operator; the result is new."""
    return x**y


def pow_function(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    """Raise x to the power y with the function; the same as the operator."""
    return torch.pow(x, y)


def pow_out(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    """Raise x to the power y and write into a result that is there already, here float32."""
    result = torch.empty(torch.broadcast_shapes(x.shape, y.shape))  # stretched shape
    torch.pow(x, y, out=result)
    return result


def pow_in_place(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    """Raise x to the power y in place: x is overwritten."""
    return x.pow_(y)


# --- matmul, maximum ------------------------------------------------------------------------------


def matmul_operator(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    """Multiply matrices: rows of x times columns of y."""
    return x @ y


def matmul_function(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    """Multiply matrices with the function; the same as the operator."""
    return torch.matmul(x, y)


def matmul_out(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    """Multiply matrices and write into a result that is there already, here float32."""
    result = torch.empty(0)  # matmul gives it its shape
    torch.matmul(x, y, out=result)
    return result


def maximum_function(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    """Take the larger of the two, number by number."""
    return torch.maximum(x, y)


def maximum_out(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    """Take the larger one and write it into a result that is there already, here float32."""
    result = torch.empty(torch.broadcast_shapes(x.shape, y.shape))  # stretched shape
    torch.maximum(x, y, out=result)
    return result


# --- what there is to choose from -----------------------------------------------------------------

FORMS: dict[str, dict[str, Compute]] = {
    "add": {
        "x + y": add_operator,
        "torch.add(x, y)": add_function,
        "torch.add(x, y, out=result)": add_out,
        "x.add_(y)": add_in_place,
        "y.add_(x)": add_into_y,
    },
    "sub": {
        "x - y": sub_operator,
        "torch.sub(x, y)": sub_function,
        "torch.sub(x, y, out=result)": sub_out,
        "x.sub_(y)": sub_in_place,
    },
    "mul": {
        "x * y": mul_operator,
        "torch.mul(x, y)": mul_function,
        "torch.mul(x, y, out=result)": mul_out,
        "x.mul_(y)": mul_in_place,
    },
    "div": {
        "x / y": div_operator,
        "torch.div(x, y)": div_function,
        "torch.div(x, y, out=result)": div_out,
        "x.div_(y)": div_in_place,
    },
    "pow": {
        "x**y": pow_operator,
        "torch.pow(x, y)": pow_function,
        "torch.pow(x, y, out=result)": pow_out,
        "x.pow_(y)": pow_in_place,
    },
    "matmul": {
        "x @ y": matmul_operator,
        "torch.matmul(x, y)": matmul_function,
        "torch.matmul(x, y, out=result)": matmul_out,
    },
    "maximum": {
        "torch.maximum(x, y)": maximum_function,
        "torch.maximum(x, y, out=result)": maximum_out,
    },
}


def operation_of(compute: Compute) -> str:
    """Return the operation that a form writes."""
    return next(name for name, forms in FORMS.items() if compute in forms.values())


def line_of(compute: Compute) -> str:
    """Return a form as Python writes it."""
    return next(text for text, each in FORMS[operation_of(compute)].items() if each is compute)
