"""Pictures from visitors: good ones come out small and upright, bad ones with a sentence."""

import struct
import subprocess
import sys
import textwrap
import zipfile
import zlib
from io import BytesIO

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as some
from PIL import Image

from lib.core.i18n import Message
from lib.datasets.images import OWN_LEAST, OWN_SIDE, PictureRule
from lib.uploads import images
from lib.uploads.images import MOST_BYTES, image_from
from tests.lib.uploads.image_files import (
    GOOD,
    PNG,
    bmp_header,
    chunk,
    gif_header,
    jpeg_header,
    png,
    read,
    rows,
    saved,
    scene,
    webp_header,
    zeros,
)


def pixels(data):
    """The pixels that come of a good file, (H, W, 3)."""
    uploaded = image_from(data)
    assert uploaded.problems == ()
    PictureRule().check("image", uploaded.png)
    return read(uploaded.png)


def notes(data):
    return [str(note) for note in image_from(data).notes]


def problem(data):
    """What is said of a file that cannot be used."""
    uploaded = image_from(data)
    assert uploaded.png is None
    assert uploaded.notes == ()
    (message,) = uploaded.problems
    return str(message).replace("\N{NO-BREAK SPACE}", " ")


# --- what is good is read -------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["PNG", "BMP", "WebP", "moving PNG"])
def test_a_small_picture_without_loss_keeps_every_pixel(kind):
    np.testing.assert_array_equal(pixels(GOOD[kind]), scene())


@pytest.mark.parametrize(("depth", "gone"), [(1, 0), (1, 1), (2, 1), (4, 3), (8, 9), (16, 4000)])
def test_the_transparent_gray_of_a_file_is_white_at_every_depth(depth, gone):
    other = 1 - gone if depth == 1 else 0  # on the left, as the file writes it
    line = sum((gone if n < 32 else other) << depth * n for n in range(64))
    pixel_rows = (b"\0" + line.to_bytes(8 * depth, "big")) * 64
    data = png(64, 64, depth, 0, pixel_rows, chunk(b"tRNS", gone.to_bytes(2, "big")))
    found = pixels(data)
    assert (found[:, :32] == 255 * other).all()
    assert (found[:, 32:] == 255).all()
    assert "What was transparent is white now." in notes(data)


def test_a_long_color_profile_is_no_damage():
    profile = chunk(b"iCCP", b"a\0\0" + zlib.compress(bytes(2_000_000)))
    text = chunk(b"zTXt", b"a\0\0" + zlib.compress(bytes(2_000_000)))
    np.testing.assert_array_equal(
        pixels(png(64, 64, 8, 0, rows(64, 64, 7, 1), profile, text)), np.full((64, 64, 3), 7)
    )


def test_a_moving_picture_says_which_picture_of_it_is_used():
    frames = [Image.new("RGB", (64, 64), color) for color in ("red", "lime", "blue")]
    moving = {"save_all": True, "append_images": frames[1:]}
    assert notes(saved(frames[0], "PNG", **moving)) == ["It moves. Only its first frame is used."]
    hidden = saved(frames[0], "PNG", default_image=True, **moving)
    assert notes(hidden) == [str(Message(images.INSTEAD, {}))]
    assert (pixels(hidden) == [255, 0, 0]).all()


@pytest.mark.parametrize("kind", ["JPEG", "progressive", "lossy WebP", "GIF", "CMYK"])
def test_the_others_come_close(kind):
    assert np.abs(pixels(GOOD[kind]).astype(int) - scene()).mean() < 12


