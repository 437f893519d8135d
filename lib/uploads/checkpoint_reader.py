"""Open a checkpoint that nobody trusts: for a process of its own, see ``lib.runtime.sandbox``.

The file's own plan, its pickle or its table of contents, is read first, as text. Only one that
asks for nothing but tensors is then opened, with ``weights_only=True`` or safetensors.
"""

import json
import struct
import zipfile
from base64 import b64encode
from collections.abc import Iterable, Iterator, Mapping
from io import BytesIO
from itertools import islice
from math import prod
from pickle import UnpicklingError
from typing import Any, NamedTuple

import numpy as np
import safetensors.torch
import torch

from lib.core.i18n import mark
from lib.plots.weight_thumbnails import small_picture
from lib.uploads.pickles import PickleScan, protocol_of, scan_pickle

PROBLEMS = {
    "EMPTY": mark("The file is empty."),
    "TOO_LARGE": mark("The file has {size} bytes. {most} are allowed."),
    "UNKNOWN": mark(
        "This is neither a file by torch.save nor safetensors. It begins with {value}."
    ),
    "DAMAGED": mark("The file is damaged or cut off: it begins well and cannot be read further."),
    "CALLS": mark(
        "To open this file, Python would have to call {names}, which is no part of saved weights. "
        "A call can do anything to your computer, so the file was not opened, and nothing in it "
        "was run."
    ),
    "WHOLE": mark(
        "This is a whole model, by torch.save(model): to open it, Python would have to build "
        "{names}. That can run any code, so it was not opened. Save model.state_dict() instead."
    ),
    "UNREAD": mark(
        "It holds {what}, which this page does not read. The file was not opened; that says "
        "nothing against it."
    ),
    "PROTOCOL": mark(
        "It is written in pickle protocol {protocol}, of which weights_only=True reads only a "
        "part: torch.load refuses it. torch.save writes protocol 2 unless pickle_protocol says "
        "otherwise."
    ),
    "TWO_READERS": mark(
        "Two programs could read this archive differently: it has more than one table of contents, "
        "something around it, or names that differ in case only. It was not opened."
    ),
    "NO_NAMES": mark("It holds a {what} of {count} entries, not a dictionary of named tensors."),
    "OTHER_PICKLE": mark("This is a Python pickle, but not one that torch.save has written."),
    "OTHER_ZIP": mark("This is a ZIP archive, but torch.save did not write it. It holds {names}."),
    "SCRIPT": mark(
        "This is a TorchScript program (torch.jit.save): it holds code beside its weights, and was "
        "not opened. Save model.state_dict() instead."
    ),
    "TOO_MANY": mark("There are {count} entries in it. {most} are allowed."),
    "LEADS_OUT": mark(
        "An entry is named {name}, which leads out of the archive. The file was not opened."
    ),
    "PACKED": mark(
        "Its {size} bytes say they unpack to {claimed}. torch.save packs nothing, so the file was "
        "not opened."
    ),
    "LIES": mark("An entry says it has {claimed} bytes, in a file of {size}. It was not opened."),
    "CLAIMS": mark(
        "A tensor says it has {claimed} bytes, and {there} of them are in the file. It was not "
        "opened."
    ),
    "TOO_MANY_NUMBERS": mark("Its tensors say they have {count} numbers. {most} are allowed."),
    "HEADER": mark(
        "It looks like safetensors and says its header has {claimed} bytes, in a file of {size}."
    ),
    "ONE_TENSOR": mark("The file holds one tensor of shape {shape}, and no name for it."),
    "NO_WEIGHTS": mark("The file can be opened, but there are no named tensors in it: {what}."),
    "UNUSUAL": mark("{name} is a {what}. Only plain tensors can be compared."),
    "COSTLY": mark("Reading this file takes too long or too much memory. It was given up."),
}

