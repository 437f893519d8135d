"""What is asked of a loading, with the likely answers; and whether the challenge is met."""

from lib.core.i18n import mark
from lib.core.questions import Guess, answers
from lib.lessons.training.save_load.lesson import Loaded

FEEDBACK = {
    "all": mark("All keys load only if every name and every shape is the same in both."),
    "fits": mark(
        "A key loads if its name and its shape are the same in both, and it stays loaded even if "
        "an error comes for other keys."
    ),
    "named": mark("The same name is not enough: the shape has to be the same, too."),
    "weights": mark("Biases are keys like weights: they load or fail by name and shape, too."),
    "none": mark("Nothing loads if no name is the same: a prefix is enough for that."),
}
OUTCOMES = {
    "fine": mark("nothing, and every key is loaded"),
    "silent": mark("nothing, and some keys keep their random start"),
    "keys": mark("RuntimeError: keys missing or unexpected"),
    "sizes": mark("RuntimeError: size mismatch"),
}
FEEDBACK_OUTCOME = {
    "fine": mark("It raises nothing for good reason only if names and shapes are all the same."),
    "silent": mark(
        "`strict=False` does not mind keys that are missing or unexpected, and neither does a "
        "filter that fills the gaps with the network's own weights. Nothing tells you that they "
        "are still random."
    ),
    "keys": mark("With `strict=True`, every key of the network has to be there, and no other."),
    "sizes": mark("A wrong shape is an error even with `strict=False`."),
}
BODY = 4  # keys of the network that are not its head


def loaded(result: Loaded) -> int:
    """Return how many keys of the network hold the file's numbers."""
    return sum(key.fate == "loaded" for key in result.keys)


def own_keys(result: Loaded) -> int:
    """Return how many keys the network has."""
    return sum(key.in_net is not None for key in result.keys)


def loading_answers(result: Loaded) -> dict[str, tuple[Guess, ...]]:
    """Return two questions about a loading, each with its possible answers.

    - "keys": how many keys of the network hold the file's numbers afterwards.
    - "outcome": what load_state_dict raises, if anything; the values are the keys of ``OUTCOMES``.
    """
    own = [key for key in result.keys if key.in_net is not None]
    named = [key for key in own if key.in_file is not None]
    fitting = [key for key in named if key.in_file == key.in_net]
    counts = [
        ("fits", len(fitting)),
        ("all", len(own)),
        ("named", len(named)),
        ("weights", sum(key.name.endswith("weight") for key in own)),
        ("none", 0),
    ]
    if "size mismatch" in result.error:
        outcome = "sizes"
    elif result.error:
        outcome = "keys"
    else:
        outcome = "fine" if len(fitting) == len(own) else "silent"
    return {
        "keys": answers(loaded(result), counts),
        "outcome": answers(outcome, [(each, each) for each in OUTCOMES]),
    }


def reaches(result: Loaded) -> bool:
    """Return whether the body of a ten-class network is loaded into one with three classes."""
    own = [key for key in result.keys if key.in_net is not None]
    head = [key for key in own if key.in_net in {(3, 784), (3,)}]
    body = [key for key in own if key not in head]
    came = all(key.fate == "loaded" for key in body)
    return not result.error and len(head) == 2 and len(body) == BODY and came
