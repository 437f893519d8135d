"""One number changes its dtype: what is cut, rounded, wrapped around or lost.

Source: https://docs.pytorch.org/docs/stable/generated/torch.Tensor.to.html
"""

from math import inf, isfinite
from typing import NamedTuple

import torch

from lib.core.rules import Between, OneOf, checked

Number = float | int | bool

SOURCES = ("float64", "float32", "int64", "int32", "uint8", "bool")
VALUE = Between(-100_000.0, 100_000.0)
# A shorter way to write each conversion.
SHORTER = {
    "uint8": "x.byte()",
    "int8": "x.char()",
    "int16": "x.short()",
    "int32": "x.int()",
    "int64": "x.long()",
    "float16": "x.half()",
    "bfloat16": "x.bfloat16()",
    "float32": "x.float()",
    "float64": "x.double()",
    "bool": "x.bool()",
}
TARGETS = tuple(SHORTER)


class Converted(NamedTuple):
    """One number before and after.

    Attributes:
        stored: what x really holds; None if its dtype cannot hold the value.
        became: what y holds.
        back: what y holds once it is converted back.
        old_name: y's type by the name that old programs use.
        new_bytes: how much memory the conversion took for the number; 0 if y is x itself.
        refused: PyTorch's own words if it refused to make x.
    """

    stored: Number | None
    became: Number | None
    back: Number | None
    old_name: str
    new_bytes: int
    refused: str


@checked(value=VALUE, source=OneOf(*SOURCES), target=OneOf(*TARGETS))
def convert(value: float = 300.0, source: str = "float32", target: str = "uint8") -> Converted:
    """Make a tensor of one number, convert it, and convert it back.

    Args:
        value: the number.
        source: the dtype it is made with.
        target: the dtype it is converted to.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.Tensor.to.html
    """
    try:
        x = torch.tensor([value], dtype=getattr(torch, source))  # (1,)
    except RuntimeError as error:
        return Converted(None, None, None, "", 0, str(error))
    y = x.to(getattr(torch, target))  # (1,)
    same = y.data_ptr() == x.data_ptr()
    return Converted(
        stored=x.item(),
        became=y.item(),
        back=y.to(x.dtype).item(),
        old_name=y.type(),
        new_bytes=0 if same else y.nbytes,
        refused="",
    )


class Route(NamedTuple):
    """The route of a number on the number line, from one dtype to another.

    Attributes:
        kind: "same"; "truncated" (its fraction cut off); "rounded" (to the nearest there is);
            "wrapped" (around the ends of the range); "overflow" (past the end, now infinite);
            "truth" (only zero or not zero is left); "other" (something else came out).
        stored: where it starts.
        landed: where it stands after cutting or rounding.
        became: where it ends.
        low: the least number of the target's dtype.
        high: the largest one.
        near: numbers of that dtype next to ``landed``, in order; none if it is infinite.
        laps: how often the length of the range was taken off; negative if it was added.
        span: the length of the range: how many numbers the dtype has; 0 for floats and bool.
    """

    kind: str
    stored: float
    landed: float
    became: float
    low: float
    high: float
    near: tuple[float, ...]
    laps: int
    span: int


@checked(value=VALUE, source=OneOf(*SOURCES), target=OneOf(*TARGETS))
def route(value: float = 300.0, source: str = "float32", target: str = "uint8") -> Route | None:
    """Follow a number from one dtype to another; None if the first cannot hold it.

    Source: https://docs.pytorch.org/docs/stable/type_info.html
    """
    made: Converted = convert(value, source, target)
    if made.stored is None or made.became is None:
        return None
    dtype, stored, became = getattr(torch, target), float(made.stored), float(made.became)
    if target == "bool":
        kind = "same" if source == "bool" else "truth"
        return Route(kind, stored, became, became, 0.0, 1.0, (0.0, 1.0), 0, 0)
    if dtype.is_floating_point:
        low, high = torch.finfo(dtype).min, torch.finfo(dtype).max
        kind = "same" if stored == became else "rounded" if isfinite(became) else "overflow"
        return Route(kind, stored, became, became, low, high, _near(became, dtype), 0, 0)

    whole = torch.iinfo(dtype)
    landed, span = int(stored), 2**whole.bits
    laps, rest = divmod(landed - int(became), span)
    near = tuple(float(landed + step) for step in range(-2, 3))
    if rest:
        kind = "other"
    elif laps:
        kind = "wrapped"
    else:
        kind = "same" if stored == became else "truncated"
    return Route(kind, stored, landed, became, whole.min, whole.max, near, laps, span)


def _near(number: float, dtype: torch.dtype) -> tuple[float, ...]:
    """Return the number itself and the two next to it on either side, as far as there are any."""
    if not isfinite(number):
        return ()
    found = [torch.tensor(number, dtype=dtype)]
    for end in (-inf, inf):
        here = found[0] if end < 0 else found[-1]
        for _ in range(2):
            here = torch.nextafter(here, torch.tensor(end, dtype=dtype))
            found.insert(0, here) if end < 0 else found.append(here)
    return tuple(each for each in (float(one) for one in found) if isfinite(each))
