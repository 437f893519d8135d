"""Two tensors that are lined up, stretched and combined."""

from functools import partial
from typing import Any, NamedTuple

import streamlit as st

from lib.lessons.tensors.operate import figures
from lib.lessons.tensors.operate import lesson as operate
from lib.lessons.tensors.operate import questions as asked
from lib.lessons.tensors.operate.broadcasting import Links, link, shape
from lib.lessons.tensors.operate.forms import FORMS
from pages import parts
from pages.parts import _, control

TEXTS = ("2, 1, 3", "(4, 1)", "", "4 2", "4, 9", "1, 1, 1, 1", "4, 3, 3", "two")
START = (("x", "4, 1", "float32"), ("y", "3", "int64"))


class TwoTensors(NamedTuple):
    """What the controls say, and what comes of it.

    Attributes:
        operation: its name, such as "add".
        settings: those of ``combine``.
        result: what ``combine`` returns.
        links: how the shapes are lined up.
        revealed: whether the answers may be seen.
    """

    operation: str
    settings: dict[str, Any]
    result: operate.Combined
    links: Links
    revealed: bool

    def picture(self) -> None:
        """Draw how the two are lined up and combined."""
        x, y = self.settings["x_shape"], self.settings["y_shape"]
        parts.chart(
            figures.broadcasting,
            result=self.result,
            links=self.links,
            operation=self.operation,
            key="broadcast",
            alt=_(
                "x of shape {x} and y of shape {y}, their axes lined up from the right.", x=x, y=y
            ),
            revealed=self.revealed,
        )

    def questions(self) -> None:
        """Ask for shape and dtype of the result."""
        compute, x, x_dtype, y, y_dtype = self.settings.values()
        matmul = self.operation == "matmul"
        answers = asked.combined_answers(self.result, x, y, x_dtype, y_dtype, matmul)
        line = next(text for text, form in FORMS[self.operation].items() if form is compute)
        parts.ask(
            (
                "shape",
                _("Which shape does `{line}` give?", line=line),
                parts.options(answers["shape"], asked.SHAPE_FEEDBACK),
                self.settings,
            ),
            (
                "dtype",
                _("And which dtype?"),
                parts.options(answers["dtype"], asked.DTYPE_FEEDBACK),
                self.settings,
            ),
        )

    def numbers(self) -> None:
        """Show shape, dtype and memory of the result, or PyTorch's own words against it."""
        result, links = self.result, self.links
        if result.refused and self.revealed:
            words = parts.literal(result.refused)
            st.error(f"**{result.error}:** {words}", icon=":material/error:")
        rows = {
            "`torch.result_type(x, y)`": f"`{result.promoted}`",
            "`result.dtype`": f"`{result.dtype}`" if result.dtype else "",
            "`result.shape`": f"`{result.shape}`" if result.shape is not None else "",
            _("memory of the result"): _(asked.MEMORY.get(result.memory, "")),
            _("strides of x and y once stretched; along a 0 the same number is read again"):
                f"`{links.x.stride}` `{links.y.stride}`",
        }  # fmt: skip
        refused = _("none: PyTorch refuses")
        parts.numbers({name: value or refused for name, value in rows.items()}, self.revealed)

    def program(self) -> None:
        """Show the program that combined the two."""
        parts.program(operate.combine, **self.settings)

    def challenge(self) -> None:
        """Ask for a shape that is reached by changing one of the two."""
        x, y = self.settings["x_shape"], self.settings["y_shape"]
        parts.challenge(
            _("Begin with shapes `4, 1` and `3`, and reach a result of shape `(2, 4, 3)` by "
              "changing only one of the two."),
            asked.reaches(self.result, x, y),
            f"x `{x}`, y `{y}`",
            _("A new axis on the left of one tensor is enough: the other one is stretched along "
              "it."),
        )  # fmt: skip


def two_tensors() -> TwoTensors:
    """Show the controls."""
    operation = control.menu("operation", _("operation"), FORMS)
    # Each operation is written in its own ways.
    compute = control.choice(f"{operation}.form", _("written as"), FORMS[operation])
    settings: dict[str, Any] = {"compute": compute}
    columns, below = st.columns(2), st.container()
    for column, (name, start, dtype) in zip(columns, START, strict=True):
        with column:
            field, read = f"{name}_shape", partial(shape, name=f"{name}_shape")
            label = f"{_('shape of')} {name}"
            settings[field] = parts.parsed_input(
                field, label, start, TEXTS, read, most=20, below=below
            )
            field, label = f"{name}_dtype", f"{_('dtype of')} {name}"
            settings[field] = control.menu(field, label, operate.DTYPES, dtype)
    revealed = parts.reveal(_("Show the result"))
    result = parts.run(operate.combine, **settings)
    links = parts.run(
        link,
        x_shape=settings["x_shape"],
        y_shape=settings["y_shape"],
        matmul=operation == "matmul",
    )
    return TwoTensors(operation, settings, result, links, revealed)
