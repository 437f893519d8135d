"""How a repaired program differs from the broken one, line by line."""

from difflib import SequenceMatcher
from typing import NamedTuple


class Difference(NamedTuple):
    """Both programs in one.

    Attributes:
        text: the repaired program, with the lines that it lost among its own.
        removed: which lines of ``text``, from 0, it lost.
        added: which it gained.
        wrong: which lines of the broken program are gone or changed.
        gaps: the lines of the broken program after which something is missing.
    """

    text: str
    removed: tuple[int, ...]
    added: tuple[int, ...]
    wrong: tuple[int, ...]
    gaps: tuple[int, ...]


def difference(broken: str, repaired: str) -> Difference:
    r"""Compare two programs; what their docstrings say makes no difference.

    >>> difference("a = 1\nb = a\n", "a = 2\nb = a\nc = b\n")._asdict()
    ... # doctest: +NORMALIZE_WHITESPACE
    {'text': 'a = 1\na = 2\nb = a\nc = b\n', 'removed': (0,), 'added': (1, 3),
     'wrong': (0,), 'gaps': (1,)}
    """
    before, after = broken.splitlines(), repaired.splitlines()
    lines: list[str] = []
    removed: list[int] = []
    added: list[int] = []
    wrong: list[int] = []
    gaps: list[int] = []
    matcher = SequenceMatcher(None, [*map(_code, before)], [*map(_code, after)], autojunk=False)
    for what, i, i_end, j, j_end in matcher.get_opcodes():
        if what == "equal":
            lines += after[j:j_end]
            continue
        wrong += range(i, i_end)
        if what == "insert":
            gaps.append(max(0, i - 1))
        middle = len(lines) + i_end - i
        removed += range(len(lines), middle)
        added += range(middle, middle + j_end - j)
        lines += before[i:i_end] + after[j:j_end]
    text = "".join(f"{line}\n" for line in lines)
    return Difference(text, tuple(removed), tuple(added), tuple(wrong), tuple(gaps))


def _code(line: str) -> str:
    """Return a line, or only the quotes of a docstring."""
    words = line.strip()
    quotes = '"""'
    return quotes if words.startswith(quotes) and words.endswith(quotes) else line
