"""To NumPy and back: which conversions share memory, and what a change of one side does.

``a`` is always the array and ``t`` always the tensor.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import torch

from lib.core.rules import Between, Checked, OneOf, checked


class Sides(NamedTuple):
    """Both sides at one moment.

    Attributes:
        array: the numbers of the array.
        tensor: the numbers of the tensor.
        array_dtype: such as "float64".
        tensor_dtype: such as "torch.float64".
        array_bytes: the size of the array's numbers in memory.
        tensor_bytes: the size of the tensor's numbers in memory.
        shared: whether the two use the same memory (``np.shares_memory``).
        same_address: whether their first elements sit at the same address.
    """

    array: tuple[float, ...]
    tensor: tuple[float, ...]
    array_dtype: str
    tensor_dtype: str
    array_bytes: int
    tensor_bytes: int
    shared: bool
    same_address: bool


class Conversion(NamedTuple):
    """One conversion, and one change of the source after it.

    Attributes:
        source: the name that was there first and is changed later: "a" or "t".
        before: both sides right after the conversion.
        after: both sides after the change.
        moved: whether the source's name stands for other memory after the change than before.
        first: ``t[0].item()`` after the change, a Python number.
    """

    source: str
    before: Sides
    after: Sides
    moved: bool
    first: float


def sides(a: np.ndarray, t: torch.Tensor) -> Sides:
    """Return what both sides hold right now."""
    return Sides(
        array=tuple(a.tolist()),
        tensor=tuple(t.tolist()),
        array_dtype=str(a.dtype),
        tensor_dtype=str(t.dtype),
        array_bytes=a.nbytes,
        tensor_bytes=t.nbytes,
        shared=np.shares_memory(a, t.numpy()),
        same_address=a.ctypes.data == t.data_ptr(),
    )


# --- conversions: an array in, a tensor out -------------------------------------------------------


def from_numpy(a: np.ndarray) -> torch.Tensor:
    """Give the array's memory a second name."""
    return torch.from_numpy(a)


def as_tensor(a: np.ndarray) -> torch.Tensor:
    """Share the memory where that is possible, as it is here."""
    return torch.as_tensor(a)


def tensor(a: np.ndarray) -> torch.Tensor:
    """Copy, always."""
    return torch.tensor(a)


def from_numpy_clone(a: np.ndarray) -> torch.Tensor:
    """Share first, then copy."""
    return torch.from_numpy(a).clone()


def from_numpy_float(a: np.ndarray) -> torch.Tensor:
    """Convert to float32, which copies unless the numbers are float32 already."""
    return torch.from_numpy(a).float()


# --- conversions: a tensor in, an array out -------------------------------------------------------


def to_numpy(t: torch.Tensor) -> np.ndarray:
    """Give the tensor's memory a second name."""
    return t.numpy()


def to_numpy_force(t: torch.Tensor) -> np.ndarray:
    """Detach and move to the CPU where needed; a plain CPU tensor needs neither, so share."""
    return t.numpy(force=True)


def detach_cpu_numpy(t: torch.Tensor) -> np.ndarray:
    """Do the same in three steps; none of them copies a CPU tensor."""
    return t.detach().cpu().numpy()


def clone_numpy(t: torch.Tensor) -> np.ndarray:
    """Copy first, then convert."""
    return t.clone().numpy()


def to_numpy_astype(t: torch.Tensor) -> np.ndarray:
    """Convert to float32 with NumPy, which copies even float32."""
    return t.numpy().astype(np.float32)


# --- changes: each returns what the name stands for afterwards ------------------------------------


def array_plus_equals(a: np.ndarray) -> np.ndarray:
    """Add in place."""
    a += 1
    return a


def array_add_out(a: np.ndarray) -> np.ndarray:
    """Add and write the sum into the array."""
    np.add(a, 1, out=a)
    return a


def array_slice_assign(a: np.ndarray) -> np.ndarray:
    """Make a new array, then write its numbers into the old memory."""
    a[:] = a + 1
    return a


def array_rebind(a: np.ndarray) -> np.ndarray:
    """Make a new array and give it the old name."""
    a = a + 1
    return a


def tensor_plus_equals(t: torch.Tensor) -> torch.Tensor:
    """Add in place."""
    t += 1
    return t


def tensor_add_(t: torch.Tensor) -> torch.Tensor:
    """Add in place; the underscore says so."""
    t.add_(1)
    return t


