"""What a visitor may type: whole numbers as text, read sign by sign and never evaluated."""

import math
import re

Numbers = tuple[int, ...]
Step = tuple[str, Numbers]
Steps = tuple[Step, ...]

START = "4, 4"  # the shape x begins with on the page
# Every method a step may call, and the numbers it begins with on the page.
METHODS = {
    "transpose": "0, 1",
    "permute": "1, 0",
    "view": "2, 8",
    "reshape": "-1, 8",
    "flatten": "0, -1",
    "unsqueeze": "0",
    "squeeze": "0",
    "expand": "2, -1, -1",
    "contiguous": "",
}
MOST_STEPS = 4
MOST_AXES = 4  # more than four axes nobody can draw
MOST_START = 24  # elements a chain may begin with
MOST_SHOWN = 32  # elements a step may make
LARGEST = 99  # the largest number a step may be given

NUMBER = re.compile(r"[-−]?[0-9]{1,9}")


class StartShape:
    """The shape of a tensor of one to four axes and up to 24 elements."""

    def check(self, name: str, value: object) -> None:
        """Raise ``ValueError`` unless ``value`` is such a shape."""
        if not isinstance(value, tuple) or not all(type(each) is int for each in value):
            raise ValueError(f"{name}={value!r} is not a tuple of whole numbers such as (4, 4)")
        if not 1 <= len(value) <= MOST_AXES:
            raise ValueError(f"{name}={value!r} has {len(value)} axes: 1 to {MOST_AXES} are drawn")
        if min(value) < 1 or math.prod(value) > MOST_START:
            raise ValueError(
                f"{name}={value!r} is out of range: every axis from 1, all multiplied up to "
                f"{MOST_START} elements"
            )

    def __str__(self) -> str:
        """Say what is allowed, in a line."""
        return f"1 to {MOST_AXES} sizes, multiplied up to {MOST_START}"


class UpToFourSteps:
    """Up to four steps, each the name of a method and its numbers: ``("view", (2, 8))``."""

    def check(self, name: str, value: object) -> None:
        """Raise ``ValueError`` unless ``value`` is a tuple of such steps."""
        if not isinstance(value, tuple):
            raise ValueError(f"{name}={value!r} is not a tuple such as (('view', (2, 8)),)")
        if len(value) > MOST_STEPS:
            raise ValueError(f"{name} has {len(value)} steps: 0 to {MOST_STEPS} are allowed")
        for step in value:
            if not isinstance(step, tuple) or len(step) != 2 or step[0] not in METHODS:
                raise ValueError(
                    f"step {step!r} is not one of {', '.join(METHODS)} and its numbers, as in "
                    "('view', (2, 8))"
                )
            _check_numbers(step[0], step[1])

    def __str__(self) -> str:
        """Say what is allowed, in a line."""
        return f"up to {MOST_STEPS} pairs of one of {', '.join(METHODS)} and its numbers"


def whole_numbers(text: str) -> Numbers:
    """Return up to four numbers in a text such as ``"2, 8"``, ``"(2, 8)"`` or ``""``.

    Raises:
        ValueError: naming the word that is no number, the number that is out of range, or how
            many there are.
    """
    if not isinstance(text, str):
        raise ValueError(f"text={text!r} is not text such as '2, 8'")
    words = re.sub("[,()]", " ", text).split()
    for word in words:
        if not NUMBER.fullmatch(word):
            raise ValueError(
                f"{word[:20]!r} is not a whole number: write numbers from {-LARGEST} to "
                f"{LARGEST} with commas between them, as in 2, 8"
            )
    numbers = tuple(int(word.replace("−", "-")) for word in words)
    _check_numbers("text", numbers)
    return numbers


def start_shape(text: str) -> Numbers:
    """Return the shape in a text if a chain may begin with it.

    Raises:
        ValueError: if it cannot be read, or has too many axes or elements.
    """
    shape = whole_numbers(text)
    StartShape().check("shape", shape)
    return shape


def call(step: Step) -> str:
    """Return a step as Python writes it: ``.view(2, 8)``."""
    name, numbers = step
    return f".{name}({', '.join(map(str, numbers))})"


def _check_numbers(name: str, numbers: object) -> None:
    """Raise ``ValueError`` unless they are up to four whole numbers of at most two digits."""
    if not isinstance(numbers, tuple) or not all(type(each) is int for each in numbers):
        raise ValueError(f"{name}: {numbers!r} is not a tuple of whole numbers")
    if len(numbers) > MOST_AXES:
        raise ValueError(f"{name}: {numbers!r} has {len(numbers)} numbers: 0 to {MOST_AXES}")
    for number in numbers:
        if abs(number) > LARGEST:
            raise ValueError(f"{name}: {number} is out of range: {-LARGEST} to {LARGEST}")
