"""Pretrained: stand on a trained network."""

from functools import partial

import streamlit as st

from lib.core.rules import Between
from lib.lessons.models.pretrained import lesson as pretrained
from lib.lessons.models.pretrained import linear_probe
from lib.lessons.models.pretrained import questions as asked
from lib.lessons.models.pretrained.networks import BLOCKS, SHIPPED
from pages import parts
from pages.parts import Goal, Hints, Program, Question, Settings, _, control
from pages.parts.models import pretrained_build_on as build_on
from pages.parts.models.pretrained_source import network_source
from pages.parts.models.pretrained_two_photos import two_photos
from pages.parts.options import Options
from pages.parts.picture_source import picture_source
from pages.parts.prediction import revealed

PROBED = {"data": linear_probe.PHOTOS, "count": 24}  # of the question on what a head is worth


def controls() -> Settings:
    """Show the photo and the head first; ask a worker what the network answers."""
    image = picture_source(label=_("photo"), fashion=False)
    head = parts.shown({"embed_size": _("embed_size: outputs of the new head")})
    blocks = st.container()
    with parts.more():
        network = network_source()
        looks = parts.shown(
            {
                "k": _("top k"),
                "normalize": _("normalize the picture"),
                "evaluate": "model.eval()",
            }
        )
        if not looks["evaluate"]:
            looks |= parts.shown({"seed": _("seed of dropout")})
            st.caption(
                _("In training mode, batch norm takes mean and variance from this one picture "
                  "instead of those it learned: that alone spoils the answer. Dropout, which the "
                  "seed draws, changes much less.")
            )  # fmt: skip
    most = BLOCKS[network]
    with blocks:
        start = min(BLOCKS[SHIPPED] - 2, most)
        frozen = control.slider("frozen", _("blocks frozen"), Between(0, most), start)
    values = {"network": network, "image": image, "frozen": frozen, **head, **looks}
    return {**values, "prediction": predicted(values)}


def predicted(values: Settings, **changed: object) -> pretrained.Prediction:
    """Return what the network answers: ten classes, of which the page shows the first k."""
    names = ("network", "image", "normalize", "evaluate")
    asked_for = {**{name: values[name] for name in names}, "seed": values.get("seed", 0)}
    result: pretrained.Prediction = parts.run(
        pretrained.top_classes, heavy=True, k=int(pretrained.TOP.high), **{**asked_for, **changed}
    )
    return result


def counted(settings: Settings) -> pretrained.Frozen:
    """Return what trains."""
    return pretrained.counted(**freezing(settings))


def freezing(settings: Settings) -> Settings:
    """Return what ``freeze`` takes."""
    return {name: settings[name] for name in ("network", "frozen", "embed_size")}


def questions(settings: Settings) -> list[Question]:
    """Ask for the first class, how many parameters train, and what a new head is worth."""
    image = settings["image"]
    careful = predicted(settings, normalize=True, evaluate=True, seed=0)
    photo = _("your picture") if isinstance(image, bytes) else image
    first = _("Out of 1000 classes, which one comes first for the photo {photo}?", photo=photo)
    if not (settings["normalize"] and settings["evaluate"]):
        first = _("Out of 1000 classes, which one comes first for {photo}, with normalize "
                  "{normalize} and eval() {evaluate}?", **{**settings, "photo": photo})  # fmt: skip
    trains = _("{frozen} of {blocks} blocks are frozen, and the new head has {embed_size} outputs. "
               "How many parameters still train?",
               **freezing(settings), blocks=BLOCKS[settings["network"]])  # fmt: skip
    worth = _("{count} crops of six photos to learn from: a new head on the frozen network, or a "
              "small network from scratch. Which names more of {tests} other crops right?",
              count=PROBED["count"], tests=linear_probe.TESTS[linear_probe.PHOTOS])  # fmt: skip
    return [
        parts.question(
            "first", first,
            parts.options(asked.first_class(settings["prediction"], careful, image,
                                            settings["evaluate"]), asked.FEEDBACK),
        ),
        parts.question(
            "trains", trains,
            parts.options(asked.trainable_parameters(counted(settings)), asked.FEEDBACK_COUNT,
                          sort=False),
        ),
        Question("worth", worth, [_(each) for each in asked.WORTH.values()],
                 partial(worth_found, settings["network"])),
    ]  # fmt: skip


def worth_found(network: str) -> Options:
    """Train both, and say which is better, with their numbers."""
    result = parts.run(linear_probe.probe, heavy=True, network=network, **PROBED)
    right, told = parts.options(
        asked.worth(result, linear_probe.PHOTOS), asked.WORTH_FEEDBACK, asked.WORTH, sort=False
    )
    both = _("The head: {head:.1%}. From scratch: {scratch:.1%}.",
             head=result.head_test, scratch=result.scratch_test)  # fmt: skip
    return right, {**told, right: f"{both} {told[right]}"}


def challenge(settings: Settings) -> Goal:
    """Ask for a head for ten classes, with hardly anything else that trains."""
    outputs = _("{frozen} of {blocks} blocks frozen, {embed_size} outputs.",
                **freezing(settings), blocks=BLOCKS[settings["network"]])  # fmt: skip
    return Goal(
        _("Name at least {classes} kinds of things, and train less than {share:.0%} of all "
          "parameters.", classes=pretrained.FEWEST_CLASSES, share=pretrained.MOST_TRAINED),
        pretrained.trains_little(counted(settings)),
        outputs,
        _("A head needs a weight for each feature and class, and all else is borrowed. The fewer "
          "parameters train, the fewer examples they need."),
    )  # fmt: skip


def program(settings: Settings) -> Program:
    """Return the program that asked the network."""
    names = ("network", "image", "k", "normalize", "evaluate", "seed")
    return Program(pretrained.top_classes, {name: settings[name] for name in names})


def below(settings: Settings) -> None:
    """Show what a head is worth, a second challenge, and the features."""
    where = {name: settings[name] for name in ("network", "image")}
    label = _("What it is worth: a new head against training from scratch")
    with parts.folded("worth", label) as is_open:
        if is_open and "worth" in revealed("pretrained"):
            build_on.worth(settings["network"])
        elif is_open:
            st.markdown(_("The curves come when you have answered question 3."))
    with parts.folded("photos", _("A second challenge: ten examples of two photos")) as is_open:
        if is_open:
            two_photos(settings["network"])
    with parts.folded("plane", _("The photos in a plane, by their features")) as is_open:
        if is_open:
            build_on.plane(**where)
    with parts.folded("ways", _("Two ways to take the head off")) as is_open:
        if is_open:
            build_on.two_ways({**where, "embed_size": settings["embed_size"]})
    with parts.folded("freeze", _("The program that freezes and counts")) as is_open:
        if is_open:
            build_on.frozen(freezing(settings))


def hints(_settings: Settings) -> Hints:
    """Say what trains, and how much that is."""
    return Hints(
        _("Every block that is not frozen trains with the head. Freeze more of them."),
        _("With all 19 blocks frozen only the head trains, and it has a weight for each feature "
          "and output: choose few outputs."),
        {"frozen": 19, "embed_size": "10"},
    )  # fmt: skip


parts.page(
    "pretrained",
    controls=controls,
    questions=questions,
    challenge=challenge,
    hints=hints,
    program_of=program,
    below=below,
)
