"""The map of lessons, where to start, and what is installed."""

import streamlit as st

from lib import catalogue
from lib.runtime import environment
from pages.parts import lesson_context
from pages.parts.challenge import finished
from pages.parts.run import run
from pages.parts.share import share, title
from pages.parts.text import _

ACROSS = 3  # lessons beside each other


def lesson_map() -> None:
    """Show the lessons that match the search, section by section."""
    words = st.text_input(
        _("Search the lessons"),
        key="home.search",
        bind="query-params",
        placeholder=_("try: memory, grad, numpy"),
        icon=":material/search:",
        max_chars=100,
    )
    found = catalogue.search(words)
    if not found:
        st.info(_("No lesson has these words. Try a single one, such as a function's name."))
    for section, rows in catalogue.by_section().items():
        matching = [row for row in rows if row in found]
        if matching:
            st.subheader(_(catalogue.SECTIONS[section]), anchor=False)
        for start in range(0, len(matching), ACROSS):
            for column, row in zip(
                st.columns(ACROSS), matching[start : start + ACROSS], strict=False
            ):
                with column.container(border=True, height="stretch"):
                    card(row)


def card(row: catalogue.Lesson) -> None:
    """Show a lesson of the map."""
    st.page_link(
        f"{row.section}/{row.slug}.py",
        label=f"**{_(row.title)}**",
        icon=row.icon,
        query_params={},
    )
    done = f" :green[:material/flag: {_('challenge met')}]"
    met = done if row.slug in finished() else ""
    st.markdown(f"{_(row.goal)} :gray[{row.minutes} {_('minutes')}]{met}")


def where_to_start() -> None:
    """Say where to begin, for three kinds of visitors."""
    ways = (
        _("**New to PyTorch?** Go through the lessons from top to bottom. Each takes about "
          "a quarter of an hour: predict, move the controls, read the code, break it."),
        _("**Coming from NumPy?** Start with *To NumPy and back*, then *What backward() "
          "leaves behind*: what is the same, and the one thing NumPy does not have."),
        _("**Teaching a class?** Set up a lesson as you want it, press *Share*, and send "
          "the link or put the lesson into your own page. You can lock or hide controls."),
    )  # fmt: skip
    for column, words in zip(st.columns(len(ways), gap="medium"), ways, strict=True):
        column.markdown(words)


def installation() -> None:
    """Say what is installed here and how to install it elsewhere."""
    here, there = st.columns(2, gap="medium")
    with here:
        st.subheader(_("Installed here"), anchor=False)
        versions = run(environment.versions)
        devices = run(environment.devices)
        rows = [f"| {name} | `{value}` |" for name, value in (versions | devices).items()]
        st.markdown("\n".join([f"| {_('what')} | {_('version or device')} |", "|---|---|", *rows]))
    with there:
        st.subheader(_("Install PyTorch on your own machine"), anchor=False)
        st.markdown(
            _(
                "Choose your system at [pytorch.org/get-started/locally]"
                "(https://pytorch.org/get-started/locally/) and run the command it gives you. On "
                "Linux a plain `pip install torch torchvision` brings the build for NVIDIA GPUs, "
                "several GB. Without such a GPU choose **CPU** there, or, if you use uv:"
            )
        )
        st.code(
            "uv pip install --torch-backend=cpu torch torchvision", language="bash", wrap_lines=True
        )
        st.markdown(_("Then see whether it works:"))
        st.code(
            "import torch\n\nprint(torch.__version__)\nprint(torch.rand(2, 3))", wrap_lines=True
        )


lesson_context.end()
place = title(_("PyTorch Playground"))
st.markdown(
    _(
        "Learn PyTorch by hand. Each lesson makes one idea visible: you predict, move the "
        "controls, read the very code that just ran, and break it to see what happens."
    )
)
where_to_start()
st.fragment(lesson_map)()
st.divider()
installation()
share(place, None)