NOTES = {
    "ZIP": mark("A ZIP archive by torch.save, as PyTorch 1.6 and later write it."),
    "LEGACY": mark("By torch.save in the old form, which is no ZIP: PyTorch 1.5 or earlier."),
    "SAFETENSORS": mark("safetensors: names, shapes and numbers, and no way to hold code."),
    "NESTED": mark("The weights are under the key {path}."),
    "BESIDE": mark("Beside them: {names}."),
    "PREFIX": mark("Every key began with {prefix}, which was taken off. {wrapper} puts it there."),
    "LOCATION": mark(
        "Saved on {places}. It was opened with map_location set to the CPU, or this computer would "
        "need one, too."
    ),
    "NOT_FINITE": mark(
        "Numbers that are NaN or infinite: {names}. In a picture, a NaN is an empty cell, and an "
        "infinity looks like the largest number there is."
    ),
    "PARAMETER": mark(
        "Some tensors are saved as nn.Parameter; state_dict() would save them plain."
    ),
}
# What a sound file may ask for that is not opened here.
UNREAD = {
    "torch._utils._rebuild_parameter_with_state": mark("a parameter with attributes of its own"),
    "torch._utils._rebuild_qtensor": mark("quantized tensors"),
    "torch._utils._rebuild_sparse_tensor": mark("sparse tensors"),
    "torch._utils._rebuild_nested_tensor": mark("nested tensors"),
    "torch._utils._rebuild_meta_tensor_no_storage": mark("tensors on the meta device"),
    "torch._utils._rebuild_wrapper_subclass": mark("tensors of another class"),
    "torch._tensor._rebuild_from_type_v2": mark("tensors of another class"),
    **dict.fromkeys(
        ("numpy.core.multiarray.scalar", "numpy._core.multiarray.scalar",
         "numpy.core.multiarray._reconstruct", "numpy._core.multiarray._reconstruct"),
        mark("numbers of NumPy's"),
    ),
}  # fmt: skip
# They come along with one of those, and mean no more.
WITH_UNREAD = {
    "torch.per_tensor_affine", "torch.per_channel_affine", "torch.sparse_coo", "torch.sparse_csr",
    "torch.serialization._get_layout", "numpy.dtype", "numpy.ndarray", "_codecs.encode",
}  # fmt: skip
WRAPPERS = {"module.": "nn.DataParallel", "_orig_mod.": "torch.compile"}


class Refused(Exception):  # noqa: N818 - says what happened
    """The file cannot be used.

    Attributes:
        problem: a key of ``PROBLEMS``.
        fields: what to fill into its words.
    """

    def __init__(self, problem: str, **fields: object) -> None:
        super().__init__(problem)
        self.problem = problem
        self.fields = fields


MOST_ENTRIES = 5_000
NAME_SHOWN = 60  # characters of a name
# How an archive ends: the table's end for large files, where that is, and the table's end.
LARGE_END = struct.Struct("<4sQHHIIQQQQ")
LOCATOR = struct.Struct("<4sIQI")
END = struct.Struct("<4sHHHHIIH")
HEADER = 30  # bytes before the name of an entry


class Archive(NamedTuple):
    """What is in a zip archive by torch.save.

    Attributes:
        scan: what its pickle asks for.
        protocol: in which version of the language it does.
        entries: the names in it without the folder they are in, with their sizes in bytes.
    """

    scan: PickleScan
    protocol: int
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
    _check_table(file, data)
    roots = {each.filename.partition("/")[0] for each in file.infolist()}
    root = roots.pop() if len(roots) == 1 else ""
    entries = {each.filename[len(root) + 1 :]: each.file_size for each in file.infolist()}
    if "constants.pkl" in entries or any(name.startswith("code/") for name in entries):
        raise Refused("SCRIPT")
    if not root or "data.pkl" not in entries:
        raise Refused("OTHER_ZIP", names=_some(file))
    _check_sizes(file, len(data))
    try:
        pickled = file.read(f"{root}/data.pkl")
        found = scan_pickle(pickled)
    except (ValueError, zipfile.BadZipFile):
        raise Refused("DAMAGED") from None
    return Archive(found, protocol_of(pickled), entries)


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
            raise Refused("LEADS_OUT", name=each.orig_filename[:NAME_SHOWN])


