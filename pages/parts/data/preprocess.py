"""What else belongs to a chain: its draws, a picture seen wrong, and the notes' loaders."""

from typing import Any

import streamlit as st

from lib.export import snippets
from lib.lessons.data.preprocess import draws as drawing
from lib.lessons.data.preprocess import figures_images as images
from lib.lessons.data.preprocess import notes
from lib.lessons.data.preprocess import steps as chains
from lib.lessons.data.preprocess import views as preprocess_views
from lib.lessons.data.preprocess import wrapped as preprocess_wrapped
from pages.parts import control
from pages.parts.chart import chart
from pages.parts.listing import listing
from pages.parts.numbers import numbers
from pages.parts.program import program
from pages.parts.run import run
from pages.parts.run_result import literal
from pages.parts.text import _, translated

PARTS = ("draws", "views", "WrappedDataLoader")


def closer(settings: dict[str, Any]) -> None:
    """Show what else belongs to it, one thing at a time."""
    part = control.buttons("part", _("look closer"), PARTS)
    if part == "draws":
        _draws(**settings)
    elif part == "views":
        _views(settings["image"])
    else:
        _wrapper()


def _draws(image: str | bytes, steps: chains.Steps, seed: int) -> None:
    """Show eight draws of the chain beside each other."""
    result: drawing.Draws = run(drawing.draw, image=image, steps=steps, seed=seed)
    if not result.pictures:
        st.info(_("The chain stops at a step that refuses, so there is nothing to draw."))
        return
    alt = _("Eight draws of the same chain from one picture; {count} of them differ.")
    told, words = alt.format(count=result.different), translated(images.WORDS)
    if not any(step in chains.RANDOM for step in steps):
        say = _("No step of this chain is random: one picture, drawn eight times.")
    elif result.different == 1:
        say = _("The random steps changed nothing: one picture, drawn eight times. Without ToImage "
                "before them, they let the array pass as it is.")  # fmt: skip
    else:
        say = _("One picture, one chain, one seed, drawn eight times: {count} different pictures. "
                "A network sees a new draw in every epoch. A Normalize at the end is left out "
                "here, so that you see the picture.")  # fmt: skip
    st.markdown(say.format(count=result.different))
    chart(images.draws, result, words, key="draws", alt=told)


def _views(image: str | bytes) -> None:
    """Show the picture right, and as somebody sees it who forgot something."""
    result: tuple[preprocess_views.View, ...] = run(preprocess_views.views, image=image)
    alt = _("A picture as it is, with blue taken for red, normalized, and normalized and undone.")
    chart(images.views, result, translated(images.WORDS), key="views", alt=alt)
    swapped, normalized = result[1], result[2]
    say = _("No error, and the wrong picture. With red and blue swapped, a number is off by "
            "{off:.1f} of 255 on average. Shown normalized, {clipped:.1%} of the numbers are cut "
            "off; times std and with mean added back, it is the picture again.")  # fmt: skip
    st.markdown(say.format(off=swapped.off, clipped=normalized.clipped))


def _wrapper() -> None:
    """Run the notes' loaders, wrapped and not."""
    left, right = st.columns([1, 2], gap="medium")
    with left:
        wrap = control.switch("wrap", _("wrap the loaders, as the notes do"), True)
        bs = control.slider("bs", _("batch size bs"), preprocess_wrapped.SIZES, 64, 8)
        result: preprocess_wrapped.Batches = run(preprocess_wrapped.load, wrap=wrap, bs=bs)
        alt = _("The first pictures of a batch of shape {shape}.").format(shape=result.given[0])
    with right:
        chart(images.batch, result, translated(images.WORDS), key="batch", alt=alt)
        pieces = (notes.WrappedDataLoader, notes.preprocess, notes.get_data)
        text = "\n\n\n".join(snippets.listing(piece).text for piece in pieces)
        listing(
            text + "\n", "preprocess.notes", _("The notes' code, and get_data, which they lack")
        )
    output = str(result.output) if result.output else result.refused.partition(":")[0]
    numbers(
        {
            "`train_ds[0]`": _shapes(result.item),
            _("a batch of the DataLoader"): _shapes(result.batch),
            _("what the loop gets"): _shapes(result.given),
            _("device"): f"`{result.device}`",
            _("out of the notes' network"): f"`{output}`",
            "`type(train_dl)`": f"`{result.loader}`",
            "`len(train_dl)`, `len(valid_dl)`": (result.train_length, result.valid_length),
            _("pictures in a batch of train_dl, of valid_dl"): (
                result.batch[1][0], result.valid_batch
            ),
            _("batches in two loops, one after the other"): _("{first}, then {second}").format(
                first=result.passes[0], second=result.passes[1]
            ),
            _("`train_dl.dataset` can be asked for"): result.dataset,
        }
    )  # fmt: skip
    if result.refused:
        st.error(literal(result.refused), icon=":material/error:")
    st.markdown(
        _("`__iter__` is why a `for` loop can begin anew every epoch, and `__len__` is why "
          "`len(valid_dl)` works, which the notes' loop divides by. Nothing else is passed on: "
          "`train_dl.dataset` is gone. `get_data` is missing in the notes; this is the one of "
          "PyTorch's tutorial, which shuffles for training only and doubles the batch size for "
          "validation.")
    )  # fmt: skip
    program(preprocess_wrapped.load, wrap=wrap, bs=bs)


def _shapes(shapes: tuple[tuple[int, ...], ...]) -> str:
    return " ".join(f"`{shape}`" for shape in shapes)
