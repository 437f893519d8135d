"""Picture files, good and bad, made by Pillow or by hand."""

import io
import struct
import zlib

import numpy as np
from PIL import Image

PNG = b"\x89PNG\r\n\x1a\n"


def scene(width: int = 48, height: int = 32) -> np.ndarray:
    """Return red from left to right, green from top to bottom, and a blue corner, (H, W, 3)."""
    rows, columns = np.mgrid[:height, :width]
    red, green = columns * 255 // max(width - 1, 1), rows * 255 // max(height - 1, 1)
    blue = np.where((rows < height // 2) & (columns < width // 2), 255, 0)
    return np.stack([red, green, blue], axis=-1).astype(np.uint8)


def saved(image: Image.Image | np.ndarray, kind: str, **how: object) -> bytes:
    """Return a picture as a file."""
    file = io.BytesIO()
    (image if isinstance(image, Image.Image) else Image.fromarray(image)).save(file, kind, **how)
    return file.getvalue()


def read(png: bytes) -> np.ndarray:
    """Return the pixels of a PNG."""
    return np.array(Image.open(io.BytesIO(png), formats=["PNG"]))


def chunk(kind: bytes, data: bytes) -> bytes:
    """Return one chunk of a PNG."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width: int, height: int, depth: int, color: int, pixels: bytes, *before: bytes) -> bytes:
    """Return a PNG made by hand; ``pixels`` is not compressed yet."""
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, color, 0, 0, 0))
    data = chunk(b"IDAT", zlib.compress(pixels, 9))
    return b"".join([PNG, head, *before, data, chunk(b"IEND", b"")])


def rows(width: int, height: int, value: int, size: int) -> bytes:
    """Return the pixels of a PNG of one value, ``size`` bytes each, without a filter."""
    return (b"\0" + bytes([value]) * width * size) * height


def zeros(count: int) -> bytes:
    """Return ``count`` zeros, compressed a thousand times."""
    packer = zlib.compressobj(9)
    parts = [packer.compress(bytes(1_000_000)) for _ in range(count // 1_000_000)]
    return b"".join([*parts, packer.flush()])


def webp_header(width: int, height: int) -> bytes:
    """Return a WebP that claims a size and has nothing in it."""
    size = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    body = b"WEBPVP8X" + struct.pack("<I", 10) + bytes(4) + size
    return b"RIFF" + struct.pack("<I", len(body)) + body


def gif_header(width: int, height: int) -> bytes:
    """Return a GIF that claims a size and has nothing in it."""
    size = struct.pack("<HH", width, height)
    return b"GIF89a" + size + bytes(3) + b"," + bytes(4) + size + b"\0\x02\x01\x00\x00;"


def bmp_header(width: int, height: int) -> bytes:
    """Return a BMP that claims a size and has nothing in it."""
    info = struct.pack("<IiiHHIIiiII", 40, width, height, 1, 24, 0, 0, 0, 0, 0, 0)
    return b"BM" + struct.pack("<IHHI", 54, 0, 0, 54) + info


def jpeg_header(width: int, height: int) -> bytes:
    """Return a JPEG whose header claims another size than it has."""
    data = saved(scene(), "JPEG")
    place = data.index(b"\xff\xc0") + 5
    return data[:place] + struct.pack(">HH", height, width) + data[place + 4 :]


# One good file of each kind, to be broken.
GOOD = {
    "PNG": saved(scene(), "PNG"),
    "palette": saved(Image.fromarray(scene()).quantize(16), "PNG", transparency=3),
    "moving PNG": saved(
        Image.fromarray(scene()),
        "PNG",
        save_all=True,
        append_images=[Image.fromarray(scene()[::-1])],
    ),
    "JPEG": saved(scene(), "JPEG", exif=Image.Exif()),
    "progressive": saved(scene(), "JPEG", progressive=True),
    "CMYK": saved(Image.fromarray(scene()).convert("CMYK"), "JPEG"),
    "WebP": saved(scene(), "WEBP", lossless=True),
    "lossy WebP": saved(scene(), "WEBP"),
    "GIF": saved(
        Image.fromarray(scene()),
        "GIF",
        save_all=True,
        append_images=[Image.fromarray(scene()[::-1])],
    ),
    "BMP": saved(scene(), "BMP"),
}