@pytest.mark.parametrize(
    ("size", "expected"),
    [((600, 400), (256, 171)), ((257, 256), (256, 255)), ((256, 256), (256, 256)),
     ((100, 2000), (13, 256)), ((8, 8), (8, 8)), ((5000, 300), (256, 15))],
)  # fmt: skip
@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_a_large_picture_is_scaled_and_keeps_its_look(kind, size, expected):
    data = saved(scene(*size), kind, **({"quality": 95} if kind == "JPEG" else {}))
    found = pixels(data)
    assert found.shape == (expected[1], expected[0], 3)
    # Averages of the four quarters do not depend on the size.
    for half in (np.s_[: expected[1] // 2], np.s_[expected[1] // 2 :]):
        wanted = scene(*expected)[half].mean((0, 1))
        np.testing.assert_allclose(found[half].mean((0, 1)), wanted, atol=12)
    if size != expected:
        assert notes(data) == [
            f"It had {size[0]} by {size[1]} pixels, and now has {expected[0]} by {expected[1]}."
        ]


TURNED_BACK = {
    1: lambda a: a,
    2: lambda a: a[:, ::-1],
    3: lambda a: a[::-1, ::-1],
    4: lambda a: a[::-1],
    5: lambda a: a.transpose(1, 0, 2),
    6: lambda a: a.transpose(1, 0, 2)[::-1],
    7: lambda a: a[::-1, ::-1].transpose(1, 0, 2),
    8: lambda a: a.transpose(1, 0, 2)[:, ::-1],
}


@pytest.mark.parametrize("orientation", TURNED_BACK)
@pytest.mark.parametrize("kind", ["PNG", "WEBP", "JPEG"])
def test_a_picture_is_turned_as_the_camera_was_held(kind, orientation):
    exif = Image.Exif()
    exif[0x0112] = orientation
    lying = np.ascontiguousarray(TURNED_BACK[orientation](scene()))
    how = {"lossless": True} if kind == "WEBP" else {"quality": 95} if kind == "JPEG" else {}
    data = saved(lying, kind, exif=exif, **how)
    found = pixels(data)
    assert found.shape == scene().shape
    assert np.abs(found.astype(int) - scene()).mean() < (12 if kind == "JPEG" else 1e-9)
    assert len(notes(data)) == (orientation != 1)


def test_an_orientation_that_does_not_exist_turns_nothing():
    exif = Image.Exif()
    exif[0x0112] = 99
    np.testing.assert_array_equal(pixels(saved(scene(), "PNG", exif=exif)), scene())


def test_gray_comes_out_as_three_equal_channels():
    gray = scene()[..., 0]
    found = pixels(saved(gray, "PNG"))
    np.testing.assert_array_equal(found, np.stack([gray] * 3, -1))
    assert notes(saved(gray, "PNG")) == [images.GRAY]
    assert notes(saved(gray, "JPEG")) == [images.GRAY]
    ink = Image.fromarray(gray > 100)
    np.testing.assert_array_equal(pixels(saved(ink, "PNG"))[..., 1], np.array(ink) * 255)


def test_what_is_transparent_is_blended_with_white():
    alpha = np.full((32, 48), 255, np.uint8)
    alpha[:, :24] = 51  # a fifth
    found = pixels(saved(np.dstack([scene(), alpha]), "PNG"))
    expected = scene().astype(float)
    expected[:, :24] = expected[:, :24] * 0.2 + 255 * 0.8
    np.testing.assert_allclose(found, expected, atol=1)
    assert images.TRANSPARENT in notes(saved(np.dstack([scene(), alpha]), "PNG"))
    opaque = saved(np.dstack([scene(), np.full_like(alpha, 255)]), "PNG")
    assert notes(opaque) == []


def test_a_large_transparent_picture_is_blended_in_every_strip():
    alpha = np.zeros((2100, 1000), np.uint8)
    alpha[-3:] = 255
    found = pixels(saved(np.dstack([scene(1000, 2100), alpha]), "PNG"))
    assert (found[:-4] == 255).all()
    assert (found[-1] < 200).any()


def test_gray_of_16_bits_is_scaled():
    deep = np.arange(32 * 48, dtype=np.uint16).reshape(32, 48) * 42
    found = pixels(saved(deep, "PNG"))
    np.testing.assert_array_equal(found[..., 2], deep // 257)
    assert notes(saved(deep, "PNG")) == [images.GRAY, images.DEEP]


def test_color_of_16_bits_is_scaled():
    deep = scene().astype(np.uint16) * 257
    lines = b"".join(b"\0" + row.astype(">u2").tobytes() for row in deep)
    data = png(48, 32, 16, 2, lines)
    np.testing.assert_array_equal(pixels(data), scene())
    assert notes(data) == [images.DEEP]


def test_a_palette_is_resolved():
    few = Image.fromarray(scene()).quantize(16)
    data = saved(few, "PNG")
    np.testing.assert_array_equal(pixels(data), np.array(few.convert("RGB")))
    assert notes(data) == [images.PALETTE]
    assert images.TRANSPARENT in notes(GOOD["palette"])


def test_colors_for_print_are_told():
    assert notes(GOOD["CMYK"]) == [images.PRINT]


@pytest.mark.parametrize("kind", ["GIF", "moving PNG"])
def test_of_a_moving_picture_the_first_frame_is_used(kind):
    assert images.MOVING in notes(GOOD[kind])
    assert np.abs(pixels(GOOD[kind]).astype(int) - scene()).mean() < 12


def test_a_broken_second_frame_does_no_harm():
    data = GOOD["GIF"]
    whole = saved(scene(), "GIF")
    np.testing.assert_array_equal(pixels(data[: len(whole) + 30]), pixels(whole))


def test_nothing_of_the_file_but_its_pixels_is_kept():
    exif = Image.Exif()
    exif[0x010E] = "my street"
    data = saved(scene(), "JPEG", exif=exif, comment=b"my street", icc_profile=b"my street")
    assert b"my street" in data
    assert b"my street" not in image_from(data).png
    assert set(Image.open(BytesIO(image_from(data).png)).info) == set()


def test_what_comes_out_goes_in_again_unchanged():
    for data in GOOD.values():
        first = image_from(data).png
        again = image_from(first)
        assert (again.png, again.notes) == (first, ())


# --- what is not gets a message -------------------------------------------------------------------


def zipped():
    file = BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("photo.png", GOOD["PNG"])
    return file.getvalue()


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "The file is empty."),
        (b"hello, I am photo.png", "The file begins with 'hello, I am photo.png'."),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "This is an SVG drawing"),
        (b"\xef\xbb\xbf  <?xml version='1.0'?><svg/>", "This is XML, perhaps an SVG drawing"),
        (b"<!DOCTYPE html>", "This is a web page."),
        (zipped(), "This is a ZIP archive"),
        (b"%PDF-1.7", "This is a PDF document."),
        (saved(scene(), "TIFF"), "This is a TIFF picture."),
        (b"\0\0\0\x18ftypheic" + bytes(40), "This is a HEIC picture."),
        (b"\0\0\0\x18ftypavif" + bytes(40), "This is an AVIF picture."),
        (b"\0\0\0\x18ftypmp42" + bytes(40), "The file begins with"),
        (b"RIFF\0\0\0\0WAVEfmt ", "The file begins with"),
        (bytes(100), "The file begins with"),
        (PNG, "it begins as PNG and cannot be read further"),
        (b"\xff\xd8\xff", "it begins as JPEG and cannot be read further"),
        (b"RIFF\0\0\0\0WEBP", "it begins as WEBP and cannot be read further"),
        (b"GIF89a", "it begins as GIF and cannot be read further"),
        (b"BM", "it begins as BMP and cannot be read further"),
        (saved(scene(7, 7), "PNG"), "The picture has 7 by 7 pixels."),
        (saved(scene(3000, 9), "PNG"), "The picture has 3000 by 9 pixels."),
        (bytes(MOST_BYTES + 1), "The file has 10 485 761 bytes."),
    ],
    ids=range(21),
)
def test_a_file_that_is_no_picture(data, said):
    assert said in problem(data)


