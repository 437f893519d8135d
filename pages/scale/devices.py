"""Devices: where a tensor lives, what this machine has, and how fast it is."""

from lib.core.questions import Guess
from lib.lessons.scale.devices import lesson as devices
from lib.lessons.scale.devices import questions as asked
from pages import parts
from pages.parts import Goal, Hints, Program, Question, Settings, _
from pages.parts.scale.devices_machine import choice_questions, machine
from pages.parts.scale.devices_measured import gpu, speed


def controls() -> Settings:
    """Show the device, and the lines that put a model and its tensors there."""
    return parts.shown(
        {
            "device": "device",
            "model": _("the model's line"),
            "images": _("the images' line"),
            "y": _("the target's line"),
        }
    )


def followed(settings: Settings) -> Settings:
    """Return what ``follow`` takes for the lines that were chosen."""
    return {
        "device": settings["device"],
        "move_model": devices.MODEL_LINES[settings["model"]],
        "move_images": devices.IMAGES_LINES[settings["images"]],
        "make_y": devices.Y_LINES[settings["y"]],
    }


def questions(settings: Settings) -> list[Question]:
    """Ask where images and model are, whether the program runs, and which device is chosen."""
    result = parts.run(devices.follow, **followed(settings))
    answers: dict[str, tuple[Guess, ...]] = asked.trace_answers(
        result, settings["device"], settings["model"], settings["images"]
    )
    after = _("device is {device}. After `{line}`, where does `{name}` live?")
    fate = _(
        "device is {device}, and the lines are `{model}`, `{images}` and `{y}`. Where does the "
        "program stop?",
        **settings,
    )
    return [
        parts.question(
            name,
            after.format(device=settings["device"], line=settings[name], name=tensor),
            parts.options(answers[name], feedback, asked.PLACES),
        )
        for name, tensor, feedback in (
            ("images", "images", asked.FEEDBACK),
            ("model", "model.weight", asked.FEEDBACK_MODEL),
        )
    ] + [
        parts.question(
            "fate",
            fate,
            parts.options(answers["fate"], asked.FEEDBACK_FATE, asked.FATES, sort=False),
        ),
        *choice_questions(),
    ]


def challenge(settings: Settings) -> Goal:
    """Ask for a program that does its work on the device."""
    result = parts.run(devices.follow, **followed(settings))
    return Goal(
        _("Let the program compute its loss on a device other than cpu, with the target's line "
          "`{y}`, which names no device.", y=asked.FOLLOWS),
        asked.works_there(result, settings["y"]),
        f"`{settings['images']}`, `{settings['y']}`",
        _("ones_like makes y where images is. Move the inputs and give them their name: what is "
          "computed from them is there, too."),
    )  # fmt: skip


def program(settings: Settings) -> Program:
    """Return the program that asked every tensor where it is."""
    return Program(devices.follow, followed(settings))


def below(_settings: Settings) -> None:
    """Show this machine, how fast it is, and what a GPU costs."""
    with parts.folded("machine", _("This machine, and which device a program chooses")) as is_open:
        if is_open:
            machine()
    with parts.folded("speed", _("Speed, measured: one thread, two threads, GPU")) as is_open:
        if is_open:
            speed()
    with parts.folded("gpu", _("What a GPU costs beside its speed")) as is_open:
        if is_open:
            gpu()


def hints(_settings: Settings) -> Hints:
    """Say what decides where the target lives."""
    return Hints(
        _("`ones_like` makes the target where the images are, so look at the images' line first."),
        _("Choose the line that gives the moved images their name again."),
        {"device": "meta", "images": "images = images.to(device)",
            "y": "y = torch.ones_like(images)"},
    )  # fmt: skip


parts.page(
    "devices",
    controls=controls,
    questions=questions,
    challenge=challenge,
    hints=hints,
    program_of=program,
    below=below,
)
