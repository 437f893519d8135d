"""What else belongs to a chain: its draws, an image shown wrong, and the notes' loaders."""

from typing import Any

import streamlit as st

from lib.export import snippets
from lib.lessons.data.preprocess import image_figures, normalization, wrapped_loader
from lib.lessons.data.preprocess import lesson as preprocess
from pages import parts
from pages.parts import _, control
from pages.parts.listing import listing


def draws(**settings: Any) -> None:
    """Show eight draws of the chain beside each other."""
    result: preprocess.Draws = parts.run(preprocess.draw, **settings)
    if not result.images:
        st.info(_("The chain stops at a step that raises, so there is nothing to draw."))
        return
    if not any(step in preprocess.RANDOM for step in settings["steps"]):
        words = _("No step of this chain is random: one image, drawn eight times.")
    elif result.different == 1 and preprocess.draws_at_random(settings["steps"]):
        words = _("The random steps came to the same eight times: a crop as large as the image has "
                  "no choice, and a change may have nothing to change.")  # fmt: skip
    elif result.different == 1:
        words = _("The random steps changed nothing: one image, drawn eight times. Without ToImage "
                  "before them, they let the array pass as it is.")  # fmt: skip
    else:
        words = _("One image, one chain, one seed, drawn eight times: {count} different images. "
                  "A network sees a new draw in every epoch. A Normalize at the end is left out "
                  "here, so that you see the image.", count=result.different)  # fmt: skip
    st.markdown(words)
    alt = _("Eight draws of the same chain from one image; {count} of them differ.",
            count=result.different)  # fmt: skip
    parts.chart(image_figures.draws, result=result, key="draws", alt=alt)


def views(image: str | bytes) -> None:
    """Show the image right, and as somebody sees it who forgot something."""
    result: tuple[normalization.View, ...] = parts.run(normalization.views, image=image)
    alt = _("An image as it is, with blue taken for red, normalized, and normalized and undone.")
    parts.chart(image_figures.views, result=result, key="views", alt=alt)
    st.markdown(
        _("No error, and the wrong image. With red and blue swapped, a number is off by {off:.1f} "
          "of 255 on average. Shown normalized, {clipped:.1%} of the numbers are clipped; times "
          "std and with mean added back, it is the image again.",
          off=result[1].off, clipped=result[2].clipped)
    )  # fmt: skip


def wrapper() -> None:
    """Run the notes' loaders, wrapped and not."""
    left, right = st.columns([1, 2], gap="medium")
    with left:
        settings = {
            "wrap": control.switch("wrap", _("wrap the loaders, as the notes do"), True),
            "bs": control.slider("bs", _("batch size bs"), wrapped_loader.SIZES, 64, 8),
        }
    result: wrapped_loader.Batches = parts.run(wrapped_loader.load, **settings)
    with right:
        alt = _("The first images of a batch of shape {shape}.", shape=result.given[0])
        parts.chart(image_figures.batch, result=result, key="batch", alt=alt)
        pieces = (
            wrapped_loader.WrappedDataLoader,
            wrapped_loader.preprocess,
            wrapped_loader.get_data,
        )
        text = "\n\n\n".join(snippets.listing(piece).text for piece in pieces) + "\n"
        listing(text, "preprocess.notes", _("The notes' code, and get_data, which they lack"))
    output = str(result.output) if result.output else result.error.partition(":")[0]
    first, second = result.passes
    parts.numbers(
        {
            "`train_ds[0]`": _shapes(result.item),
            _("a batch of the DataLoader"): _shapes(result.batch),
            _("what the loop gets"): _shapes(result.given),
            _("device"): f"`{result.device}`",
            _("output of the notes' network"): f"`{output}`",
            "`type(train_dl)`": f"`{result.loader}`",
            "`len(train_dl)`, `len(valid_dl)`": (result.train_length, result.valid_length),
            _("images in a batch of train_dl, of valid_dl"): (
                result.batch[1][0],
                result.valid_batch,
            ),
            _("batches in two loops, one after the other"): _(
                "{first}, then {second}", first=first, second=second
            ),
            _("`train_dl.dataset` can be asked for"): result.dataset,
        }
    )
    if result.error:
        st.error(parts.literal(result.error), icon=":material/error:")
    st.markdown(
        _("`__iter__` is why a `for` loop can start over every epoch, and `__len__` is why "
          "`len(valid_dl)` works, which the notes' loop divides by. Nothing else is passed on: "
          "`train_dl.dataset` is gone. `get_data` is missing in the notes; this is the one of "
          "PyTorch's tutorial, which shuffles for training only and doubles the batch size for "
          "validation.")
    )  # fmt: skip
    parts.program(wrapped_loader.load, **settings)


def _shapes(shapes: tuple[tuple[int, ...], ...]) -> str:
    return " ".join(f"`{shape}`" for shape in shapes)
