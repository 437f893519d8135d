"""What the lesson looks like: two memories, and where each line of a program puts its tensors."""

from lib.core.controls import Menu
from lib.core.i18n import Translate, english, mark, translated
from lib.core.scene import ALL, Line, Picture, Revealed, Row, Scene
from lib.lessons.scale.devices import figures
from lib.lessons.scale.devices.figures import HIDDEN, Moment
from lib.lessons.scale.devices.lesson import (
    IMAGES_LINES,
    MODEL_LINES,
    PRACTICE,
    Y_LINES,
    Trace,
    choices,
    contents,
    follow,
    held,
    program,
)

IDEA = mark(
    "A tensor lives in the memory of one :green[**device**]: the :blue[**cpu**], or a GPU, which "
    "has memory of its own. `images.to(device)` returns a copy over there, as NumPy's "
    "`a.astype()` returns one. An operation needs all its tensors on one :green[**device**] (a CPU "
    "tensor without axes may join). No GPU here? :green[**meta**] is a device for practice, on "
    "every machine: its tensors have a shape and no numbers in them."
)
CONTROLS = {
    "device": Menu({name: name for name in choices()}),
    "model": Menu({line: line for line in MODEL_LINES}),
    "images": Menu({line: line for line in IMAGES_LINES}, "images.to(device)"),
    "y": Menu({line: line for line in Y_LINES}),
}
SYMBOLS = {"device": "green"}
# Played once before the first question: the program that runs to its end.
EXAMPLE = {
    "device": PRACTICE,
    "model": "model = model.to(device)",
    "images": "images = images.to(device)",
    "y": "y = torch.ones_like(images)",
}

MADE, MOVED_MODEL, MOVED_IMAGES, MADE_Y, OUT, LOSS = 2, 3, 4, 5, 6, 7  # lines of the program


def scene(
    device: str = PRACTICE,
    model: str = "model.to(device)",
    images: str = "images.to(device)",
    y: str = "y = torch.ones_like(images, device=device)",
    *,
    revealed: Revealed = ALL,
    _: Translate = english,
) -> Scene:
    """Return what is seen at these settings; the questions are "images", "model" and "fate"."""
    chosen = {"device": device, "model": model, "images": images, "y": y}
    result = follow(device, MODEL_LINES[model], IMAGES_LINES[images], Y_LINES[y])
    seen = moments(result, chosen, revealed, _)
    end = {name: place for name, place in seen[-1].places.items() if place != HIDDEN}
    told = ", ".join(f"{name}: {place}" for name, place in end.items())
    return Scene(
        pictures={
            "memories": Picture(
                figures.places(seen, device, contents(), translated(figures.WORDS, _)),
                _("The memories of cpu and {device}; where the tensors are: {told}.",
                  device=device, told=told),
            )
        },
        code=code(chosen),
        caption=_("Play the lines: each one makes a tensor or moves one."),
        numbers=rows(result, _),
        pause=1300,
        error="RuntimeError" if result.error else "",
    )  # fmt: skip


def code(chosen: dict[str, str]) -> tuple[Line, ...]:
    """Return the program, each line with its frame."""
    first, *others = program(**chosen).splitlines()
    return (
        Line(first, (0,)),
        Line("torch.manual_seed(0)", (1,)),
        *(Line(each, (number,)) for number, each in enumerate(others, start=1)),
        Line("print(loss.device)"),
    )


def rows(result: Trace, _: Translate) -> tuple[Row, ...]:
    """Return where everything is at the end."""
    end, criterion = result.steps[-1], held()
    computed = f"`{end['out']}`" if "out" in end else _("no device: an error")
    return (
        Row("`model.to(device) is model`", f"`{result.same_model}`", "model"),
        Row("`images.to(device) is images`", f"`{result.same_images}`", "images"),
        Row("`model.weight.device`", f"`{end['model']}`", "model"),
        Row("`images.device`", f"`{end['images']}`", "images"),
        Row("`y.device`", f"`{end['y']}`", "images"),
        Row(_("out is computed on"), computed, "fate"),
        Row(
            _("tensors in `CrossEntropyLoss()`, and with class weights"),
            f"`{criterion.plain}`, `{criterion.weighted}`",
        ),
    )


