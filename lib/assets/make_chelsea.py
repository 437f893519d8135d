"""Make chelsea.png from the photo in scikit-image's wheel; README.md beside this says how."""

import sys
from pathlib import Path

import cv2

WIDTH, HEIGHT = 120, 80


def shrink(source: Path, target: Path) -> None:
    """Read a photo, average it down to ``WIDTH`` by ``HEIGHT`` pixels and write it as PNG.

    Raises:
        ValueError: if there is no readable picture at ``source``.
    """
    photo = cv2.imread(str(source))
    if photo is None:
        raise ValueError(f"source={str(source)!r} is no picture that can be read")
    small = cv2.resize(photo, (WIDTH, HEIGHT), interpolation=cv2.INTER_AREA)
    cv2.imwrite(str(target), small, [cv2.IMWRITE_PNG_COMPRESSION, 9])


if __name__ == "__main__":
    shrink(Path(sys.argv[1]), Path(__file__).with_name("chelsea.png"))