def _check_table(file: zipfile.ZipFile, data: bytes) -> None:
    """Refuse what this reader and torch's own could take for two different archives."""
    names = {each.filename.lower() for each in file.infolist()}  # torch looks up without case
    end = len(data) - END.size  # no comment follows, which could hold another end
    sign, _, _, _, count, size, start, _ = END.unpack(data[end:])
    is_one = sign == b"PK\5\6" and count == len(names) == len(file.infolist())
    if data[end - LOCATOR.size : end].startswith(b"PK\6\7"):  # torch.save writes both forms
        *_, large, _ = LOCATOR.unpack(data[end - LOCATOR.size : end])
        end -= LOCATOR.size + LARGE_END.size
        sign, *_, large_count, large_size, large_start = LARGE_END.unpack_from(data, max(end, 0))
        is_one &= sign == b"PK\6\6" and large == end
        is_one &= (large_count, large_size, large_start) == (count, size, start)
    if not is_one or start + size != end or file.start_dir != start:
        raise Refused("TWO_READERS")


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


def _some(file: zipfile.ZipFile) -> str:
    return ", ".join(name[:NAME_SHOWN] for name in file.namelist()[:3]) or "-"


MOST_KEYS = 3_000
MOST_NUMBERS = 8_000_000
MOST_DICTS = 2_000
DEEPEST = 4  # dictionaries in dictionaries that are looked through
LONGEST = 120  # signs of a name in a sentence
LONGEST_KEY = 500
SHOWN = 5  # names in a sentence
DEFAULT_PROTOCOL = 2  # of torch.save
LEGACY = b"\x80\x02\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19."  # a pickle of torch.save's magic number
SAFE = {
    "collections.OrderedDict", "collections.Counter", "builtins.set", "__builtin__.set",
    "torch._utils._rebuild_tensor", "torch._utils._rebuild_tensor_v2",
    "torch._utils._rebuild_tensor_v3",
    "torch._utils._rebuild_parameter", "torch.Size", "torch.device",
    "torch.serialization._get_layout", "torch.storage.UntypedStorage",
}  # fmt: skip


def read(data: bytes) -> dict[str, Any]:
    """Return what is in a checkpoint, in words and numbers that JSON can say.

    Either {"problem": key, "fields": {...}} or {"entries": [...], "notes": [[key, {...}], ...]},
    with an entry for each tensor: name, shape, dtype, statistics (smallest, largest, mean, standard
    deviation), and a small picture with its shape.
    """
    try:
        return _read(data)
    except Refused as refused:
        return {"problem": refused.problem, "fields": refused.fields}
    except MemoryError:
        raise
    except Exception:  # UnpicklingError, SafetensorError; torch and others raise nearly anything
        return {"problem": "DAMAGED", "fields": {}}


def _read(data: bytes) -> dict[str, Any]:
    notes: list[tuple[str, dict[str, Any]]] = []
    if data.startswith(b"PK\x03\x04"):
        archive = archive_of(data)
        _check(archive.scan)
        check_storages(archive)
        found, plan = _opened(data, archive.protocol), archive.scan
        notes.append(("ZIP", {}))
    elif data.startswith(LEGACY):
        plan, protocol = _plan_of_legacy(data)
        found = _opened(data, protocol)
        notes.append(("LEGACY", {}))
    elif data[8:9] == b"{":
        found, plan = _safetensors(data), PickleScan((), (), 0)
        notes.append(("SAFETENSORS", {}))
    else:
        raise _unknown(data)
    weights, more = _weights(found)
    notes += more
    places = sorted({each.location for each in plan.storages} - {"cpu"})
    if places:
        notes.append(("LOCATION", {"places": ", ".join(places)[:LONGEST]}))
    if any(isinstance(each, torch.nn.Parameter) for each in weights.values()):
        notes.append(("PARAMETER", {}))
    entries = [_entry(name, each) for name, each in weights.items()]
    if odd := [each for each in entries if each["not_finite"]]:
        counts = [f"{each['name'][:LONGEST]} ({each['not_finite']})" for each in odd[:SHOWN]]
        notes.append(("NOT_FINITE", {"names": ", ".join(counts + ["…"] * (len(odd) > SHOWN))}))
    return {"entries": entries, "notes": notes}


