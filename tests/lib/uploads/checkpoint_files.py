"""Checkpoints for the tests: good ones of every kind, and files made to do harm."""

import io
import json
import os
import pickle
import struct
import zipfile
from collections import OrderedDict

import numpy as np
import safetensors.torch
import torch
from torch import nn


def weights():
    """The weights of a small network, the same every time."""
    generator = torch.Generator().manual_seed(0)
    return OrderedDict(
        {
            "conv.weight": torch.randn(4, 1, 3, 3, generator=generator),
            "conv.bias": torch.randn(4, generator=generator),
            "fc.weight": torch.randn(3, 16, generator=generator),
            "seen": torch.tensor(7),
        }
    )


def saved(value, legacy=False):
    """The bytes torch.save writes: as PyTorch 2.x does, or as 1.5 did."""
    file = io.BytesIO()
    torch.save(value, file, _use_new_zipfile_serialization=not legacy)
    return file.getvalue()


def prefixed(prefix):
    return OrderedDict((prefix + name, value) for name, value in weights().items())


OPTIMIZER = {"state": {0: {"step": torch.tensor(3.0)}}, "param_groups": [{"lr": 0.1}]}
# name -> bytes, and words that must be said of it
GOOD = {
    "2.x": (saved(weights()), ["ZIP"]),
    "1.x": (saved(weights(), legacy=True), ["no ZIP"]),
    "safetensors": (safetensors.torch.save(weights()), ["safetensors"]),
    "module.": (saved(prefixed("module.")), ["module.", "nn.DataParallel"]),
    "1.x module.": (saved(prefixed("module."), legacy=True), ["no ZIP", "nn.DataParallel"]),
    "compiled": (saved(prefixed("_orig_mod.")), ["torch.compile"]),
    "parameters": (
        saved({k: nn.Parameter(v.float()) for k, v in weights().items()}),
        ["Parameter"],
    ),
    **{
        key: (saved({key: weights(), "optimizer": OPTIMIZER, "epoch": 3}), [f"key {key}", "epoch"])
        for key in ("model", "state_dict", "net")
    },
    "1.x net module.": (
        saved({"net": prefixed("module."), "best": 0.9}, legacy=True),
        ["no ZIP", "key net", "nn.DataParallel"],
    ),
}


def rewritten(data, change, pack=zipfile.ZIP_STORED):
    """A zip by torch.save with some entries changed: (name, bytes) -> (name, bytes)."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(file, "w", pack) as new:
        for name in old.namelist():
            new.writestr(*change(name, old.read(name)))
    return file.getvalue()


def with_pickle(program):
    """A zip like those of torch.save with a program of one's own as its pickle."""
    return rewritten(
        saved({}), lambda name, old: (name, program if name.endswith("data.pkl") else old)
    )


class Calls:
    """Pickles as a call of a function."""

    def __init__(self, function, *arguments):
        self.call = (function, arguments)

    def __reduce__(self):
        return self.call


def moved(data, place=b"cuda:0"):
    """The file as if its tensors had been on another device."""
    old, new = (b"X" + struct.pack("<I", len(each)) + each for each in (b"cpu", place))
    return rewritten(data, lambda name, each: (name, each.replace(old, new)))


def claims(data, old, new):
    """A zip by torch.save whose pickle says another number."""
    return rewritten(
        data, lambda name, each: (name, each.replace(old, new) if "data.pkl" in name else each)
    )


def lying_about_sizes():
    """A zip whose table says of one entry that it is far larger than the file."""
    data = bytearray(saved(weights()))
    entry = data.rfind(b"PK\x01\x02", 0, data.rfind(b"data/0"))
    struct.pack_into("<II", data, entry + 20, 2**31, 2**31)
    return bytes(data)


def expanded():
    """A tensor of a terabyte that lies, by its strides, in one number."""
    return saved({"w": torch.zeros(1).expand(2**20, 2**18)})


def nested(depth):
    """Dictionaries in dictionaries, as a program: pickle itself would give up."""
    return b"\x80\x02" + b"}X\x01\x00\x00\x00a" * depth + b"}" + b"s" * depth + b"."


def header(length, text=b"{"):
    return struct.pack("<Q", length) + text