def tensor_add_out(t: torch.Tensor) -> torch.Tensor:
    """Add and write the sum into the tensor."""
    torch.add(t, 1, out=t)
    return t


def tensor_slice_assign(t: torch.Tensor) -> torch.Tensor:
    """Make a new tensor, then write its numbers into the old memory."""
    t[:] = t + 1
    return t


def tensor_rebind(t: torch.Tensor) -> torch.Tensor:
    """Make a new tensor and give it the old name."""
    t = t + 1
    return t


# --- what there is to choose from -----------------------------------------------------------------

TO_TORCH = "numpy->torch"
TO_NUMPY = "torch->numpy"

METHODS: dict[str, dict[str, Callable[[Any], Any]]] = {
    TO_TORCH: {
        "torch.from_numpy(a)": from_numpy,
        "torch.as_tensor(a)": as_tensor,
        "torch.tensor(a)": tensor,
        "torch.from_numpy(a).clone()": from_numpy_clone,
        "torch.from_numpy(a).float()": from_numpy_float,
    },
    TO_NUMPY: {
        "t.numpy()": to_numpy,
        "t.numpy(force=True)": to_numpy_force,
        "t.detach().cpu().numpy()": detach_cpu_numpy,
        "t.clone().numpy()": clone_numpy,
        "t.numpy().astype(np.float32)": to_numpy_astype,
    },
}

CHANGES: dict[str, dict[str, Callable[[Any], Any]]] = {
    TO_TORCH: {
        "a = a + 1": array_rebind,
        "a += 1": array_plus_equals,
        "np.add(a, 1, out=a)": array_add_out,
        "a[:] = a + 1": array_slice_assign,
    },
    TO_NUMPY: {
        "t = t + 1": tensor_rebind,
        "t += 1": tensor_plus_equals,
        "t.add_(1)": tensor_add_,
        "torch.add(t, 1, out=t)": tensor_add_out,
        "t[:] = t + 1": tensor_slice_assign,
    },
}

# bool is left out: adding 1 to it in place is an error on both sides. bfloat16 has no NumPy twin.
DTYPES = ("float64", "float32", "float16", "int64", "int32", "uint8")
SIZES = Between(2, 8)


# --- the lesson -----------------------------------------------------------------------------------


@checked(
    method=OneOf(*METHODS[TO_TORCH].values()),
    change=OneOf(*CHANGES[TO_TORCH].values()),
    dtype=OneOf(*DTYPES),
    size=SIZES,
)
def array_to_tensor(
    method: Callable[[np.ndarray], torch.Tensor] = from_numpy,
    change: Callable[[np.ndarray], np.ndarray] = array_rebind,
    dtype: str = "float64",
    size: int = 5,
) -> Conversion:
    """Convert from NumPy to PyTorch, change the array, and look at both sides.

    Args:
        method: how the array becomes a tensor.
        change: what is done to the array afterwards.
        dtype: the kind of number the array holds.
        size: how many there are.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.from_numpy.html
    """
    a = np.ones(size, dtype=dtype)  # (size,)
    t = method(a)  # (size,)
    before = sides(a, t)
    address = a.ctypes.data

    a = change(a)  # (size,)
    return Conversion("a", before, sides(a, t), a.ctypes.data != address, t[0].item())


@checked(
    method=OneOf(*METHODS[TO_NUMPY].values()),
    change=OneOf(*CHANGES[TO_NUMPY].values()),
    dtype=OneOf(*DTYPES),
    size=SIZES,
)
def tensor_to_array(
    method: Callable[[torch.Tensor], np.ndarray] = to_numpy,
    change: Callable[[torch.Tensor], torch.Tensor] = tensor_rebind,
    dtype: str = "float32",
    size: int = 5,
) -> Conversion:
    """Convert from PyTorch to NumPy, change the tensor, and look at both sides.

    Args:
        method: how the tensor becomes an array.
        change: what is done to the tensor afterwards.
        dtype: the kind of number the tensor holds.
        size: how many there are.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.Tensor.numpy.html
    """
    t = torch.ones(size, dtype=getattr(torch, dtype))  # (size,)
    a = method(t)  # (size,)
    before = sides(a, t)
    address = t.data_ptr()

    t = change(t)  # (size,)
    return Conversion("t", before, sides(a, t), t.data_ptr() != address, t[0].item())


CONVERSIONS: dict[str, Checked[..., Conversion]] = {
    TO_TORCH: array_to_tensor,
    TO_NUMPY: tensor_to_array,
}