def _opened(data: bytes, protocol: int) -> Any:
    try:
        return torch.load(BytesIO(data), map_location="cpu", weights_only=True)
    except UnpicklingError:
        if protocol > DEFAULT_PROTOCOL:
            raise Refused("PROTOCOL", protocol=protocol) from None
        raise


def _check(plan: PickleScan) -> None:
    """Refuse what asks for anything but tensors."""
    others = [name for name in plan.names if not _is_safe(name)]
    if others:
        known = [UNREAD[name] for name in others if name in UNREAD]
        if known and all(name in UNREAD or name in WITH_UNREAD for name in others):
            raise Refused("UNREAD", what=known[0])
        is_model = any(name.startswith("torch.nn.modules.") for name in others)
        names = ", ".join(name[:LONGEST] for name in others[:SHOWN])
        raise Refused("WHOLE" if is_model else "CALLS", names=names)


def _is_safe(name: str) -> bool:
    kind = name.rpartition(".")[2]
    is_storage = name in {f"torch.{kind}", f"torch.cuda.{kind}"} and kind.endswith("Storage")
    is_dtype = name == f"torch.{kind}" and isinstance(getattr(torch, kind, None), torch.dtype)
    return name in SAFE or is_storage or is_dtype


def _plan_of_legacy(data: bytes) -> tuple[PickleScan, int]:
    """Return what the fourth of five pickles asks for, the one with the weights, and how."""
    file = BytesIO(data)
    plans, starts = [], []
    try:
        for _ in range(5):
            starts.append(file.tell())
            plans.append(scan_pickle(file))
    except ValueError:
        raise Refused("DAMAGED") from None
    for plan in plans:
        _check(plan)
    weights = plans[3]
    if (claimed := sum(each.size for each in weights.storages)) > len(data):
        raise Refused("CLAIMS", claimed=claimed, there=len(data))
    return weights, protocol_of(data[starts[3] :][:2])


def _safetensors(data: bytes) -> dict[str, torch.Tensor]:
    header = int.from_bytes(data[:8], "little")
    if header > len(data) - 8:
        raise Refused("HEADER", claimed=header, size=len(data))
    contents = json.loads(data[8 : 8 + header])
    if len(contents) > MOST_KEYS:
        raise Refused("TOO_MANY", count=len(contents), most=MOST_KEYS)
    count = sum(prod(each["shape"]) for name, each in contents.items() if name != "__metadata__")
    if count > MOST_NUMBERS:
        raise Refused("TOO_MANY_NUMBERS", count=count, most=MOST_NUMBERS)
    return safetensors.torch.load(data)


def _unknown(data: bytes) -> Refused:
    if LEGACY[2:] in data[: 2 * len(LEGACY)]:
        return Refused("PROTOCOL", protocol=protocol_of(data))
    try:
        plan = scan_pickle(data)
    except ValueError:
        return Refused("UNKNOWN", value=repr(data[:24])[1:])
    if plan.names:
        return Refused("CALLS", names=", ".join(name[:LONGEST] for name in plan.names[:SHOWN]))
    return Refused("OTHER_PICKLE")


