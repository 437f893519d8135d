"""Scan what a pickle asks for, without opening it: nothing in it is looked up, called or built.

A pickle is a program for a small machine with a stack. Here the program is only read, with
Python's own ``pickletools``: names of functions and classes stay text, and what a call would
return is a question mark.
"""

import pickletools
from io import BytesIO
from typing import NamedTuple

MOST_STEPS = 1_000_000
BYTES = {
    "FloatStorage": 4, "DoubleStorage": 8, "HalfStorage": 2, "BFloat16Storage": 2,
    "LongStorage": 8, "IntStorage": 4, "ShortStorage": 2, "CharStorage": 1, "ByteStorage": 1,
    "BoolStorage": 1, "ComplexFloatStorage": 8, "ComplexDoubleStorage": 16, "UntypedStorage": 1,
    "QInt8Storage": 1, "QUInt8Storage": 1, "QInt32Storage": 4, "QUInt4x2Storage": 1,
    "QUInt2x4Storage": 1,
}  # fmt: skip
UNKNOWN = "?"


class Name(NamedTuple):
    """A function or class that the pickle asks for."""

    module: str
    name: str

    def __str__(self) -> str:
        """Return it as Python writes it."""
        return f"{self.module}.{self.name}"


def protocol_of(data: bytes) -> int:
    r"""Return the version of the language that a pickle is written in.

    >>> protocol_of(b"\x80\x04N."), protocol_of(b"N.")
    (4, 0)
    """
    return data[1] if data[:1] == b"\x80" and len(data) > 1 else 0


class Storage(NamedTuple):
    """A piece of memory that a tensor of the file lies in.

    Attributes:
        key: its name in the file.
        location: where it was when it was saved, such as "cpu" or "cuda:0".
        size: bytes, as the pickle says.
    """

    key: str
    location: str
    size: int


class PickleScan(NamedTuple):
    """What a pickle asks for.

    Attributes:
        names: functions and classes, each once, in order.
        storages: pieces of memory, each once, in order.
        steps: how many steps its program has.
    """

    names: tuple[str, ...]
    storages: tuple[Storage, ...]
    steps: int


class _Mark:
    """Where a list or tuple begins on the stack."""


_MARK = _Mark()
_QUESTION = object()


def scan_pickle(data: bytes | BytesIO) -> PickleScan:
    """Return what a pickle asks for; of a stream, the next pickle.

    Raises:
        ValueError: if it is no pickle, or has more steps than ``MOST_STEPS``.
    """
    stack: list[object] = []
    memo: dict[object, object] = {}
    names: dict[str, None] = {}
    storages: dict[Storage, None] = {}
    steps = 0
    for opcode, argument, _ in pickletools.genops(data):
        steps += 1
        if steps > MOST_STEPS:
            raise ValueError(f"more than {MOST_STEPS} steps")
        kind = opcode.name
        if kind in {"PUT", "BINPUT", "LONG_BINPUT", "MEMOIZE"}:
            memo[len(memo) if kind == "MEMOIZE" else argument] = stack[-1] if stack else None
            continue
        if kind in {"BINPERSID", "PERSID"}:
            saved = stack[-1] if stack and kind == "BINPERSID" else None
            if not _is_module(saved):  # its class is among the names
                storages[_storage(saved)] = None
        made = memo.get(argument, _QUESTION) if "GET" in kind else _made(opcode, argument, stack)
        if isinstance(made, Name):
            names[str(made)] = None
        _move(stack, opcode, made)
    return PickleScan(tuple(names), tuple(storages), steps)


def _made(opcode: pickletools.OpcodeInfo, argument: object, stack: list[object]) -> object:
    """Return what a step puts on the stack, as far as that is a name, a number, a text or both."""
    kind = opcode.name
    if kind in {"GLOBAL", "INST"}:
        return Name(*str(argument).split(" ", 1))
    if kind == "STACK_GLOBAL":
        return Name(*(part if isinstance(part, str) else UNKNOWN for part in stack[-2:]))
    if kind.startswith("EXT"):
        return Name("extension", str(argument))
    if kind.startswith("TUPLE"):
        return tuple(_top(stack, kind))
    if kind == "MARK":
        return _MARK
    is_plain = argument is not None and not opcode.stack_before
    return argument if is_plain else _QUESTION


def _top(stack: list[object], kind: str) -> list[object]:
    """Return what a tuple is made of."""
    if kind != "TUPLE":
        return stack[-int(kind[-1]) :]
    for depth in range(len(stack) - 1, -1, -1):
        if stack[depth] is _MARK:
            return stack[depth + 1 :]
    return []


def _move(stack: list[object], opcode: pickletools.OpcodeInfo, made: object) -> None:
    """Take from the stack what a step takes, and put there what it gives."""
    before = opcode.stack_before
    taken = len(before)
    if pickletools.markobject in before:
        while stack and stack.pop() is not _MARK:
            pass
        taken = before.index(pickletools.markobject)
    if taken:
        del stack[-taken:]
    stack += [made] * len(opcode.stack_after)


def _is_module(saved: object) -> bool:
    """Tell whether it is a class with its source, as the old form of torch.save writes it."""
    match saved:
        case ("module", Name(), *_source):
            return True
    return False


def _storage(saved: object) -> Storage:
    """Return the piece of memory that torch.save describes.

    Raises:
        ValueError: if it wrote something else.
    """
    match saved:
        case ("storage", Name(name=kind), str(key), str(location), int(count), *_more) if (
            kind in BYTES and count >= 0
        ):
            return Storage(key, location, count * BYTES[kind])
    raise ValueError("a piece of memory that torch.save does not write")
