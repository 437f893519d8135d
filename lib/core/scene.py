"""What a lesson looks like at given settings: pictures, a few lines of code, numbers, a caption.

``scene(**settings, revealed=..., _=...)`` of a lesson is the one place that says so. The page, the
browser while a slider is dragged, the tests and the downloads all ask for the same.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from lib.plots.figure import Figure


class Picture(NamedTuple):
    """A figure, and what it shows in a sentence with the main numbers."""

    figure: Figure
    alt: str


class Line(NamedTuple):
    """A line of code, and the frames of the player at which it runs.

    A line made for more than one frame, such as the body of a loop, is lit in each of them.
    """

    text: str
    frames: tuple[int, ...] = ()


class Row(NamedTuple):
    """A number of the lesson.

    Attributes:
        name: what it is; code stands between backticks.
        value: as it is written; code stands between backticks.
        question: the name of the question that asks for it, if one does.
    """

    name: str
    value: str
    question: str = ""


class Scene(NamedTuple):
    """What is seen at given settings.

    Attributes:
        pictures: one to three, by name; their frames belong together, number by number.
        code: five to ten lines that a student would write for exactly these settings.
        caption: what is seen, in one sentence.
        numbers: those that may be seen, and those that a question still asks for.
        rest: the frame that is shown when nothing plays; -1 for the last one.
        pause: milliseconds from frame to frame.
        error: the type of the exception that the code raises at these settings; empty for none.
    """

    pictures: Mapping[str, Picture]
    code: tuple[Line, ...]
    caption: str
    numbers: tuple[Row, ...] = ()
    rest: int = -1
    pause: int = 900
    error: str = ""


@dataclass(frozen=True)
class Revealed:
    """The questions whose answers may be seen; by default all of them.

    >>> "slope" in Revealed(), "slope" in Revealed(())
    (True, False)
    """

    names: Collection[str] | None = None

    def __contains__(self, question: str) -> bool:
        """Tell whether the answer to a question may be seen."""
        return self.names is None or question in self.names


ALL = Revealed()


def lines(text: str, frames: Mapping[int, tuple[int, ...]] | None = None) -> tuple[Line, ...]:
    r"""Return a text as lines of code, some of which belong to frames, by their number from 0.

    >>> lines("x = 1\ny = 2", {1: (0,)})
    (Line(text='x = 1', frames=()), Line(text='y = 2', frames=(0,)))
    """
    belongs = frames or {}
    return tuple(
        Line(each, belongs.get(number, ())) for number, each in enumerate(text.splitlines())
    )
