"""Several devices, simulated on one: the batch on its way, and the numbers of one step."""

from dataclasses import dataclass
from typing import Any

import streamlit as st

from lib.lessons.scale.data_parallel import figures
from lib.lessons.scale.data_parallel import lesson as parallel
from pages import parts
from pages.parts import _
from pages.parts.views import View


@dataclass(frozen=True)
class Simulated(View):
    """One step on pretend devices."""

    result: parallel.Parallel
    settings: dict[str, Any]
    revealed: bool

    def picture(self) -> None:
        """Draw the batch on its way."""
        st.markdown(
            _("**Simulated**, on one CPU, with a real network: what `nn.DataParallel` does on "
              "GPUs. A cell is a sample; it is full once it went through the network.")
        )  # fmt: skip
        devices, chunks = self.settings["devices"], ", ".join(map(str, self.result.chunks))
        alt = _("A batch of {batch} samples above, a lane for each of {devices} devices below.",
                batch=self.settings["batch"], devices=devices)  # fmt: skip
        if self.revealed:
            alt += " " + _("Samples on each device: {chunks}.", chunks=chunks)
        parts.chart(
            figures.parallel,
            result=self.result,
            devices=devices,
            key="parallel",
            alt=alt,
            revealed=self.revealed,
        )

    def numbers(self) -> None:
        """Show that several devices find what one finds, and where they would not."""
        result = self.result
        cut = _("samples on each device, by `x.chunk(devices)`")
        own_gradients = _("gradient of the last bias, on each device")
        rows = {
            cut: f"`{', '.join(map(str, result.chunks))}`",
            _("loss of the gathered outputs"): result.loss,
            _("loss on one device"): result.one_device_loss,
            _("mean of each device's own loss"): result.mean_of_losses,
            own_gradients: result.gradients,
            _("their sum"): result.summed_gradient,
            _("the same gradient on one device"): result.one_device_gradient,
            _("largest difference of any gradient"): result.gradient_difference,
            _("the same, if each device's own mean were averaged"): result.averaged_difference,
        }
        parts.numbers(rows, self.revealed, always=rows.keys() - {cut, own_gradients})
        if self.revealed and len(set(result.chunks)) > 1:
            st.markdown(
                _("The chunks are not equal, so the mean of the means is not the mean: a small "
                  "chunk would count as much as a large one. `nn.DataParallel` gathers first and "
                  "computes the loss once, so it is right. `DistributedDataParallel` averages: "
                  "give every process equally many samples.")
            )  # fmt: skip

    def program(self) -> None:
        """Show the program of the step."""
        parts.program(parallel.scatter_and_gather, **self.settings)
