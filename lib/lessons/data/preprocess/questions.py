"""Questions about a chain of steps: the right answers, and the wrong ones people give."""

from itertools import pairwise
from typing import NamedTuple

from lib.core.i18n import mark
from lib.core.questions import Guess, answers
from lib.lessons.data.preprocess.lesson import MEAN, STD, Chain, Snapshot

# What each Normalize subtracts from red, and what it divides it by.
RED = {"Normalize([0.5], [0.5])": (0.5, 0.5), "Normalize(MEAN, STD)": (MEAN[0], STD[0])}

# What to say about an answer, by its code.
FEEDBACK = {
    "both": mark("Every number has the same mean taken away and is then divided by the same std."),
    "standard": mark(
        "Normalize does not look at the image: it uses the numbers you wrote, and they are not "
        "this image's own."
    ),
    "unchanged": mark("Then Normalize would do nothing."),
    "shifted": mark("The mean is taken away, but then everything is divided by std, too."),
    "divided": mark("Normalize takes the mean away first and divides then."),
}
LABELS = {"error": mark("an error")}
FEEDBACK_SHAPE = {
    "shape": mark(
        "ToImage puts the channel first; Resize and crops set the last two axes, Grayscale the "
        "first; the other steps keep the shape."
    ),
    "untouched": mark(
        "The chain does not begin with ToImage, and without it the transforms see no image: a "
        "NumPy array passes most of them as it is, without a word."
    ),
    "channels_last": mark("That is NumPy's order, H W C. ToImage turns it into C H W."),
    "square": mark("Resize with one number sets the shorter side and keeps the proportions."),
    "start": mark("That is the image before the chain, with its channel in front."),
    "turned": mark("Height comes before width."),
    "error": mark("Some step of the chain cannot work on what arrives there."),
}


class Subject(NamedTuple):
    """An image before and after a Normalize, which is step ``number`` of its chain."""

    before: Snapshot
    after: Snapshot
    number: int


def subject(chain: Chain) -> Subject | None:
    """Return what the first question is about: the first Normalize of the chain that works."""
    for number, (before, after) in enumerate(pairwise(chain.snapshots), start=1):
        if after.call in RED and after.kind != "ndarray":
            return Subject(before, after, number)
    return None


def guesses(chain: Chain) -> dict[str, tuple[Guess, ...]]:
    """Return the questions about this chain, each with its possible answers.

    - "normalized", if there is a Normalize that works: mean and std of red after the one that
      ``subject`` names. Codes: "both" (the truth), "standard" (0 and 1), "unchanged", "shifted"
      (mean away only), "divided" (divided first).
    - "shape": what comes out of the chain, or "error". Codes: the truth is "shape", "untouched"
      (an array went through as it is) or "error"; wrong are "channels_last", "square", "start",
      "turned", "error".

    The first code stays where two come to the same value. Exactly one answer is right.
    """
    about = subject(chain)
    if about is None:
        return {"shape": _shapes(chain)}
    before, after, _number = about
    mean, std = RED[after.call]
    red, red_std = before.mean[0], before.std[0]
    truth = _pair(after.mean[0], after.std[0])
    return {
        "normalized": answers(
            truth,
            [
                ("both", truth),
                ("standard", _pair(0, 1)),
                ("unchanged", _pair(red, red_std)),
                ("shifted", _pair(red - mean, red_std)),
                ("divided", _pair(red / std - mean, red_std / std)),
            ],
        ),
        "shape": _shapes(chain),
    }


def _shapes(chain: Chain) -> tuple[Guess, ...]:
    first, last = chain.snapshots[0].shape, chain.snapshots[-1]
    channels, height, width = last.shape if last.kind != "ndarray" else (first[2], *first[:2])
    short = min(height, width)
    options = [
        ("channels_last", (height, width, channels)),
        ("square", (channels, short, short)),
        ("start", (first[2], *first[:2])),
        ("turned", (channels, width, height)),
    ]
    if chain.error:
        truth, right = "error", [("error", "error"), ("shape", str((channels, height, width)))]
    else:
        why = "untouched" if last.kind == "ndarray" else "shape"
        truth, right = str(last.shape), [(why, str(last.shape))]
    wrong = [(code, str(shape)) for code, shape in options]
    few = list(dict(right) | dict(wrong))[:4]
    rows = [(code, shape) for code, shape in [*right, *wrong] if code in few]
    return answers(truth, [*rows, ("error", "error")])


def _pair(mean: float, std: float) -> str:
    """Return mean and std as they stand on a button."""
    return f"{round(mean, 2) + 0.0:.2f}, {round(std, 2) + 0.0:.2f}"
