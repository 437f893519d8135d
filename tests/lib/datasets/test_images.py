"""Pictures for the lessons: the photos are those that were checked, and nothing else gets in."""

import hashlib
import re
from io import BytesIO

import cv2
import numpy as np
import pytest
from PIL import Image

from lib.datasets.assets import FOLDER, asset
from lib.datasets.assets.make_photos import MADE_FROM, SHORT, shrink
from lib.datasets.fashion_mnist import fashion_mnist
from lib.datasets.images import (
    MOST_OWN_BYTES,
    OWN_LEAST,
    OWN_SIDE,
    PICTURES,
    PictureRule,
    picture,
)

SHA256 = {
    "astronaut.jpg": "6052d56f12e77585074d1c5107b6443f6fe36f483782e4c86d5cdd950a0d8d3c",
    "camera.jpg": "1a853b63f5f91f3276f2eec893f67e552d2cafc637e5b3afcc1a9042ebc41b2c",
    "chelsea.jpg": "c32930567946c12ea1cb889fdfcbbf04dfbadeb76764ce37ca44a7fd16e82733",
    "coffee.jpg": "eced52070650904f0a128ee2e2eaa8246056e5020bc3f68400bb6efe0d04a44d",
    "horse.png": "cd5c123389903671a0189175465039894ecccfb4b1fb2f01ba282668d34952fe",
    "rocket.jpg": "17f3bd3a287d4d289cb4a7d0b8ed74cb24823134dff7f32e91a67d82217dd618",
}
HEAD = "\x89PNG\r\n\x1a\n".encode("latin-1") + b"\0\0\0\x0dIHDR"


def own(width: int, height: int, kind: str = "PNG") -> bytes:
    file = BytesIO()
    Image.new("RGB", (width, height), "red").save(file, kind)
    return file.getvalue()


@pytest.mark.parametrize("file", SHA256)
def test_the_photos_are_those_that_were_checked(file: str) -> None:
    assert hashlib.sha256(asset(file).read_bytes()).hexdigest() == SHA256[file]


def test_every_photo_has_its_origin_and_license_told() -> None:
    assert set(PICTURES.values()) == set(SHA256) == set(MADE_FROM)
    assert sum(asset(file).stat().st_size for file in SHA256) < 700_000
    notes = (FOLDER / "README.md").read_text("utf-8")
    notices = (FOLDER.parents[2] / "THIRD_PARTY_NOTICES.md").read_text("utf-8")
    for file in SHA256:
        (row,) = re.findall(rf"^\| `{file}` .*$", notes, re.MULTILINE)
        assert "CC0" in row or "public domain" in row
        assert f"`{file}`" in notices


@pytest.mark.parametrize("name", PICTURES)
def test_a_photo_is_rgb_and_256_pixels_on_its_shorter_side(name: str) -> None:
    photo = picture(name)
    assert photo.dtype == np.uint8
    assert photo.shape[2] == 3
    assert min(photo.shape[:2]) == SHORT
    assert photo.flags.writeable
    blue_first = cv2.imread(str(asset(PICTURES[name])))  # another reader
    other = cv2.cvtColor(blue_first, cv2.COLOR_BGR2RGB)
    assert np.abs(photo.astype(int) - other).mean() < 0.5
    is_gray = bool((photo[..., 0] == photo[..., 1]).all())
    assert is_gray == (name in {"camera", "horse"})


def test_the_numbers_of_fashion_mnist_are_those_of_its_test_pictures() -> None:
    for number in (0, 7, 999):
        image = picture(f"fashion {number}")
        gray = fashion_mnist(train=False).images[number]
        np.testing.assert_array_equal(image, np.dstack([gray] * 3))
        assert image.flags.writeable


def test_the_bytes_of_a_png_are_its_pixels() -> None:
    assert (picture(own(30, 20)) == (255, 0, 0)).all()
    assert picture(own(30, 20)).shape == (20, 30, 3)


@pytest.mark.parametrize("side", [OWN_LEAST, OWN_SIDE])
def test_an_own_picture_may_go_to_its_ends(side: int) -> None:
    assert picture(own(side, 16)).shape == (16, side, 3)
    beyond = side - 1 if side == OWN_LEAST else side + 1
    with pytest.raises(ValueError, match=rf"image is a PNG of {beyond} by 16 .*range: 8 to 256"):
        PictureRule().check("image", own(beyond, 16))


@pytest.mark.parametrize(
    "source",
    ["cat", "Chelsea", "chelsea ", "fashion", "fashion -1", "fashion 1000", "fashion 07",
     "fashion 1.0", "fashion １", "../pictures.py", "chelsea.jpg", "", 7, None, 1.5, ("chelsea",)],
)  # fmt: skip
def test_no_other_name_is_a_picture(source: object) -> None:
    with pytest.raises(ValueError, match=r"source=.* is not one of: 'chelsea', .*'fashion 999'"):
        picture(source)


@pytest.mark.parametrize(
    "data",
    [b"", b"chelsea", own(16, 16, "JPEG"), own(16, 16)[:15], HEAD + bytes(MOST_OWN_BYTES)],
    ids=range(5),
)
def test_no_other_bytes_are_a_picture(data: bytes) -> None:
    with pytest.raises(ValueError, match="source") as refused:
        picture(data)
    assert len(str(refused.value)) < 200


def test_a_long_value_is_told_in_a_few_signs() -> None:
    with pytest.raises(ValueError, match="source='aaa") as refused:
        picture("a" * 10**6)
    assert len(str(refused.value)) < 300


def test_the_photos_are_shrunk_by_averaging(tmp_path) -> None:
    large = np.zeros((2 * SHORT, 4 * SHORT, 4), np.uint8)
    large[..., 3] = 255
    large[:SHORT, :, 3] = 0
    Image.fromarray(large).save(tmp_path / "large.png")
    shrink(tmp_path / "large.png", tmp_path / "small.png")
    small = np.array(Image.open(tmp_path / "small.png"))
    assert small.shape == (SHORT, 2 * SHORT)
    assert (small[: SHORT // 2 - 4] == 255).all()
    assert (small[SHORT // 2 + 4 :] == 0).all()
    with pytest.raises(ValueError, match="is no picture that can be read"):
        shrink(tmp_path / "nothing.png", tmp_path / "small.png")