def test_what_a_file_begins_with_is_told_in_a_few_signs():
    assert len(problem(b"\xfe" * 1_000_000)) < 300


@pytest.mark.parametrize(
    "data",
    [
        png(50_000, 50_000, 8, 6, b""),
        png(2**31 - 1, 2**31 - 1, 8, 6, b""),
        jpeg_header(50_000, 50_000),
        webp_header(16_384, 16_384),
        webp_header(2**24, 2**24),
        gif_header(50_000, 50_000),
        bmp_header(50_000, 50_000),
    ],
    ids=["PNG", "endless PNG", "JPEG", "WebP", "endless WebP", "GIF", "BMP"],
)
def test_a_claim_of_too_many_pixels_is_refused_by_the_header(data):
    assert " pixels, " in problem(data)
    assert " are allowed." in problem(data)


def test_the_pixels_that_are_too_many_are_named():
    assert problem(png(5000, 4000, 8, 6, b"")) == (
        "The picture says it has 5000 by 4000 pixels, 20 000 000 in all. 16 000 000 are allowed."
    )
    assert image_from(jpeg_header(5000, 4000)).png  # a telephone's size
    assert "30 000 000 are allowed" in problem(jpeg_header(8000, 4000))


@pytest.mark.parametrize("kind", GOOD)
def test_a_file_that_is_cut_off_is_told_or_read_as_far_as_it_matters(kind):
    data = GOOD[kind]
    for end in (1, 2, 4, 8):
        uploaded = image_from(data[: len(data) * end // 16])
        assert uploaded.png is None
        assert len(uploaded.problems) == 1


# --- what is hostile costs little -----------------------------------------------------------------

A_LOT = 150_000_000
HOSTILE = {
    "a size claimed": lambda: png(50_000, 50_000, 8, 6, b""),
    "a text that unpacks to a lot": lambda: png(
        99, 99, 8, 0, rows(99, 99, 1, 1), chunk(b"zTXt", b"k\0\0" + zeros(A_LOT))
    ),
    "a profile that unpacks to a lot": lambda: png(
        99, 99, 8, 0, rows(99, 99, 1, 1), chunk(b"iCCP", b"k\0\0" + zeros(A_LOT))
    ),
    "pixels that unpack to a lot": lambda: png(99, 99, 8, 0, bytes(A_LOT)),
    "the largest PNG there may be": lambda: png(4000, 4000, 8, 6, rows(4000, 4000, 99, 4)),
    "the same in 16 bits": lambda: png(4000, 4000, 16, 0, rows(4000, 4000, 99, 2)),
    "a WebP that claims to be large": lambda: webp_header(16_384, 16_384),
    "a GIF that claims to be large": lambda: gif_header(4000, 4000),
    "a BMP that claims to be large": lambda: bmp_header(4000, 4000),
    "a JPEG that claims to be large": lambda: jpeg_header(5400, 5400),
}
MEASURE = """
    import resource, sys
    from lib.uploads.images import image_from
    data = open(sys.argv[1], "rb").read()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    uploaded = image_from(data)
    assert (uploaded.png is None) != (uploaded.problems == ())
    print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024)
"""
MOST_MEGABYTES = 120  # 4 bytes a pixel are 64, and the strip that is converted


@pytest.mark.skipif(sys.platform != "linux", reason="memory is counted in other units")
@pytest.mark.parametrize("what", HOSTILE)
def test_no_file_takes_much_memory(what, tmp_path):
    file = tmp_path / "picture"
    file.write_bytes(HOSTILE[what]())
    assert file.stat().st_size < MOST_BYTES
    command = [sys.executable, "-c", textwrap.dedent(MEASURE), str(file)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert float(done.stdout) < MOST_MEGABYTES


@given(some.binary(max_size=300))
@example(PNG + bytes(50))
@example(b"RIFF\x10\0\0\0WEBPVP8X" + bytes(20))
def test_any_bytes_come_back_with_a_sentence(data):
    assert str(Message(*image_from(data).problems[0]))


@settings(deadline=None, max_examples=400)
@given(some.sampled_from([*GOOD.values()]), some.data())
def test_a_mutated_file_comes_back_as_a_picture_or_a_sentence(good, draw):
    data = bytearray(good[: draw.draw(some.integers(9, len(good)))])
    for _ in range(draw.draw(some.integers(0, 6))):
        place = draw.draw(some.integers(0, len(data) - 1))
        data[place : place + 1] = draw.draw(some.binary(min_size=1, max_size=3))
    check(bytes(data))


@pytest.mark.filterwarnings("ignore:Invalid APNG")
@settings(deadline=None, max_examples=200)
@given(some.data())
def test_a_mutated_chunk_with_a_right_checksum_comes_back_too(draw):
    """Else the checksum would be all that is ever tried of a PNG."""
    kinds = some.sampled_from(
        [b"iCCP", b"tRNS", b"PLTE", b"eXIf", b"acTL", b"fcTL", b"zTXt", b"abCd"]
    )
    chunks = draw.draw(some.lists(some.builds(chunk, kinds, some.binary(max_size=40)), max_size=3))
    depth = draw.draw(some.sampled_from([1, 2, 4, 8, 16, 3]))
    color = draw.draw(some.sampled_from([0, 2, 3, 4, 6, 1]))
    width, height = draw.draw(some.integers(0, 40)), draw.draw(some.integers(0, 40))
    pixels = draw.draw(some.sampled_from([b"", rows(40, 40, 1, 8)])) + draw.draw(
        some.binary(max_size=9)
    )
    check(png(width, height, depth, color, pixels, *chunks))


def check(data):
    uploaded = image_from(data)
    assert (uploaded.png is None) == (len(uploaded.problems) == 1)
    for message in (*uploaded.problems, *uploaded.notes):
        assert str(message).endswith(".")
    if uploaded.png:
        height, width, channels = read(uploaded.png).shape
        assert OWN_LEAST <= min(height, width) <= max(height, width) <= OWN_SIDE
        assert channels == 3
        PictureRule().check("image", uploaded.png)


def test_the_largest_picture_that_can_come_out_is_allowed():
    noise = np.random.default_rng(0).integers(0, 256, (OWN_SIDE, OWN_SIDE, 3), np.uint8)
    uploaded = image_from(saved(noise, "PNG"))
    np.testing.assert_array_equal(read(uploaded.png), noise)
    PictureRule().check("image", uploaded.png)


def test_a_webp_tells_its_size_before_memory_is_taken():
    for data in (
        GOOD["WebP"],
        GOOD["lossy WebP"],
        saved(np.dstack([scene(), scene()[..., :1]]), "WEBP"),
    ):
        assert images._claimed(data) == (48, 32)
    assert struct.unpack("<I", webp_header(48, 32)[4:8]) == (22,)
    assert images._claimed(webp_header(48, 32)) == (48, 32)
