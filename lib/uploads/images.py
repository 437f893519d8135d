"""Pictures from visitors: whatever comes in, what comes out is a small upright PNG, or why not.

The size in the header is looked at before anything is decoded. A file that is made to take long
can still do so: call this in a process that can be stopped, as ``pages.parts.picture_source`` does.
"""

import base64
import binascii
from contextlib import suppress
from io import BytesIO
from typing import NamedTuple

import numpy as np
from PIL import Image
from PIL.BmpImagePlugin import BmpImageFile
from PIL.GifImagePlugin import GifImageFile
from PIL.ImageFile import ImageFile
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile
from PIL.WebPImagePlugin import WebPImageFile

from lib.core.i18n import Message, mark
from lib.datasets.images import OWN_LEAST, OWN_SIDE

MOST_BYTES = 10 * 1024**2
MOST_PIXELS = 16_000_000
SHOWN = 40  # signs of a file's beginning
STRIP = 1_000_000  # pixels that are converted at a time
ORIENTATION = 0x0112  # the EXIF tag that says how the camera was held
TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}

EMPTY = mark("The file is empty.")
TOO_LARGE = mark("The file has {size} bytes. {most} are allowed.")
UNKNOWN = mark("This is no picture in PNG, JPEG, WebP, GIF or BMP. The file begins with {value}.")
OTHER = mark("This is {what}. Pictures in PNG, JPEG, WebP, GIF and BMP can be read.")
TOO_MANY_PIXELS = mark(
    "The picture says it has {width} by {height} pixels, {pixels} in all. {most} are allowed."
)
TOO_SMALL = mark(
    "The picture has {width} by {height} pixels. Scaled to {side} on its longer side, it must have "
    "at least {least} on the other."
)
DAMAGED = mark(
    "The picture is damaged or cut off: it begins as {format} and cannot be read further."
)
COSTLY = mark("Reading this picture takes too long or too much memory. It was given up.")

SCALED = mark("It had {width} by {height} pixels, and now has {new_width} by {new_height}.")
TURNED = mark("It was turned upright, as the camera had noted (EXIF orientation {value}).")
TRANSPARENT = mark("What was transparent is white now.")
GRAY = mark("It was gray, in one channel. Its red, green and blue are the same now.")
PALETTE = mark("It had a palette of colors. Each pixel has its own red, green and blue now.")
DEEP = mark("It had 16 bits for each number. It has 8 now: 0 to 65535 became 0 to 255.")
PRINT = mark("Its colors were made for print (CMYK). On a screen they are only close.")
MOVING = mark("It moves. Only its first frame is used.")
INSTEAD = mark("It moves. Used is the one picture that it holds for programs that cannot play it.")

# How a file begins, in small letters -> what it is, for files that people take for pictures.
OTHERS = {
    b"pk\x03\x04": mark("a ZIP archive or an office document"),
    b"%pdf": mark("a PDF document"),
    b"<svg": mark("an SVG drawing, which is text"),
    b"<?xml": mark("XML, perhaps an SVG drawing, which is text"),
    b"<!": mark("a web page"),
    b"<html": mark("a web page"),
    b"ii*\0": mark("a TIFF picture"),
    b"mm\0*": mark("a TIFF picture"),
    b"8bps": mark("a Photoshop picture"),
}
BRANDS = {
    **dict.fromkeys((b"heic", b"heix", b"mif1", b"msf1", b"heim", b"hevc"), mark("a HEIC picture")),
    **dict.fromkeys((b"avif", b"avis"), mark("an AVIF picture")),
}


READERS: dict[bytes, type[ImageFile]] = {
    b"\x89PNG\r\n\x1a\n": PngImageFile,
    b"\xff\xd8\xff": JpegImageFile,
    b"RIFF": WebPImageFile,
    b"GIF87a": GifImageFile,
    b"GIF89a": GifImageFile,
    b"BM": BmpImageFile,
}
MOST_PIXELS_OF = {
    JpegImageFile: 30_000_000,  # a telephone's; it is decoded at a part of its size
    WebPImageFile: 9_000_000,  # takes several times the memory of its pixels
}


class UploadedImage(NamedTuple):
    """What came of a file.

    Attributes:
        png: the picture, upright, RGB with 8 bits, ``OWN_LEAST`` to ``OWN_SIDE`` pixels a side,
            with nothing of the file but its pixels; None if there is none.
        problems: why there is none.
        notes: what was changed.
    """

    png: bytes | None
    problems: tuple[Message, ...]
    notes: tuple[Message, ...]


