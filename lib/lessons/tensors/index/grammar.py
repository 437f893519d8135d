"""Read an index from text without evaluating it.

Python's own parser turns the text into a tree; the index is built from the few kinds of nodes an
index may have, and everything else is refused with a sentence.

Source: https://docs.python.org/3/library/ast.html
"""

import ast
import operator
import types
from collections.abc import Callable
from typing import Any

import numpy as np

LONGEST = 100  # characters
MOST = 6  # entries of an index, and of a list in it
LARGEST = 1000  # what a number may be, up or down
DEEPEST = 3  # lists within lists, for gather and index_select

COMPARISONS: dict[type[ast.cmpop], Callable[[Any, Any], Any]] = {
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
}
JOINS: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.BitAnd: operator.and_,
    ast.BitOr: operator.or_,
}

ALLOWED = (
    "allowed are whole numbers, slices, None, ..., lists of numbers or of True and False, "
    "and comparisons of x with a number"
)
IN_LISTS = f"allowed are whole numbers, in lists up to {DEEPEST} deep"
HINTS: dict[type[ast.AST], str] = {
    ast.Call: "nothing is called here",
    ast.Attribute: "x is taken as it is, without a dot",
    ast.Name: "a name stands only in a comparison, and only x, as in x > 3",
    ast.BoolOp: "join comparisons with & and |, each in parentheses",
    ast.Compare: "compare x with one number, as in x > 3; join two as (x > 3) & (x < 8)",
    ast.BinOp: "there is no arithmetic here; only & and | between comparisons",
    ast.Subscript: "one pair of brackets after x",
}


def read_index(text: str, x: Any) -> Any:
    """Return the index that stands between the brackets of a text such as "x[1:, None]".

    Args:
        text: one index of x.
        x: the tensor, or array, that comparisons in the text are made with.

    Raises:
        ValueError: for a text that is anything else, with a sentence that says what.
    """
    tree = parsed(text)
    if not isinstance(tree, ast.Subscript) or not is_x(tree.value):
        raise ValueError(f"{text!r} is not one index of x, such as x[1:, None]")
    if not isinstance(tree.slice, ast.Tuple):
        return entry(tree.slice, x)
    if len(tree.slice.elts) > MOST:
        raise ValueError(f"an index of {len(tree.slice.elts)} entries: up to {MOST} are allowed")
    index = tuple(entry(each, x) for each in tree.slice.elts)
    if sum(each is ... for each in index) > 1:
        raise ValueError("an index may hold one ... only")
    return index


def entry(node: ast.expr, x: Any) -> Any:
    """Return one entry of an index."""
    match node:
        case ast.Slice(lower=lower, upper=upper, step=step):
            return slice(*(None if end is None else whole(end) for end in (lower, upper, step)))
        case ast.Constant(value=None | bool() | types.EllipsisType() as value):
            return value
        case ast.List(elts=entries):
            return short_list(entries)
        case ast.Compare() | ast.BinOp() | ast.UnaryOp(op=ast.Invert()):
            return mask(node, x)
    return whole(node)


def short_list(entries: list[ast.expr]) -> list[int] | list[bool]:
    """Return a list of whole numbers, or of True and False."""
    if len(entries) > MOST:
        raise ValueError(f"a list of {len(entries)} entries: up to {MOST} are allowed")
    values = [each.value if isinstance(each, ast.Constant) else None for each in entries]
    flags = [value for value in values if isinstance(value, bool)]
    if flags and len(flags) < len(values):
        raise ValueError("a list holds either whole numbers or True and False, not both")
    return flags or [whole(each) for each in entries]


def mask(node: ast.expr, x: Any) -> Any:
    """Return a comparison of x with a number, or several joined with ``~``, ``&`` and ``|``."""
    match node:
        case ast.UnaryOp(op=ast.Invert(), operand=inner):
            return ~mask(inner, x)
        case ast.BinOp(left=left, op=op, right=right) if type(op) in JOINS:
            return JOINS[type(op)](mask(left, x), mask(right, x))
        case ast.Compare(left=left, ops=[op], comparators=[right]) if type(op) in COMPARISONS:
            if is_x(left):
                return COMPARISONS[type(op)](x, number(right))
            if is_x(right):
                return COMPARISONS[type(op)](number(left), x)
    raise refused(node)


