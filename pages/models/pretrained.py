"""Pretrained: stand on a trained network."""

from typing import Any

import streamlit as st

from lib.core.rules import Between
from lib.lessons.models.pretrained import figures
from lib.lessons.models.pretrained import lesson as pretrained
from lib.lessons.models.pretrained import questions as asked
from lib.lessons.models.pretrained import top as tops
from lib.lessons.models.pretrained.networks import BLOCKS
from pages.parts import control
from pages.parts.chart import chart
from pages.parts.lesson import lesson
from pages.parts.models import pretrained as views
from pages.parts.models.pretrained_source import network_source
from pages.parts.models.pretrained_two_photos import two_photos
from pages.parts.picture_source import picture_source
from pages.parts.predict import ask, options, reveal
from pages.parts.program import program
from pages.parts.run import run
from pages.parts.text import _, translated

PARTS = ("freeze", "two ways", "plane", "new head")


def page() -> None:
    """Show the lesson."""
    questions = st.container()
    left, right = st.columns([1, 2], gap="medium")
    with left:
        settings, frozen = controls()
        shown = reveal(_("Show the answers"))
    answer: tops.Answer = run(tops.top_classes, heavy=True, **settings)
    counted: pretrained.Frozen = run(pretrained.freeze, **frozen)
    with right:
        seen = run(tops.seen, network=settings["network"], image=settings["image"])
        alt = _("The picture as the network sees it, and bars for its {count} likeliest classes.")
        words = translated(figures.WORDS)
        told = alt.format(count=len(answer.classes))
        chart(figures.top, answer, seen, shown, words, key="top", alt=told)
        first = f"**{answer.classes[0]}**" if shown else f":gray[{_('hidden until you answer')}]"
        say = _("First answer: {first}. In went numbers with mean {mean:.2f} and spread {std:.2f}.")
        st.markdown(say.format(first=first, mean=answer.mean, std=answer.std))
        alt = _("Parameters of each block as bars; {frozen} of {blocks} blocks are frozen.")
        told = alt.format(frozen=frozen["frozen"], blocks=len(counted.parts) - 1)
        chart(figures.blocks, counted, shown, words, key="blocks", alt=told)
    with questions:
        predictions(answer, counted, settings, frozen)
    program(tops.top_classes, **settings)
    st.subheader(_("Build on it"), anchor=False)
    part = control.buttons("part", _("look closer"), PARTS)
    where = {"network": settings["network"], "image": settings["image"]}
    if part == "freeze":
        views.freeze(counted, frozen, shown)
    elif part == "two ways":
        views.two_ways({**where, "embed_size": frozen["embed_size"]})
    elif part == "plane":
        views.plane(**where)
    else:
        views.new_head(where["network"])
    two_photos(where["network"])


def controls() -> tuple[dict[str, Any], dict[str, Any]]:
    """Show the controls; return the settings of the answer, and those of freezing."""
    network = network_source()
    settings = {
        "network": network,
        "image": picture_source(fashion=False),
        "k": control.slider("k", _("top k"), tops.TOP, 5),
        "normalize": control.switch("normalize", _("normalize the picture"), True),
        "evaluate": control.switch("evaluate", "model.eval()", True),
    }
    if not settings["evaluate"]:
        settings["seed"] = control.slider("seed", _("seed of dropout"), tops.SEEDS, 0)
    st.divider()
    most = BLOCKS[network]
    frozen = {
        "network": network,
        "frozen": control.slider("frozen", _("blocks frozen"), Between(0, most), most - 2),
        "embed_size": int(control.scale("embed_size", "embed_size", pretrained.EMBED_SIZES, 256)),
    }
    return settings, frozen


def predictions(
    answer: tops.Answer,
    counted: pretrained.Frozen,
    settings: dict[str, Any],
    frozen: dict[str, Any],
) -> None:
    """Ask for the first class, and for how many parameters still train."""
    image = settings["image"]
    usual = {"network": settings["network"], "image": image}
    careful: tops.Answer = run(tops.top_classes, heavy=True, **usual)
    about = {name: value for name, value in settings.items() if name != "k"}
    question = _("Out of 1000 classes, which one comes first for this picture at these settings?")
    fields = {**frozen, "blocks": BLOCKS[frozen["network"]]}
    blocks = _("{frozen} of {blocks} blocks are frozen, and the new head gives {embed_size} "
               "numbers. How many parameters still train?").format(**fields)  # fmt: skip
    ask(
        ("first", question, options(asked.guesses(answer, careful, image), asked.TOLD), about),
        (
            "trains",
            blocks,
            options(asked.count_guesses(counted), asked.TOLD_COUNT, sort=False),
            frozen,
        ),
    )


lesson("pretrained", page)
