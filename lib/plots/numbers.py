"""Numbers as words: how pictures write them, and the table behind a picture."""

from collections.abc import Iterable, Sequence

import numpy as np

Table = dict[str, list[object]]


def table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> Table:
    """Return the table behind a picture, for ``layout.meta["numbers"]``.

    >>> table(["x", "y"], [(1, 2.5)])
    {'columns': ['x', 'y'], 'rows': [[1, 2.5]]}
    """
    return {"columns": list(columns), "rows": [list(row) for row in rows]}


def digits(value: float, count: int = 4) -> str:
    """Return a number with that many significant digits and a true minus, never a minus zero.

    >>> digits(-1234.56), digits(-0.0), digits(1e-9, 2)
    ('−1235', '0', '1e−09')
    """
    return f"{value + 0.0:.{count}g}".replace("-", "−")


def short(value: object) -> str:
    """Return a number as it fits into a cell: three digits, a true minus; a word as it is.

    >>> short(-0.12345), short(12345), short(1 + 2j), short(True)
    ('−0.123', '12345', '1+2j', 'True')
    """
    if isinstance(value, bool | np.bool_ | str):
        return str(value)
    if isinstance(value, complex | np.complexfloating):
        sign = "−" if value.imag < 0 else "+"
        return f"{short(value.real)}{sign}{short(abs(value.imag))}j"
    if isinstance(value, int | np.integer) and abs(int(value)) < 100_000:
        return f"{value}".replace("-", "−")
    return digits(float(value), 3).replace("e+0", "e").replace("e−0", "e−")  # type: ignore[arg-type]
