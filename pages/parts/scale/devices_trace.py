"""Where a model and its tensors live, line by line."""

from dataclasses import dataclass
from typing import Any, Self

import streamlit as st

from lib.lessons.scale.devices import figures
from lib.lessons.scale.devices import lesson as devices
from lib.lessons.scale.devices import questions as asked
from pages import parts
from pages.parts import _, control
from pages.parts.listing import listing
from pages.parts.views import View


@dataclass(frozen=True)
class Placement(View):
    """The lines that were chosen, and where they put everything."""

    chosen: dict[str, str]
    settings: dict[str, Any]
    result: devices.Trace
    revealed: bool

    @classmethod
    def controls(cls) -> Self:
        """Show the controls."""
        images = "images.to(device)"
        chosen = {
            "device": control.menu("device", "device", devices.choices()),
            "model": control.menu("model", _("the model's line"), devices.MODEL_LINES),
            "images": control.menu("images", _("the images' line"), devices.IMAGES_LINES, images),
            "y": control.menu("y", _("the target's line"), devices.Y_LINES),
        }
        revealed = parts.reveal(_("Show where they live"))
        settings = devices.settings(**chosen)
        return cls(chosen, settings, parts.run(devices.follow, **settings), revealed)

    def picture(self) -> None:
        """Draw where every name lives, and show the line that fails."""
        lines = devices.lines(self.result, **self.chosen)
        parts.chart(
            figures.places,
            result=self.result,
            device=self.chosen["device"],
            lines=lines,
            key="places",
            alt=_("Two columns, the CPU and {device}, with the model, the images, y, out and loss.",
                  device=self.chosen["device"]),
            revealed=self.revealed,
        )  # fmt: skip
        failing = len(lines) if self.revealed and self.result.error else None
        listing(devices.program(**self.chosen), "devices.lines", _("The program"), failing)
        if failing is not None:
            words = parts.literal(self.result.error)
            st.error(f"**RuntimeError:** {words}", icon=":material/error:")

    def questions(self) -> None:
        """Ask where the images and the model are, and whether the program runs."""
        answers = asked.trace_answers(self.result, self.chosen["device"])
        after = _("After `{line}`, where does `{name}` live?")
        feedback = {"images": asked.FEEDBACK, "model": asked.FEEDBACK_MODEL}
        names = {"images": "images", "model": "model.weight"}
        parts.ask(
            *(
                (
                    each,
                    after.format(line=self.chosen[each], name=names[each]),
                    parts.options(answers[each], feedback[each], asked.PLACES),
                    self.chosen,
                )
                for each in names
            ),
            (
                "fate",
                _("Does the program run to its end? If not, where does it stop?"),
                parts.options(answers["fate"], asked.FEEDBACK_FATE, asked.FATES, sort=False),
                self.chosen,
            ),
        )

    def numbers(self) -> None:
        """Show where everything is at the end."""
        result, held = self.result, parts.run(devices.held)
        end, criterion = (
            result.steps[-1],
            _("tensors in CrossEntropyLoss(), and with class weights"),
        )
        parts.numbers(
            {
                "`model.to(device) is model`": result.same_model,
                "`images.to(device) is images`": result.same_images,
                _("device of model, images, y at the end"): " ".join(
                    f"`{end[name]}`" for name in ("model", "images", "y")
                ),
                _("computed on"): f"`{end['out']}`" if "out" in end else _("no device: an error"),
                criterion: f"`{held.plain}` `{held.weighted}`",
            },
            self.revealed,
            always=[criterion],
        )
        if self.chosen["device"] == devices.PRACTICE:
            st.caption(
                _("meta is a device of PyTorch that every machine has, good to practice on: its "
                  "tensors know shape and dtype and hold no numbers. The errors are real.")
            )  # fmt: skip

    def program(self) -> None:
        """Show the program that asked every tensor where it is."""
        parts.program(devices.follow, **self.settings)
