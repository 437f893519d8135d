"""What the page on building networks says of one: too large, refused, its graph, its table."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from lib.export.snippets import Program
from lib.lessons.models.build import figures_graph as build_graph
from lib.lessons.models.build import fixes
from lib.lessons.models.build import layers as chains
from lib.lessons.models.build import lesson as networks
from lib.lessons.models.build import table as tables
from lib.lessons.models.build import text as texts
from pages.parts import control
from pages.parts.chart import chart
from pages.parts.models.build_generated import generated
from pages.parts.models.build_rows import set_layers
from pages.parts.run import attempt, run
from pages.parts.run_result import literal
from pages.parts.tabs import tabs
from pages.parts.text import _, sentence, translated


def built(name: str, settings: dict[str, Any]) -> tuple[dict[str, Any], networks.Built]:
    """Return the network and its settings; of one that is too large, those of the last one."""
    kept = st.session_state.setdefault("build.kept", {})
    tried = attempt(networks.build, **settings)
    if not tried.error:
        kept[name] = settings
        return settings, tried.result
    last = kept.get(name) or chains.PRESETS[name.partition(".")[0]]._asdict()
    still = _("The page still shows `{last}`.").format(last=chains.chain_text(last["layers"]))
    st.warning(f"{literal(tried.message)}. {still}", icon=":material/block:")
    return last, run(networks.build, **last)


def refusal(name: str, settings: dict[str, Any], result: networks.Built) -> None:
    """Say why the chain ends, in PyTorch's own words, and what would help."""
    failing = settings["layers"][len(result.shapes) - 1]
    told = f"`{texts.called(failing)}`: {literal(result.refused)}"
    st.error(told, icon=":material/error:")
    help_: fixes.Fix | None = run(fixes.fix, **settings)
    if help_ is None:
        st.info(_("No single change near this layer helps. Look at what arrives there."))
        return
    tried = _("Tried, and this layer works:")
    st.info(f"{tried} {sentence(help_.sentence)}", icon=":material/build:")
    if not control.is_locked(name):
        st.button(
            _("Change it"),
            on_click=set_layers,
            args=(f"build.{name}", chains.chain_text(help_.layers)),
        )


def looks(
    settings: dict[str, Any],
    result: networks.Built,
    programs: Mapping[str, Program],
    style: str,
    shown: bool,
) -> None:
    """Show the network as a program, as a graph, and in torchinfo's table, one at a time."""
    names = (_("Your network as a program"), _("The graph torch.fx finds"), _("torchinfo's table"))
    text, graph, summary = tabs("look", names)
    hidden = f":gray[{_('hidden until you answer')}]"
    if text.open:
        with text:
            generated(programs, style, names[0])
            st.markdown(_("Both styles make the same weights and the same outputs."))
    if graph.open:
        with graph:
            if shown:
                _graph(settings)
            else:
                st.markdown(hidden)
    if summary.open:
        with summary:
            if shown:
                _table(settings, result)
            else:
                st.markdown(hidden)


def _graph(settings: dict[str, Any]) -> None:
    found: tables.Graph = run(tables.graph, **settings)
    alt = _("The network as a graph of {count} steps, from the input to the output.")
    words, told = translated(build_graph.WORDS), alt.format(count=len(found.steps))
    chart(build_graph.graph, found, words, key="graph", alt=told)
    st.markdown(_("Layers of torch.nn stay whole; a Lambda is opened, so you see what it does."))


def _table(settings: dict[str, Any], result: networks.Built) -> None:
    if result.refused:
        st.info(_("torchinfo needs a network that runs to the end."))
        return
    made: tables.Table = run(tables.table, **settings)
    st.code(made.text, language=None)
    told = _("torchinfo counts adding a bias as one more: {theirs:,} multiply-adds against "
             "{ours:,} above.")  # fmt: skip
    if made.mult_adds != sum(result.multiply_adds):
        st.markdown(told.format(theirs=made.mult_adds, ours=sum(result.multiply_adds)))
