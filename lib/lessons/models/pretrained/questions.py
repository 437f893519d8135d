"""Questions about a trained network: the right answers, and the wrong ones people give."""

from lib.core.i18n import mark
from lib.core.questions import Guess, answers
from lib.lessons.models.pretrained.lesson import Frozen, Prediction
from lib.lessons.models.pretrained.linear_probe import TESTS, Probed, margin

# What a person would say, in the words of ImageNet's classes.
OBVIOUS = {
    "chelsea": "tabby",
    "coffee": "cup",
    "astronaut": "space shuttle",
    "rocket": "missile",
    "camera": "reflex camera",
    "horse": "sorrel",
}
ALWAYS = ("toilet tissue", "web site", "envelope")  # where there are too few others

FEEDBACK = {  # on an answer, by its code
    "top": mark("It is the largest of 1000 numbers, and one of them is always the largest."),
    "alone": mark(
        "In training mode, batch norm takes mean and variance from this one picture instead of "
        "those it learned, so the 1000 numbers say little about it. One of them is the largest "
        "all the same."
    ),
    "careful": mark(
        "That is the network's answer when the picture is normalized and `eval()` is called."
    ),
    "obvious": mark(
        "That is what you see. The network knows 1000 classes and nothing else, over a hundred of "
        "them dogs."
    ),
    "second": mark("Close: it is among the next ones."),
    "other": mark("To the network, the picture looks more like other things."),
}
FEEDBACK_COUNT = {
    "trains": mark("What still trains are the blocks that are not frozen, and the new head."),
    "all": mark("That is the whole network with its new head, frozen or not."),
    "frozen": mark("Those are the frozen ones."),
    "head": mark("That is the new head alone; blocks that are not frozen train, too."),
    "no_bias": mark("The new head has a bias, too."),
    "old_head": mark("ImageNet's own head of 1000 classes is gone; the new one is in its place."),
}


def first_class(
    now: Prediction, careful: Prediction, image: str | bytes, evaluate: bool = True
) -> tuple[Guess, ...]:
    """Return which class comes first, with possible answers.

    Args:
        now: the network's prediction at the current settings.
        careful: that of a normalized picture in eval mode.
        image: the picture.
        evaluate: whether ``now`` is in eval mode.
    """
    obvious = OBVIOUS.get(image) if isinstance(image, str) else None
    options = [("top" if evaluate else "alone", now.classes[0]), ("careful", careful.classes[0])]
    options += [("obvious", obvious)] if obvious else []
    options += [("second", each) for each in now.classes[1:4]]
    options += [("other", each) for each in ALWAYS]
    first = dict.fromkeys(name for _, name in options)
    few = list(first)[:4]
    return answers(now.classes[0], [each for each in options if each[1] in few])


def trainable_parameters(result: Frozen) -> tuple[Guess, ...]:
    """Return how many parameters still train, with possible answers, the smallest first."""
    head = result.parts[-1].parameters
    outputs = head // (result.features + 1)
    options = [
        ("trains", result.trains),
        ("head", head),
        ("all", result.total),
        ("frozen", result.total - result.trains),
        ("old_head", result.trains + result.old_head),
        ("no_bias", result.trains - outputs),
    ]
    options.sort(key=lambda option: option[1])  # of equal ones, the first stays first
    return answers(f"{result.trains:,}", [(code, f"{count:,}") for code, count in options])


WORTH = {  # which of both is better, by its code
    "head": mark("the new head, by far"),
    "same": mark("neither, they are about the same"),
    "scratch": mark("the network from scratch"),
}
WORTH_FEEDBACK = {
    "head": mark(
        "A new head can use all that the body learned to see from a million photos, and has few "
        "weights of its own to find."
    ),
    "same": mark("Both see the same few images. One of them has seen a million others before."),
    "scratch": mark(
        "It can learn everything anew, and has to: from these images alone, which it soon "
        "memorizes."
    ),
}


def worth(result: Probed, data: str) -> tuple[Guess, ...]:
    """Return which of both names more test images right, with the possible answers."""
    gain = result.head_test - result.scratch_test
    luck = margin(result.head_test, TESTS[data]) + margin(result.scratch_test, TESTS[data])
    found = "same" if abs(gain) <= luck else "head" if gain > 0 else "scratch"
    return answers(found, [(code, code) for code in WORTH])
