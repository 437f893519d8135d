"""A zip archive by torch.save, looked at before anything in it is opened."""

import zipfile
from io import BytesIO
from typing import NamedTuple

from lib.uploads.checkpoint_messages import Refused
from lib.uploads.pickles import PickleScan, scan_pickle

MOST_ENTRIES = 5_000
SHOWN = 60  # signs of a name
HEADER = 30  # bytes before the name of an entry


class Archive(NamedTuple):
    """What is in a zip archive by torch.save.

    Attributes:
        scan: what its pickle asks for.
        entries: the names in it without the folder they are in, with their sizes in bytes.
    """

    scan: PickleScan
    entries: dict[str, int]


def archive_of(data: bytes) -> Archive:
    """Return what is in it.

    Raises:
        Refused: if it is none by torch.save, or lies about itself.
    """
    try:
        file = zipfile.ZipFile(BytesIO(data))
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        raise Refused("DAMAGED") from None
    _check_names(file)
    roots = {each.filename.partition("/")[0] for each in file.infolist()}
    root = roots.pop() if len(roots) == 1 else ""
    entries = {each.filename[len(root) + 1 :]: each.file_size for each in file.infolist()}
    if "constants.pkl" in entries or any(name.startswith("code/") for name in entries):
        raise Refused("SCRIPT")
    if not root or "data.pkl" not in entries:
        raise Refused("OTHER_ZIP", names=_some(file))
    _check_sizes(file, len(data))
    try:
        found = scan_pickle(file.read(f"{root}/data.pkl"))
    except (ValueError, zipfile.BadZipFile):
        raise Refused("DAMAGED") from None
    return Archive(found, entries)


def check_storages(archive: Archive) -> None:
    """Refuse a file that says of a tensor that it is larger than what is there of it."""
    for each in archive.scan.storages:
        there = archive.entries.get(f"data/{each.key}", 0)
        if each.size != there:
            raise Refused("CLAIMS", claimed=each.size, there=there)


def _check_names(file: zipfile.ZipFile) -> None:
    """Refuse names that lead out of the archive, and far too many."""
    entries = file.infolist()
    if len(entries) > MOST_ENTRIES:
        raise Refused("TOO_MANY", count=len(entries), most=MOST_ENTRIES)
    for each in entries:
        parts = each.orig_filename.replace("\\", "/").split("/")
        if ".." in parts or not parts[0] or ":" in parts[0] or "\0" in each.orig_filename:
            raise Refused("LEADS_OUT", name=each.orig_filename[:SHOWN])


def _check_sizes(file: zipfile.ZipFile, size: int) -> None:
    """Refuse entries that are packed, larger than the file, or lie over each other."""
    entries = sorted(file.infolist(), key=lambda each: each.header_offset)
    if unpacked := sum(each.file_size for each in entries if each.compress_type):
        raise Refused("PACKED", claimed=unpacked, size=size)
    if (claimed := sum(each.file_size for each in entries)) > size:
        raise Refused("LIES", claimed=claimed, size=size)
    ends = [each.header_offset for each in entries[1:]] + [file.start_dir]
    for each, end in zip(entries, ends, strict=True):
        fits = each.header_offset + HEADER + each.file_size <= end
        if each.compress_size != each.file_size or not fits or each.flag_bits & 1:
            raise Refused("LIES", claimed=each.file_size, size=size)
    if len({each.filename for each in entries}) < len(entries):
        raise Refused("DAMAGED")


def _some(file: zipfile.ZipFile) -> str:
    return ", ".join(name[:SHOWN] for name in file.namelist()[:3]) or "-"