def whole(node: ast.expr, allowed: str = "") -> int:
    """Return a whole number that is not too large."""
    value = number(node, allowed)
    if not isinstance(value, int):
        raise ValueError(f"{value!r} is not a whole number")
    return value


def number(node: ast.expr, allowed: str = "") -> float:
    """Return a number that is not too large; it may have a minus in front."""
    match node:
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant() as inner):
            return -number(inner, allowed)
        case ast.Constant(value=int() | float() as value) if not isinstance(value, bool):
            if abs(value) > LARGEST:
                raise ValueError(f"{shown(node)} is out of range: -{LARGEST} to {LARGEST}")
            return value
    raise refused(node, allowed)


def index_text(text: str) -> str:
    """Return the text without the space around it, if ``read_index`` can read it.

    Raises:
        ValueError: if it cannot, with a sentence that says why.
    """
    read_index(text, np.zeros(()))
    return text.strip()


def read_numbers(text: str) -> tuple[Any, ...]:
    """Return the whole numbers of a list such as "[2, 0]" or "[[2], [0]]", as nested tuples.

    Raises:
        ValueError: for anything else, with a sentence that says what.
    """
    made = nested(parsed(text), DEEPEST)
    if not isinstance(made, tuple):
        raise ValueError(f"{text!r} is not a list, such as [2, 0]")
    NestedNumbers().check("index", made)
    return made


def nested(node: ast.expr, deepest: int) -> Any:
    """Return a number, or the lists within lists that hold numbers."""
    if isinstance(node, ast.List) and deepest:
        return tuple(nested(each, deepest - 1) for each in node.elts)
    return whole(node, IN_LISTS)


def parsed(text: str) -> ast.expr:
    """Return the tree of one expression; nothing in it is run."""
    if len(text) > LONGEST:
        raise ValueError(f"a text of {len(text)} characters: up to {LONGEST} are allowed")
    try:
        tree = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        raise ValueError(f"{text!r} is not a Python expression") from None
    if "#" in text or not text.strip(" ").isprintable():  # the page writes the text into its own
        raise ValueError(f"{text!r} has a comment, a line break or another invisible sign")
    return tree


def is_x(node: ast.expr) -> bool:
    """Tell whether the node is the name x."""
    return isinstance(node, ast.Name) and node.id == "x"


def refused(node: ast.expr, allowed: str = "") -> ValueError:
    """Return the error that says what is not allowed, and what is."""
    hint = allowed or HINTS.get(type(node), ALLOWED)
    return ValueError(f"{shown(node)} is not allowed here: {hint}")


def shown(node: ast.expr) -> str:
    """Return a node as Python, its beginning if it is long."""
    text = ast.unparse(node)
    return text if len(text) <= 30 else f"{text[:30]}…"


# --- rules ----------------------------------------------------------------------------------------


class IndexText:
    """A setting that is the text of an index."""

    def check(self, name: str, value: object) -> None:
        """Raise ``ValueError`` unless ``read_index`` can read it."""
        if not isinstance(value, str):
            raise ValueError(f"{name}={value!r} is not a text such as 'x[1:, None]'")
        index_text(value)

    def __str__(self) -> str:
        """Say what is allowed, in a line."""
        return "the text of one index, such as 'x[1:, None]'"


class NestedNumbers:
    """A setting that holds the numbers of an index tensor: ``(2, 0)`` or ``((2,), (0,))``."""

    def check(self, name: str, value: object) -> None:
        """Raise ``ValueError`` unless they are whole, few, small, and rows are equally long."""
        words = f"{name}={value!r} is not a tuple of"
        level: list[Any] = [value]
        for depth in range(DEEPEST + 1):
            if depth and all(type(each) is int for each in level):
                break
            lengths = {len(each) if isinstance(each, tuple) else 0 for each in level}
            if depth == DEEPEST or len(lengths) > 1 or not 0 < min(lengths) <= MOST:
                raise ValueError(f"{words} 1 to {MOST} whole numbers, or of rows of equal length")
            level = [inner for each in level for inner in each]
        if large := [each for each in level if abs(each) > LARGEST]:
            raise ValueError(f"{name}: {large[0]} is out of range: -{LARGEST} to {LARGEST}")

    def __str__(self) -> str:
        """Say what is allowed, in a line."""
        return f"tuples up to {DEEPEST} deep, each of 1 to {MOST}, of -{LARGEST} to {LARGEST}"