class Refused(Exception):  # noqa: N818 - says what happened
    """The file cannot be used; its argument is the ``Message`` that says why."""


def image_from(data: bytes, least: int = OWN_LEAST) -> UploadedImage:
    """Read a picture from a file's bytes. Its name does not count, and nothing is ever raised.

    Args:
        data: the file.
        least: how many pixels a side must have.
    """
    try:
        image = _opened(data)
        size = _scaled(*image.size, least)
        notes = _notes(image, data)
        small, more = _decoded(image, size)
    except Refused as refused:
        return UploadedImage(None, (refused.args[0],), ())
    return UploadedImage(png_of(small), (), (*more, *notes))


def png_of(image: Image.Image) -> bytes:
    """Return a picture as a PNG file."""
    file = BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


def _opened(data: bytes) -> ImageFile:
    """Return the picture with its header read and its size found bearable, but not decoded."""
    if not data:
        raise Refused(Message(EMPTY, {}))
    if len(data) > MOST_BYTES:
        raise Refused(Message(TOO_LARGE, {"size": _spaced(len(data)), "most": _spaced(MOST_BYTES)}))
    reader = _reader(data)
    most = MOST_PIXELS_OF.get(reader, MOST_PIXELS)
    if reader is WebPImageFile:
        _bear(*_claimed(data), most)
    try:
        image = reader(BytesIO(_bare(data) if reader is PngImageFile else data))
        _scale_transparency(image, data)
    except Exception:  # Pillow raises nearly anything at a file made to break it
        raise _damaged(reader) from None
    _bear(*image.size, MOST_PIXELS if image.info.get("progressive") else most)
    return image


def _bare(data: bytes) -> bytes:
    """Return a PNG without its color profile and texts: Pillow refuses it if they are long."""
    kept, place = [data[:8]], 8
    while place < len(data):
        end = place + 12 + int.from_bytes(data[place : place + 4], "big")
        if data[place + 4 : place + 8] not in {b"iCCP", b"tEXt", b"zTXt", b"iTXt"}:
            kept.append(data[place:end])
        place = end
    return b"".join(kept)


def _scale_transparency(image: ImageFile, data: bytes) -> None:
    """Say which value is transparent in the numbers that Pillow makes of those in the file."""
    clear, depth = image.info.get("transparency"), data[24]  # the bit depth of a PNG
    if image.format != "PNG" or image.mode.startswith("P"):
        return
    if isinstance(clear, int) and depth in {2, 4}:  # of 1 bit, Pillow does it itself
        image.info["transparency"] = clear * 255 // (2**depth - 1)
    if isinstance(clear, tuple) and depth == 16:
        image.info["transparency"] = tuple(value >> 8 for value in clear)


def _reader(data: bytes) -> type[ImageFile]:
    """Return what reads this kind of file; Pillow knows more kinds, but few people need them."""
    for start, reader in READERS.items():
        if data.startswith(start) and (start != b"RIFF" or data[8:12] == b"WEBP"):
            return reader
    begins = data[: 2 * SHOWN].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    what = next((what for start, what in OTHERS.items() if begins.startswith(start)), "")
    if data[4:8] == b"ftyp":
        what = BRANDS.get(data[8:12], "")
    if what:
        raise Refused(Message(OTHER, {"what": what}))
    raise Refused(Message(UNKNOWN, {"value": repr(data[:SHOWN])[1:]}))


def _damaged(reader: type[ImageFile]) -> Refused:
    return Refused(Message(DAMAGED, {"format": reader.format}))


def _claimed(data: bytes) -> tuple[int, int]:
    """Return the size that a WebP claims: Pillow's reader gets memory for it before it tells."""
    if data[12:16] == b"VP8X":
        width, height = (int.from_bytes(data[start : start + 3], "little") for start in (24, 27))
        return width + 1, height + 1
    if data[12:16] == b"VP8L":
        both = int.from_bytes(data[21:25], "little")
        return (both & 0x3FFF) + 1, (both >> 14 & 0x3FFF) + 1
    width, height = (int.from_bytes(data[start : start + 2], "little") for start in (26, 28))
    return width & 0x3FFF, height & 0x3FFF