def moments(
    result: Trace, chosen: dict[str, str], revealed: Revealed, _: Translate
) -> list[Moment]:
    """Return the memories after each line, as far as the answered questions have uncovered them."""
    lines = program(**chosen).splitlines()
    ran = len(result.steps)
    last = MADE
    for question, line in (("model", MOVED_MODEL), ("images", MOVED_IMAGES)):
        last = line if question in revealed else last
    if "fate" in revealed:
        last = ran + bool(result.error)
    hidden = hidden_names(chosen, revealed)
    made = [Moment(lines[0], _("{device} is chosen. Nothing is made yet.", **chosen), {})]
    for number in range(1, last + 1):
        places = {
            name: HIDDEN if number >= hidden.get(name, LOSS + 1) else place
            for name, place in result.steps[min(number, ran) - 1].items()
        }
        if number > ran:
            says = "" if hidden else result.error
            caption = _("{line} fails: RuntimeError. {says}", line=lines[number], says=says)
            refused = "loss" if number == LOSS else "out"
            made.append(Moment(lines[number], caption, places, refused=refused))
            continue
        nameless = without_a_name(chosen, result) if number == MOVED_IMAGES else ""
        if HIDDEN in places.values() and "images" not in revealed:
            nameless = ""
        made.append(Moment(lines[number], caption_of(number, places, chosen, _), places, nameless))
    return made


def hidden_names(chosen: dict[str, str], revealed: Revealed) -> dict[str, int]:
    """Return the names whose place a question still asks for, and from which line on."""
    hidden: dict[str, int] = {}
    if "model" not in revealed:
        hidden |= {"model": MOVED_MODEL, "out": OUT, "loss": LOSS}
    if "images" not in revealed:
        hidden |= {"images": MOVED_IMAGES, "out": OUT, "loss": LOSS}
        if chosen["y"] == "y = torch.ones_like(images)":
            hidden["y"] = MADE_Y
    return hidden


def without_a_name(chosen: dict[str, str], result: Trace) -> str:
    """Return where the tensor is that no name holds after the images' line; empty for none."""
    if result.same_images or chosen["images"].startswith("#"):
        return ""
    return "cpu" if chosen["images"].startswith("images =") else chosen["device"]


def caption_of(number: int, places: dict[str, str], chosen: dict[str, str], _: Translate) -> str:
    """Return what a line did."""
    name = {MOVED_MODEL: "model", MOVED_IMAGES: "images"}.get(number, [*places][-1])
    place = places[name]
    if place == HIDDEN:
        return _("Where is {name} now? A question asks for it.", name=name)
    if number not in {MOVED_MODEL, MOVED_IMAGES}:
        words = {
            "model": _("The model is made, on {place}: nine weights, and a row of three biases."),
            "images": _("images is made, on {place}: twelve ones."),
            "y": _("y is made, on {place}."),
            "out": _("out is computed on {place}, where model and images are."),
            "loss": _("loss is computed on {place}, where out and y are. That is the end."),
        }
        return words[name].format(place=place)
    return caption_of_a_move(name, place, chosen, _)


def caption_of_a_move(name: str, place: str, chosen: dict[str, str], _: Translate) -> str:
    """Return what the line did that is to move a name's tensor, which is now on ``place``."""
    if chosen[name].startswith("#"):
        return _("A comment moves nothing.")
    if chosen["device"] == "cpu":
        return _("It is on cpu already: nothing is copied.")
    if name == "model":
        words = _("A module's .to() changes the module itself: it holds its parameters on "
                  "{device} now.", **chosen)  # fmt: skip
        if chosen["device"] == PRACTICE:  # on other devices they are the same objects as before
            words += " " + _("On meta they are new ones; an optimizer made before this line would "
                             "still hold the old ones.")  # fmt: skip
        return words
    if place == "cpu":
        return _("A copy is made on {device}, and no name holds it. images is the old one.",
                 **chosen)  # fmt: skip
    return _("A copy is made on {device}, and images is its name now.", **chosen)
