"""Drawings from visitors: made to look like the pictures of Fashion-MNIST."""

import base64
import binascii

import numpy as np
from PIL import Image

from lib.core.i18n import mark
from lib.uploads.images import UploadedImage, png_of
from lib.uploads.messages import Message

SIDE = 112  # pixels of the canvas
SMALL = 28  # pixels of a picture of Fashion-MNIST
FAINT = 32  # ink below this is no part of the drawing

NOT_A_DRAWING = mark("These are not {side} by {side} pixels of ink.")


def drawing_from(ink: str) -> UploadedImage:
    """Make a picture of 28 by 28 pixels, white on black, of the ink on a canvas.

    As in Fashion-MNIST, what is drawn fills the picture from edge to edge on its longer side and
    stands in the middle of the other.

    Args:
        ink: how much of it is on each pixel of the canvas, 0 to 255, row by row, in base64.

    Returns:
        The picture; none, and no problem either, if nothing is drawn.
    """
    pixels = _pixels(ink) if ink else np.zeros((SIDE, SIDE), np.uint8)
    if pixels is None:
        return UploadedImage(None, (Message(NOT_A_DRAWING, {"side": SIDE}),), ())
    rows, columns = (np.flatnonzero((pixels >= FAINT).any(axis)) for axis in (1, 0))
    if not rows.size:
        return UploadedImage(None, (), ())
    drawn = pixels[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    height, width = (max(1, round(side / max(drawn.shape) * SMALL)) for side in drawn.shape)
    small = Image.fromarray(drawn).resize((width, height), Image.Resampling.BOX)
    picture = Image.new("RGB", (SMALL, SMALL))
    picture.paste(small, ((SMALL - width) // 2, (SMALL - height) // 2))
    return UploadedImage(png_of(picture), (), ())


def _pixels(ink: str) -> np.ndarray | None:
    """Return the ink, (SIDE, SIDE), or None if it is something else."""
    if not isinstance(ink, str) or len(ink) > 2 * SIDE**2:
        return None
    try:
        found = base64.b64decode(ink, validate=True)
    except (binascii.Error, ValueError):
        return None
    if len(found) != SIDE**2:
        return None
    return np.frombuffer(found, np.uint8).reshape(SIDE, SIDE)
