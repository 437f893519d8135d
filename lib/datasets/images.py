"""Pictures for the lessons: photos of the playground, Fashion-MNIST, and a visitor's own."""

from io import BytesIO

import numpy as np
from PIL import Image

from lib.core.rules import checked
from lib.datasets.assets import asset
from lib.datasets.fashion_mnist import fashion_mnist

# A photo's name -> its file; lib/datasets/assets/README.md says whose they are.
PICTURES = {
    "chelsea": "chelsea.jpg",
    "coffee": "coffee.jpg",
    "astronaut": "astronaut.jpg",
    "rocket": "rocket.jpg",
    "camera": "camera.jpg",
    "horse": "horse.png",
}
FASHION = 1000  # test pictures of Fashion-MNIST, from 0
OWN_LEAST, OWN_SIDE = 8, 256  # pixels of a side of a visitor's own picture
MOST_OWN_BYTES = 300_000  # 256 by 256 by 3 numbers and what a PNG needs around them


class PictureRule:
    """A picture: a photo's name, "fashion 0" to "fashion 999", or the bytes of a small PNG.

    Args:
        costly: whether each picture takes long: tests then try one photo only.
    """

    def __init__(self, costly: bool = False) -> None:
        self.costly = costly

    def __str__(self) -> str:
        """Say what is allowed, in a line."""
        allowed = ", ".join(map(repr, PICTURES))
        return f"one of: {allowed}, 'fashion 0' to 'fashion {FASHION - 1}', or the bytes of a PNG"

    def check(self, name: str, value: object) -> None:
        """Raise ``ValueError`` unless ``value`` is such a picture."""
        if isinstance(value, bytes):
            _check_own(name, value)
        elif not isinstance(value, str) or not (value in PICTURES or value in _FASHION_NAMES):
            raise ValueError(f"{name}={_short(value)} is not {self}")


@checked(source=PictureRule())
def picture(source: str | bytes = "chelsea") -> np.ndarray:
    """Return a picture as RGB, uint8 (H, W, 3).

    Args:
        source: a photo's name, "fashion 7" for test picture 7 of Fashion-MNIST, or a PNG's bytes.

    Raises:
        ValueError: for any other source.
    """
    if isinstance(source, str) and source.startswith("fashion "):
        gray = fashion_mnist(train=False).images[int(source.split()[1])]  # (28, 28)
        return np.stack([gray, gray, gray], axis=-1)  # (28, 28, 3)
    file = BytesIO(source) if isinstance(source, bytes) else asset(PICTURES[source])
    with Image.open(file) as image:
        return np.array(image.convert("RGB"))  # (H, W, 3)


_FASHION_NAMES = frozenset(f"fashion {number}" for number in range(FASHION))


def _check_own(name: str, png: bytes) -> None:
    """Raise ``ValueError`` unless these are a PNG as ``lib.uploads.images`` makes them."""
    if len(png) > MOST_OWN_BYTES or png[:8] != b"\x89PNG\r\n\x1a\n" or png[12:16] != b"IHDR":
        raise ValueError(f"{name}={_short(png)} is not a PNG of at most {MOST_OWN_BYTES} bytes")
    width, height = (int.from_bytes(png[start : start + 4]) for start in (16, 20))
    if not all(OWN_LEAST <= side <= OWN_SIDE for side in (width, height)):
        raise ValueError(
            f"{name} is a PNG of {width} by {height} pixels, out of range: {OWN_LEAST} to "
            f"{OWN_SIDE} a side"
        )


def _short(value: object) -> str:
    """Return a value as Python writes it, but no wall of bytes."""
    text = repr(value[:10] if isinstance(value, bytes) else value)
    return f"{text}... ({len(value)} bytes)" if isinstance(value, bytes) else text[:80]