def hostile(trap):
    """Files made to do harm: name -> bytes, and a word of what must be said.

    Those that run code would make the file ``trap``.
    """
    touch = f"touch {trap}"
    spread = {"model": {"conv.weight": torch.ones(2), "x": [{"y": Calls(os.system, touch)}]}}
    tensor = saved({"w": torch.arange(72.0)})
    json_header = {"w": {"dtype": "F32", "shape": [2**20, 2**20], "data_offsets": [0, 4]}}
    long_header = json.dumps(json_header).encode()
    code = f"__import__('os').system({touch!r})"
    return {
        "os.system": (saved({"w": Calls(os.system, touch)}), "system"),
        "eval": (saved({"w": Calls(eval, code)}), "eval"),
        "open": (saved({"w": Calls(open, str(trap), "w")}), "open"),
        "os.system, 1.x": (saved({"w": Calls(os.system, touch)}, legacy=True), "system"),
        "os.system, plain pickle": (pickle.dumps(Calls(os.system, touch)), "system"),
        "os.system, text pickle": (f"cos\nsystem\n(S'{touch}'\ntR.".encode(), "os.system"),
        "nested reducers": (saved(Calls(Calls, Calls(eval, code))), "eval"),
        "nested in a checkpoint": (saved(spread), "system"),
        "name put together": (
            with_pickle(b"\x80\x04\x8c\x02os\x94\x8c\x06system\x94\x93" + b"\x8c\x01x\x85R."),
            "os.system",
        ),
        "whole model": (saved(nn.Linear(2, 2)), "state_dict()"),
        "sizes that lie": (lying_about_sizes(), "says it has"),
        "zip bomb": (
            rewritten(
                saved(weights()),
                lambda name, each: (name, b"\0" * 2**24 if "data/0" in name else each),
                zipfile.ZIP_DEFLATED,
            ),
            "unpack",
        ),
        "path traversal": (
            rewritten(saved(weights()), lambda n, e: (n.replace("archive", "../../etc"), e)),
            "leads out",
        ),
        "absolute path": (
            rewritten(saved(weights()), lambda n, e: (n.replace("archive", "/etc"), e)),
            "leads out",
        ),
        "terabytes, storage": (
            claims(tensor, b"KH", b"\x8a\x06" + b"\0" * 5 + b"\x01"),
            "claim|says",
        ),
        "terabytes, storage, 1.x": (
            saved({"w": torch.arange(72.0)}, legacy=True).replace(
                b"KH", b"\x8a\x06" + b"\0" * 5 + b"\x01", 1
            ),
            "says it has",
        ),
        "terabytes, strides": (expanded(), "numbers"),
        "terabytes, safetensors": (header(len(long_header), long_header) + b"\0" * 4, "numbers"),
        "truncated": (saved(weights())[:-200], "damaged"),
        "truncated, 1.x": (saved(weights(), legacy=True)[:-50], "damaged"),
        "truncated, safetensors": (safetensors.torch.save(weights())[:-9], "damaged"),
        "random bytes": (np.random.default_rng(0).bytes(5000), "neither"),
        "random bytes after PK": (
            b"PK\x03\x04" + np.random.default_rng(1).bytes(5000),
            "damaged",
        ),
        "pickle of something else": (pickle.dumps([1, 2, {"three": 4}]), "not one that torch.save"),
        "saved something else": (saved([1, 2, {"three": 4}]), "a list of 3 entries"),
        "one tensor": (saved(torch.ones(2, 3)), "2 × 3"),
        "another zip": (rewritten(saved({}), lambda n, e: (n + ".txt", e)), "ZIP archive"),
        "header of a gigabyte": (header(2**30, b"{" + b" " * 100), "1 073 741 824"),
        "deep header": (header(200_000, b'{"a":' + b"[" * 199_995), "damaged"),
        "nested dictionaries": (with_pickle(nested(50_000)), "no named tensors|damaged"),
        "memo of gigabytes": (
            with_pickle(b"\x80\x02}r\xff\xff\xff\x7f."),
            "no named tensors|damaged|given up",
        ),
        "empty": (b"", "empty"),
        "too large": (b"PK\x03\x04" + b"\0" * 5 * 1024**2, "are allowed"),
    }
