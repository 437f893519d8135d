"""The map of lessons, where to start, and what is installed."""

from typing import Any

import streamlit as st

from lib import catalogue
from lib.runtime import environment
from pages.parts import lesson_context
from pages.parts.browser import serve
from pages.parts.browser.component import component
from pages.parts.challenge import finished
from pages.parts.page import STYLE
from pages.parts.prediction import predictions
from pages.parts.run import run
from pages.parts.share import share, title
from pages.parts.text import _

_map = component("lesson_map")


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
    sections = [
        {
            "title": _(catalogue.SECTIONS[section]),
            "lessons": [card(row) for row in rows if row in found],
        }
        for section, rows in catalogue.by_section().items()
    ]
    first = next((row.slug for row in catalogue.LESSONS if row.slug not in finished()), "")
    chosen = _map(
        key="home.map",
        data={
            "sections": [each for each in sections if each["lessons"]],
            "start": first,
            "words": {"start": _("Start here"), "minutes": _("min")},
        },
        on_open_change=lambda: None,
    )
    if chosen.get("open"):
        row = catalogue.find(chosen["open"])
        st.switch_page(f"{row.section}/{row.slug}.py", query_params={})


def card(row: catalogue.Lesson) -> dict[str, Any]:
    """Return a lesson as the map shows it, with what the visitor has done in it."""
    asked = predictions(row.slug).asked
    answered = sum(bool(each.chosen) for each in asked.values())
    done = [_("challenge met")] if row.slug in finished() else []
    if answered:
        done.insert(0, _("{count} of {all} predicted", count=answered, all=len(asked)))
    names = {theme: f"{row.slug}-{theme}.webp" for theme in ("light", "dark")}
    thumbnails = {  # `make screenshots` takes them; a new lesson has none yet
        theme: serve.address(f"{serve.FOLDER}/{name}") if name in serve.FILES else ""
        for theme, name in names.items()
    }
    return {
        "slug": row.slug,
        "address": serve.address(f"/{row.slug}"),
        "title": _(row.title),
        "goal": _(row.goal),
        "minutes": row.minutes,
        "done": ", ".join(done),
        "pictures": thumbnails,
    }


def where_to_start() -> None:
    """Say where to begin, for three kinds of visitors."""
    ways = (
        _("**New to PyTorch?** Go through the lessons from top to bottom. Each takes about "
          "a quarter of an hour: predict, play, read the code, break it."),
        _("**Coming from NumPy?** Begin with these two: what is the same, and the one thing NumPy "
          "does not have."),
        _("**Teaching a class?** Set up a lesson as you want it, press *Share*, and send "
          "the link or put the lesson into your own page. You can lock or hide controls."),
    )  # fmt: skip
    for column, words in zip(st.columns(len(ways), gap="medium"), ways, strict=True):
        column.markdown(words)
        if words is ways[1]:
            for slug in ("numpy_bridge", "gradients"):
                row = catalogue.find(slug)
                page = f"{row.section}/{row.slug}.py"
                column.page_link(page, label=_(row.title), icon=row.icon, query_params={})
    st.markdown(
        _("*The notes* that lessons mention are a PyTorch cheat sheet in Chinese that this "
          "playground grew out of: each of its lines comes alive here, and what is outdated or "
          "wrong in it is corrected in the open.")
    )  # fmt: skip


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
st.html(STYLE)
with st.container(key="page"):
    place = title(_("PyTorch Playground"))
    st.markdown(
        _(
            "Learn PyTorch by hand. Each lesson makes one idea visible: you predict, move the "
            "controls, read the very code that just ran, and break it to see what happens."
        )
    )
st.fragment(lesson_map)()
st.divider()
where_to_start()
st.divider()
installation()
share(place, None)
