"""Questions on devices: the right answers, and the wrong ones people give."""

from lib.core.i18n import Sentence, mark
from lib.core.questions import Guess, answers
from lib.lessons.scale.devices.device_choice import Chosen
from lib.lessons.scale.devices.lesson import PRACTICE, Trace
from lib.lessons.scale.devices.speed import SIZES, Measured, faster_from

# --- where things live ----------------------------------------------------------------------------

FEEDBACK = {
    "moved": mark("`.to()` gives a new tensor there; the name has it only if you assign it."),
    "stayed": mark("A tensor's own place never changes; only a name can pass to another tensor."),
    "elsewhere": mark("No line of this program names that device."),
    "here": mark("It is there already, and `.to()` returns the tensor itself."),
    "comment": mark("The line is a comment: it moves nothing."),
    "refused": mark("The line itself is fine. An error comes where two devices meet, if at all."),
}
FEEDBACK_MODEL = {
    "moved": mark(
        "A module's `.to()` changes the module itself, assigned or not: from then on it holds its "
        "parameters there."
    ),
    "stayed": mark("It stays only if no line moves it, or if it is there already."),
    "elsewhere": mark("No line of this program names that device."),
    "here": mark("It is there already: `.to()` leaves it as it is."),
    "comment": mark("The line is a comment: it moves nothing."),
    "refused": mark("Every module has `.to()`, and no error is raised here."),
}
FEEDBACK_FATE = {
    "runs": mark("It runs if each operation finds all its tensors on one device."),
    "model": mark("Here the weights meet the images: an error if they are on two devices."),
    "loss": mark("Here out meets y: an error if they are on two devices."),
}
FATES = {
    "runs": mark("at its end"),
    "model": mark("at out = model(images)"),
    "loss": mark("at loss = mse_loss(out, y)"),
}
PLACES = {"error": mark("nowhere: an error")}


def fate(result: Trace) -> str:
    """Return how far the program got: "runs", or the name it could not make."""
    if not result.error:
        return "runs"
    return "model" if "out" not in result.steps[-1] else "loss"


def trace_answers(
    result: Trace, device: str, model: str, images: str
) -> dict[str, tuple[Guess, ...]]:
    """Return three questions about one trace, each with its possible answers.

    Args:
        result: what ``follow`` returns.
        device: where the work is to be done.
        model: the line that is to move the model.
        images: the line that is to move the images.

    - "images": the device of ``images`` after the line that is to move them.
    - "model": the same of the model.
    - "fate": whether the last two lines run.
    """
    end = result.steps[-1]
    there = end["images"] if end["images"] != "cpu" else _numbered(result, device)
    if device == "cpu":  # one place more than there would be, so that it remains a question
        there = PRACTICE

    def places(line: str) -> list[tuple[str, str]]:
        moved, stayed = ("elsewhere", "here") if device == "cpu" else ("moved", "stayed")
        if line.startswith("#"):
            moved, stayed = "comment", "comment"
        return [(moved, there), (stayed, "cpu"), ("refused", "error")]

    return {
        "images": answers(end["images"], places(images)),
        "model": answers(end["model"], places(model)),
        "fate": answers(fate(result), [(code, code) for code in FEEDBACK_FATE]),
    }


def _numbered(result: Trace, device: str) -> str:
    """Return the device as PyTorch writes it on tensors, as in "mps:0", if one is there."""
    seen = {each for step in result.steps for each in step.values()}
    return next((each for each in seen if each.partition(":")[0] == device), device)


# --- which device is chosen -----------------------------------------------------------------------

FEEDBACK_CHOICE = {
    "cuda": mark(
        "`cuda` is chosen if a GPU by NVIDIA or AMD is there and this build of PyTorch is for it."
    ),
    "mps": mark("`mps` is Apple's; only a line that asks for any accelerator finds it."),
    "xpu": mark("`xpu` is Intel's; only a line that asks for any accelerator finds it."),
    "cpu": mark("The CPU is what is left if a line finds none of those it asks for."),
}


def choice_answers(chosen: Chosen) -> dict[str, tuple[Guess, ...]]:
    """Return what the notes' line chooses ("notes") and what today's does ("today")."""
    options = [(name, name) for name in FEEDBACK_CHOICE]
    return {
        "notes": answers(chosen.notes, options),
        "today": answers(chosen.today, options),
    }


# --- the challenge --------------------------------------------------------------------------------

FOLLOWS = "y = torch.ones_like(images)"


def works_there(result: Trace, y: str) -> bool:
    """Tell whether the loss is on another device than the CPU, with a target that follows images.

    Args:
        result: what ``follow`` returns.
        y: the target's line.
    """
    return y == FOLLOWS and result.steps[-1].get("loss", "cpu") != "cpu"


# --- from which size on two threads are faster ----------------------------------------------------

NEVER = "never"
ANSWERS = ("?", *map(str, SIZES), NEVER)  # what a visitor may answer


def reaches(measured: Measured, answer: str) -> bool:
    """Return whether two threads are faster from the answer on, give or take a factor of two."""
    found = faster_from(measured)
    if not answer.isdecimal() or found is None:
        return answer == NEVER and found is None
    return found <= 2 * int(answer) and int(answer) <= 2 * found


def progress(measured: Measured, answer: str) -> Sentence:
    """Return where the visitor stands."""
    if measured.cores == 1:
        return mark("This machine has one core. What can a second thread do there?"), {}
    if answer == "?":
        return mark(
            "Look where the line of two threads rises above the other, and choose a size."
        ), {}
    return mark("You chose {answer}. The measurement shows another size."), {"answer": answer}


def learned(measured: Measured) -> str:
    """Return what to take from it."""
    if faster_from(measured) is None:
        return mark(
            "In this measurement two threads were never faster: one core only, cores that others "
            "use meanwhile, or a dtype whose products PyTorch does not divide. Measure again later."
        )
    return mark(
        "Dividing the work and waiting for each other costs the same at every size. Only large "
        "matrices have enough work to make up for it."
    )
