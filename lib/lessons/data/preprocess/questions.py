"""Questions about a chain of steps: the right answers, and the wrong ones people give."""

from itertools import pairwise
from typing import NamedTuple

from lib.core.i18n import Sentence, mark
from lib.core.questions import Guess, answers
from lib.lessons.data.preprocess.lesson import MEAN, STD, Chain, Snapshot

# What each Normalize subtracts from red, and what it divides it by.
RED = {"Normalize([0.5], [0.5])": (0.5, 0.5), "Normalize(MEAN, STD)": (MEAN[0], STD[0])}

# What is asked about a Normalize, by how many channels go in and come out.
ASKED = {
    (3, 3): mark(
        "Before step {number}, red has a mean of {mean:.2f} and a std of {std:.2f}. What are they "
        "after `{call}`, which works with {subtracted} and {divided} for red?"
    ),
    (1, 1): mark(
        "Before step {number}, the gray channel has a mean of {mean:.2f} and a std of {std:.2f}. "
        "What are they after `{call}`, which works with {subtracted} and {divided}?"
    ),
    (1, 3): mark(
        "Before step {number}, the gray channel has a mean of {mean:.2f} and a std of {std:.2f}. "
        "`{call}` makes three channels of it. What are they in the first one, for which it works "
        "with {subtracted} and {divided}?"
    ),
}
# What to say about an answer, by its code.
FEEDBACK = {
    "both": mark(
        "Every number of a channel has the same mean taken away and is then divided by the same "
        "std."
    ),
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
        "ToImage puts the channel first; Resize and crops set the last two axes. Grayscale leaves "
        "one channel, of which Normalize(MEAN, STD) makes three again. The other steps keep the "
        "shape."
    ),
    "late": mark(
        "The steps before ToImage see no image, and the NumPy array passes them as it is. ToImage "
        "puts the channel first, and only the steps after it do their work."
    ),
    "untouched": mark(
        "There is no ToImage in the chain, and without it the transforms see no image: a NumPy "
        "array passes most of them as it is, without a word."
    ),
    "channels_last": mark("That is NumPy's order, H W C. ToImage turns it into C H W."),
    "square": mark(
        "Only a crop or `Resize((128, 128))` makes a square. Resize with one number sets the "
        "shorter side and keeps the proportions."
    ),
    "gray": mark(
        "Normalize(MEAN, STD) has three means and three stds. Of one gray channel it makes three, "
        "without a word."
    ),
    "start": mark("That is the image before the chain, with its channel in front."),
    "turned": mark("Height comes before width."),
    "refused": mark("Step {number}, `{step}`, refuses what arrives there."),
    "reached": mark("That arrives at step {number}, `{step}`, which refuses it."),
    "accepted": mark("No step raises an error: each accepts what arrives there, or lets it pass."),
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


def asks(about: Subject) -> Sentence:
    """Return the first question, about red or about the only channel there is."""
    before, after, number = about
    subtracted, divided = RED[after.call]
    return ASKED[before.shape[0], after.shape[0]], {
        "number": number,
        "mean": before.mean[0],
        "std": before.std[0],
        "call": after.call,
        "subtracted": subtracted,
        "divided": divided,
    }


def guesses(chain: Chain) -> dict[str, tuple[Guess, ...]]:
    """Return the questions about this chain, each with its possible answers.

    - "normalized", if there is a Normalize that works: mean and std of red after the one that
      ``subject`` names. Codes: "both" (the truth), "standard" (0 and 1), "unchanged", "shifted"
      (mean away only), "divided" (divided first).
    - "shape": what comes out of the chain, or "error". Codes: the truth is "shape", "late" (some
      steps come before ToImage), "untouched" (an array went through as it is) or "refused" (an
      error); wrong are "reached" (the shape before the error), "gray", "channels_last", "square",
      "start", "turned", "accepted" (there is no error). ``refusal`` fills in their fields.

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


def refusal(chain: Chain) -> dict[str, object]:
    """Return which step refused what arrived, as ``FEEDBACK_SHAPE`` names it; empty if none did."""
    number = len(chain.snapshots)
    return {"number": number, "step": chain.steps[number - 1]} if chain.error else {}


def _shapes(chain: Chain) -> tuple[Guess, ...]:
    first, last = chain.snapshots[0].shape, chain.snapshots[-1]
    array = last.kind == "ndarray"
    channels, height, width = (first[2], *first[:2]) if array else last.shape
    short = min(height, width)
    options = [
        ("channels_last", (height, width, channels)),
        ("square", (channels, short, short)),
        ("start", (first[2], *first[:2])),
        ("turned", (channels, width, height)),
    ]
    if _colored(chain):
        options.insert(0, ("gray", (1, height, width)))
    if chain.error:
        truth, right = "error", [("refused", "error")]
        right += [] if array else [("reached", str((channels, height, width)))]
    else:
        late = "ToImage()" in chain.steps[1:] and chain.steps[0] != "ToImage()"
        why = "untouched" if array else "late" if late else "shape"
        truth, right = str(last.shape), [(why, str(last.shape))]
    wrong = [(code, str(shape)) for code, shape in options]
    few = list(dict.fromkeys(shape for _, shape in [*right, *wrong]))[:4]
    rows = [(code, shape) for code, shape in [*right, *wrong] if shape in few]
    return answers(truth, [*rows, ("accepted", "error")])


def _colored(chain: Chain) -> bool:
    """Tell whether a Normalize made three channels of a gray one, and they are there at the end."""
    channels = [each.shape[0] for each in chain.snapshots if each.kind != "ndarray"]
    return 1 in channels and channels[-1] == 3


def _pair(mean: float, std: float) -> str:
    """Return mean and std as they stand on a button."""
    return f"{round(mean, 2) + 0.0:.2f}, {round(std, 2) + 0.0:.2f}"
