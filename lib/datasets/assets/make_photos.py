"""Make the photos beside this from those in scikit-image's wheel; README.md says how."""

import sys
from pathlib import Path

from PIL import Image

SHORT = 256  # pixels of the shorter side: what a network that learned from ImageNet expects
QUALITY = 95
MADE_FROM = {
    "astronaut.jpg": "astronaut.png",
    "camera.jpg": "camera.png",
    "chelsea.jpg": "chelsea.png",
    "coffee.jpg": "coffee.png",
    "horse.png": "horse.png",  # black on white: as a PNG it is smaller and keeps its edges
    "rocket.jpg": "rocket.jpg",
}


def shrink(source: Path, target: Path) -> None:
    """Read a photo, shrink its shorter side to ``SHORT`` pixels, and write it.

    What is transparent becomes white, and so gray.

    Raises:
        ValueError: if there is no readable picture at ``source``.
    """
    try:
        with Image.open(source) as file:
            photo = file.copy()
    except OSError:
        raise ValueError(f"source={str(source)!r} is no picture that can be read") from None
    if photo.mode == "RGBA":
        white = Image.new("RGBA", photo.size, "white")
        photo = Image.alpha_composite(white, photo).convert("L")
    scale = SHORT / min(photo.size)
    size = (round(photo.width * scale), round(photo.height * scale))
    small = photo.resize(size, Image.Resampling.LANCZOS)
    if target.suffix == ".png":
        small.save(target, optimize=True)
    else:
        small.save(target, quality=QUALITY, subsampling=0, optimize=True)


if __name__ == "__main__":
    for name, original in MADE_FROM.items():
        shrink(Path(sys.argv[1]) / original, Path(__file__).with_name(name))
