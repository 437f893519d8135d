"""Questions on devices: the right answers, and the wrong ones people give."""

from lib.core.i18n import Sentence, mark
from lib.core.questions import Guess, answers
from lib.lessons.scale.devices.choice import Chosen
from lib.lessons.scale.devices.lesson import Course
from lib.lessons.scale.devices.speed import SIZES, Measured, pays_from

# --- where things live ----------------------------------------------------------------------------

TOLD = {
    "moved": mark("`.to()` gives a new tensor there; the name has it only if you assign it."),
    "stayed": mark("A tensor's own place never changes; only a name can pass to another tensor."),
    "refused": mark("The line itself is fine. An error comes where two devices meet, if at all."),
}
TOLD_MODEL = {
    "moved": mark("A module's `.to()` moves its parameters in place, assigned or not."),
    "stayed": mark("It stays only if no line moves it, or if it is there already."),
    "refused": mark("Every module has `.to()`, and no error is raised here."),
}
TOLD_FATE = {
    "runs": mark("It runs if each operation finds all its tensors on one device."),
    "model": mark("Here the weights meet the images: an error if they live apart."),
    "loss": mark("Here out meets y: an error if they live apart."),
}
FATES = {
    "runs": mark("it runs"),
    "model": "out = model(images)",
    "loss": "loss = mse_loss(out, y)",
}
PLACES = {"error": mark("nowhere: an error")}


def fate(result: Course) -> str:
    """Return how far the program got: "runs", or the name it could not make."""
    if not result.error:
        return "runs"
    return "model" if "out" not in result.looks[-1] else "loss"


def guesses(result: Course, device: str) -> dict[str, tuple[Guess, ...]]:
    """Return three questions about one course, each with its possible answers.

    - "images": the device of ``images`` after the line that is to move them.
    - "model": the same of the model.
    - "fate": whether the last two lines run.
    """
    end = result.looks[-1]
    there = end["images"] if end["images"] != "cpu" else _numbered(result, device)
    places = [("moved", there), ("stayed", "cpu"), ("refused", "error")]
    return {
        "images": answers(end["images"], places),
        "model": answers(end["model"], places),
        "fate": answers(fate(result), [(code, code) for code in TOLD_FATE]),
    }


def _numbered(result: Course, device: str) -> str:
    """Return the device as PyTorch writes it on tensors, as in "mps:0", if one is there."""
    seen = {each for look in result.looks for each in look.values()}
    return next((each for each in seen if each.partition(":")[0] == device), device)


# --- which device is chosen -----------------------------------------------------------------------

TOLD_CHOICE = {
    "cuda": mark("`cuda` is NVIDIA's; it is chosen if such a GPU is there and the build knows it."),
    "mps": mark("`mps` is Apple's; only a line that asks for any accelerator finds it."),
    "xpu": mark("`xpu` is Intel's; only a line that asks for any accelerator finds it."),
    "cpu": mark("The CPU is what is left if a line finds none of those it asks for."),
}


def choice_guesses(chosen: Chosen) -> dict[str, tuple[Guess, ...]]:
    """Return what the notes' line chooses ("notes") and what today's does ("today")."""
    options = [(name, name) for name in TOLD_CHOICE]
    return {
        "notes": answers(chosen.notes, options),
        "today": answers(chosen.today, options),
    }


# --- the challenge --------------------------------------------------------------------------------

NEVER = "never"
SAID = ("?", *map(str, SIZES), NEVER)  # what a visitor may say


def reaches(measured: Measured, said: str) -> bool:
    """Return whether two threads begin to pay within a factor of two of what was said."""
    found = pays_from(measured)
    if not said.isdecimal() or found is None:
        return said == NEVER and found is None
    return found <= 2 * int(said) and int(said) <= 2 * found


def progress(measured: Measured | None, said: str) -> Sentence:
    """Return where the visitor stands."""
    if measured is None:
        return mark("Open the tab *Speed, measured*, look at the two lines and say a size."), {}
    if measured.cores == 1:
        return mark("This machine has one core. What can a second thread do there?"), {}
    if said == "?":
        return mark("Look where the line of two threads rises above the other, and say a size."), {}
    return mark("You said {said}. The measurement says something else."), {"said": said}


def learned(measured: Measured | None) -> str:
    """Return what to take from it."""
    if measured is not None and pays_from(measured) is None:
        return mark(
            "In this measurement two threads never paid: one core only, cores that others use "
            "meanwhile, or a dtype whose products PyTorch does not divide. Measure again later."
        )
    return mark(
        "Dividing the work and waiting for each other costs the same at every size. Only large "
        "matrices have enough work to make up for it."
    )
