"""Small pictures of weights: a few rows and columns of a tensor, in shades around zero."""

import numpy as np

ROWS, COLUMNS = 8, 24
ZERO = 128


def small_picture(values: np.ndarray) -> np.ndarray:
    """Return at most 8 × 24 cells of an array, uint8: 128 is zero, 1 and 255 the largest.

    Infinities are drawn as the largest number there is; 0, an empty cell, is not a number.

    The first axis runs down and all others to the right; of what does not fit, evenly spaced rows
    and columns are shown. A vector runs to the right.

    >>> small_picture(np.array([[0.0, 1.0], [-2.0, 2.0]]))
    array([[128, 192],
           [  1, 255]], dtype=uint8)
    """
    down = values.shape[0] if values.ndim > 1 else 1
    flat = values.reshape(down, values.size // max(down, 1))
    rows, columns = (_spread(*pair) for pair in zip(flat.shape, (ROWS, COLUMNS), strict=True))
    cells = flat[np.ix_(rows, columns)].astype(np.float64)
    largest = np.abs(cells[np.isfinite(cells)]).max(initial=0.0)
    scaled = np.clip(cells / largest if largest else cells, -1, 1)
    shades: np.ndarray = np.nan_to_num(ZERO + np.rint(127 * scaled), nan=0).astype(np.uint8)
    return shades


def _spread(count: int, most: int) -> np.ndarray:
    """Return up to ``most`` places of ``count``, evenly spaced."""
    return (
        np.linspace(0, count - 1, min(count, most)).round().astype(int)
        if count
        else np.zeros(0, int)
    )