def _bear(width: int, height: int, most: int) -> None:
    """Refuse a picture that would take too much memory."""
    if (pixels := width * height) > most:
        about = {"width": width, "height": height, "pixels": _spaced(pixels)}
        raise Refused(Message(TOO_MANY_PIXELS, {**about, "most": _spaced(most)}))


def _spaced(number: int) -> str:
    """Return a large number with its digits in groups, on one line."""
    return f"{number:,}".replace(",", "\N{NO-BREAK SPACE}")


def _scaled(width: int, height: int, least: int) -> tuple[int, int]:
    """Return the size that the picture will have, before it is turned."""
    scale = min(1.0, OWN_SIDE / max(width, height))
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    if min(size) < least:
        about = {"width": width, "height": height, "side": OWN_SIDE, "least": least}
        raise Refused(Message(TOO_SMALL, about))
    return size


def _notes(image: ImageFile, data: bytes) -> list[Message]:
    """Return what will be changed, as far as the header tells."""
    is_deep = image.format == "PNG" and data[24] == 16  # the bit depth
    found = (
        (image.mode.startswith(("1", "L", "I")), GRAY),
        (image.mode.startswith("P"), PALETTE),
        (image.mode == "CMYK", PRINT),
        (is_deep, DEEP),
    )
    return [Message(template, {}) for is_so, template in found if is_so]


def _decoded(image: ImageFile, size: tuple[int, int]) -> tuple[Image.Image, list[Message]]:
    """Return the picture small, upright and in RGB, and what was changed on the way."""
    width, height = image.size
    image.draft(image.mode, (2 * size[0], 2 * size[1]))  # of a JPEG, at least this size
    try:
        image.load()
        small, is_transparent = _shrunk(image, size)
    except Exception:
        raise _damaged(type(image)) from None
    notes = []
    turn = _orientation(image)
    if turn in TURNS:
        small = small.transpose(TURNS[turn])
        notes.append(Message(TURNED, {"value": turn}))
    if size != (width, height):
        sizes = {"width": width, "height": height}
        notes.append(
            Message(SCALED, {**sizes, "new_width": small.width, "new_height": small.height})
        )
    if is_transparent:
        notes.append(Message(TRANSPARENT, {}))
    if _moves(image):
        notes.append(Message(INSTEAD if image.info.get("default_image") else MOVING, {}))
    return small, notes


def _shrunk(image: Image.Image, size: tuple[int, int]) -> tuple[Image.Image, bool]:
    """Return the picture in RGB and in this size, and whether any of it was transparent.

    It is averaged strip by strip: converting it as a whole would take several times its memory.
    """
    factor = max(1, max(image.size) // max(size) // 2)
    rows = factor * max(1, STRIP // (factor * image.width))
    width, height = (-(-side // factor) for side in image.size)
    averaged = Image.new("RGB", (width, height))
    clear = image.info.get("transparency", -1)  # of 16 bits, the value that is transparent
    is_transparent = False
    for top in range(0, image.height, rows):
        strip = image.crop((0, top, image.width, min(top + rows, image.height)))
        if strip.mode.startswith("I"):
            values = np.asarray(strip)
            strip = Image.fromarray((values // 257).clip(0, 255).astype(np.uint8))
            if (hidden := values == clear).any():
                strip.putalpha(Image.fromarray(np.where(hidden, 0, 255).astype(np.uint8)))
        if strip.mode == "1":  # Pillow forgets which of the two is transparent
            strip = strip.convert("L")
            strip.info |= {"transparency": clear} if clear in {0, 255} else {}
        if strip.has_transparency_data:
            strip = strip.convert("RGBA")
            is_transparent |= strip.getchannel("A").getextrema() != (255, 255)
            strip = Image.alpha_composite(Image.new("RGBA", strip.size, "white"), strip)
        averaged.paste(strip.convert("RGB").reduce(factor), (0, top // factor))
    return averaged.resize(size, Image.Resampling.LANCZOS), is_transparent


def _orientation(image: ImageFile) -> int:
    """Return how the camera was held, 1 if that is not known."""
    with suppress(Exception):
        return int(image.getexif().get(ORIENTATION, 1))
    return 1


def _moves(image: ImageFile) -> bool:
    with suppress(Exception):  # a broken second frame is not used
        return bool(getattr(image, "is_animated", False))
    return False


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
