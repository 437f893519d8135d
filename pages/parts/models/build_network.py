"""What the page on building networks says of one: too large, refused, its graph, its table."""

from typing import Any

import streamlit as st

from lib.lessons.models.build import figures, lesson
from lib.lessons.models.build.layer_kinds import PRESETS, Layers, Shape, layers_text
from lib.lessons.models.build.suggestions import Suggestion, suggest
from lib.lessons.models.build.text import PROGRAMS, called
from pages.parts import control
from pages.parts.chart import chart
from pages.parts.models.build_generated import generated
from pages.parts.models.build_rows import set_layers
from pages.parts.run import attempt, run
from pages.parts.run_result import literal
from pages.parts.text import _, sentence

CHANGED_BY_EVAL = {"Dropout", "BatchNorm1d", "BatchNorm2d"}


def built(name: str, layers: Layers, shape: Shape) -> tuple[Layers, Shape, lesson.Built]:
    """Return the network, or the last one under this name if this one is too large."""
    good = st.session_state.setdefault("build.last", {})
    tried = attempt(lesson.build, layers=layers, shape=shape)
    if not tried.error:
        good[name] = layers, shape
        return layers, shape, tried.result
    preset = PRESETS[name.partition(".")[0]]
    layers, shape = good.get(name) or (preset.layers, preset.shape)
    still = _("The page still shows `{last}`.", last=layers_text(layers))
    st.warning(f"{literal(tried.message)}. {still}", icon=":material/block:")
    return layers, shape, run(lesson.build, layers=layers, shape=shape)


def refusal(name: str, settings: dict[str, Any], result: lesson.Built) -> None:
    """Say why the network ends, in PyTorch's own words, and what would help."""
    failing = settings["layers"][len(result.shapes) - 1]
    st.error(f"`{called(failing)}`: {literal(result.refused)}", icon=":material/error:")
    suggestion: Suggestion | None = run(suggest, **settings)
    if suggestion is None:
        st.info(_("No single change near this layer helps. Look at what arrives there."))
        return
    tried = _("Tried, and this layer works:")
    st.info(f"{tried} {sentence(suggestion.sentence)}", icon=":material/build:")
    if not control.is_locked(name):
        st.button(
            _("Change it"),
            on_click=set_layers,
            args=(f"build.{name}", layers_text(suggestion.layers)),
        )


def views(settings: dict[str, Any], optimizer: str, revealed: bool) -> None:
    """Show the network as a program, as a graph, and in torchinfo's table, each when opened."""
    result = run(lesson.build, **settings)
    title = _("Your network as a program")
    with _section("program_view", title) as section:
        if section.open:
            style = control.buttons("style", _("written as"), tuple(PROGRAMS))
            programs = {
                name: make(settings["layers"], result, optimizer, revealed)
                for name, make in PROGRAMS.items()
            }
            generated(programs, style, title)
            st.markdown(
                _("Both styles make the same weights and the same outputs. `model(x)` calls "
                  "`forward(x)`. In a class of your own, `forward` may do what `nn.Sequential` "
                  "cannot, such as go around a layer: `x = x + self.conv2(x)`.")
            )  # fmt: skip
            if any(layer[0] in CHANGED_BY_EVAL for layer in settings["layers"]):
                st.markdown(
                    _("Dropout and batch norm work differently while training. Call `model.eval()` "
                      "before you use the network, and `model.train()` before you train it on.")
                )  # fmt: skip
    later = f":gray[{_('It comes when you have answered both questions.')}]"
    with _section("graph_view", _("The graph torch.fx finds")) as section:
        if section.open and revealed:
            _graph(settings)
        elif section.open:
            st.markdown(later)
    with _section("table_view", _("torchinfo's table")) as section:
        if section.open and revealed:
            _table(settings, result)
        elif section.open:
            st.markdown(later)


def _section(name: str, label: str) -> Any:
    return st.expander(label, key=f"build.{name}", on_change="rerun")


def _graph(settings: dict[str, Any]) -> None:
    found: lesson.Graph = run(lesson.graph, **settings)
    alt = _(
        "The network as a graph of {count} steps, from the input to the output.",
        count=len(found.steps),
    )
    chart(figures.graph, result=found, key="graph", alt=alt)
    st.markdown(_("Layers of torch.nn stay whole; a Lambda is opened, so you see what it does."))


def _table(settings: dict[str, Any], result: lesson.Built) -> None:
    if result.refused:
        st.info(_("torchinfo needs a network that runs to the end."))
        return
    made: lesson.Table = run(lesson.table, **settings)
    st.code(made.text, language=None)
    ours = sum(result.multiply_adds)
    if made.mult_adds != ours:
        st.markdown(
            _("torchinfo counts in its own way: {theirs:,} multiply-adds against {ours:,} above. "
              "It takes all parameters, those of biases and norms too, times the samples: those "
              "of a convolution also times the places in its output, those of an LSTM times the "
              "steps.", theirs=made.mult_adds, ours=ours)
        )  # fmt: skip