def _weights(found: Any) -> tuple[dict[str, torch.Tensor], list[tuple[str, dict[str, Any]]]]:
    """Return the named tensors, and what there is to say of where they were."""
    if isinstance(found, torch.Tensor):
        raise Refused("ONE_TENSOR", shape=" × ".join(map(str, found.shape)) or "()")
    places = {path: _tensors(each) for path, each in islice(_dictionaries(found, ()), MOST_DICTS)}
    path = max(places, key=lambda path: len(places[path]), default=())
    weights = places.get(path, {})
    if not weights and isinstance(found, list | tuple):
        raise Refused("NO_NAMES", what=_kind(found), count=len(found))
    if not weights and isinstance(found, Mapping) and len(found) > 2 * MOST_KEYS:
        raise Refused("TOO_MANY", count=len(found), most=MOST_KEYS)
    if not weights:
        raise Refused("NO_WEIGHTS", what=_kind(found))
    if len(weights) > MOST_KEYS:
        raise Refused("TOO_MANY", count=len(weights), most=MOST_KEYS)
    _check_tensors(weights)
    notes: list[tuple[str, dict[str, Any]]] = []
    if path:
        notes.append(("NESTED", {"path": " → ".join(path)[:LONGEST]}))
        beside = [
            f"{str(key)[:30]} ({_kind(each)})" for key, each in found.items() if key != path[0]
        ]
        if beside:
            notes.append(("BESIDE", {"names": ", ".join(beside[:8])}))
    while prefix := next((each for each in WRAPPERS if _all_begin(weights, each)), ""):
        weights = {name.removeprefix(prefix): each for name, each in weights.items()}
        notes.append(("PREFIX", {"prefix": prefix, "wrapper": WRAPPERS[prefix]}))
    return weights, notes


def _all_begin(names: Iterable[str], prefix: str) -> bool:
    return all(name.startswith(prefix) and name != prefix for name in names)


def _dictionaries(found: Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Yield the dictionaries in it and their paths, from outside in, down to ``DEEPEST``."""
    if isinstance(found, Mapping) and len(path) < DEEPEST and len(found) <= 2 * MOST_KEYS:
        yield path, found
        for key, each in found.items():
            if isinstance(key, str):
                yield from _dictionaries(each, (*path, key))


def _tensors(found: Mapping[Any, Any]) -> dict[str, torch.Tensor]:
    return {
        _name(key, place): each
        for place, (key, each) in enumerate(found.items())
        if isinstance(key, str) and isinstance(each, torch.Tensor)
    }


def _name(key: str, place: int) -> str:
    """Return a key as text that can be sent and shown, of which no two become the same."""
    text = key.encode("utf-8", "backslashreplace").decode()
    return text if len(text) <= LONGEST_KEY else f"{text[: LONGEST_KEY - 20]}… ({place})"


def _check_tensors(weights: dict[str, torch.Tensor]) -> None:
    """Refuse what is no plain tensor, or claims more numbers than it may."""
    for name, each in weights.items():
        if each.layout != torch.strided or each.device.type != "cpu" or each.is_quantized:
            raise Refused("UNUSUAL", name=name, what=f"{each.device.type} {each.layout}")
    count = sum(each.numel() for each in weights.values())
    if count > MOST_NUMBERS:
        raise Refused("TOO_MANY_NUMBERS", count=count, most=MOST_NUMBERS)


def _entry(name: str, tensor: torch.Tensor) -> dict[str, Any]:
    values = tensor.detach()
    values = values.real if values.is_complex() else values
    numbers = values.double().numpy()
    picture = small_picture(numbers)
    statistics = []
    finite = numbers[np.isfinite(numbers)]
    if finite.size:
        with np.errstate(over="ignore"):
            every = np.array([finite.min(), finite.max(), finite.mean(), finite.std()])
        statistics = np.nan_to_num(every).tolist()
    return {
        "name": name,
        "shape": list(tensor.shape),
        "dtype": str(tensor.dtype).removeprefix("torch."),
        "not_finite": numbers.size - finite.size,
        "statistics": [float(each) for each in statistics],
        "picture": b64encode(picture.tobytes()).decode(),
        "picture_shape": list(picture.shape),
    }


def _kind(found: Any) -> str:
    """Return what something is in a word or two."""
    if isinstance(found, Mapping):
        return f"dict, {len(found)}"
    if isinstance(found, torch.Tensor):
        return "tensor"
    return type(found).__name__
