"""A closer look at saved networks: the files, going on with a training, and files of one's own."""

from typing import Any

import streamlit as st

from lib.lessons.training.save_load import figures, files
from lib.lessons.training.save_load import resume as resumes
from lib.lessons.training.save_load.lesson import WAYS
from lib.lessons.training.save_load.networks import SOURCES
from pages import parts
from pages.parts import _, control, lesson_context
from pages.parts.run import explain
from pages.parts.session_folder import session_folder
from pages.parts.training.save_load_own import own_checkpoint


def look_closer() -> None:
    """Show one of the parts."""
    show: dict[str, Any] = {
        "resume": _resume,
        "inside the file": _inside,
        "your files": _your_files,
    }
    show[control.buttons("part", _("part"), tuple(show))]()


def _resume() -> None:
    """Stop a training and go on."""
    left, right = st.columns([1, 2], gap="medium")
    with left:
        settings = {
            "optimizer": control.buttons("optimizer", _("optimizer"), resumes.OPTIMIZERS),
            "saved_at": control.slider("saved_at", _("saved after step"), resumes.SAVED_AT, 40),
            "seed": control.slider("run_seed", _("seed"), resumes.SEEDS, 0),
        }
    result: resumes.Resumed = parts.run(resumes.resume, heavy=True, **settings)
    with right:
        alt = _("Test loss over {steps} steps: uninterrupted, from a full checkpoint saved after "
                "step {saved_at}, and from the weights alone.",
                steps=len(result.whole), saved_at=settings["saved_at"])  # fmt: skip
        parts.chart(figures.curves, result=result, key="curves", alt=alt)
    parts.numbers(
        {
            _("from the full checkpoint: the same weights in the end, bit for bit"): result.same,
            _("from the weights alone: the most that the loss rose above the other"): (
                result.largest_rise
            ),
            _("bytes of the full checkpoint"): result.checkpoint_bytes,
            _("bytes of the weights"): result.weights_bytes,
        }
    )
    st.markdown(
        _("Adam remembers two numbers for each weight, momentum one, plain SGD none. Lost, they "
          "have to be collected anew. And without the state of the random numbers, the next "
          "batches would be others.")
    )  # fmt: skip
    parts.program(resumes.resume, **settings)


def _inside() -> None:
    """Open a file as an archive."""
    left, right = st.columns([1, 2], gap="medium")
    with left:
        settings = {
            "way": control.menu("inside_way", _("what to save"), WAYS),
            "saved_on": control.buttons("saved_on", _("saved on"), files.PLACES),
            "map_location": control.buttons("map_location", "map_location", files.MAPS),
        }
        if settings["way"] == "safetensors":
            st.caption(
                _("A safetensors file does not say where its tensors were, so the last two "
                  "controls change nothing.")
            )  # fmt: skip
        elif settings["saved_on"] != "cpu":
            st.markdown(
                _("This computer wrote `cuda:0` into its own file, as it stands in one from a GPU.")
            )
    result: files.Inside = parts.run(files.look_inside, heavy=True, **settings)
    with right:
        alt = _("What is in the file, {count} entries, as bars as long as their bytes.",
                count=len(result.entries))  # fmt: skip
        parts.chart(figures.entries, result=result, key="entries", alt=alt)
    if result.error:
        st.error(f"**RuntimeError:** {parts.literal(result.error)}", icon=":material/error:")
    parts.numbers(
        {
            _("bytes of the file"): result.file_bytes,
            _("functions and classes that its pickle names"): _listed(result.globals),
            _("where its tensors were, as it says"): _listed(result.places),
            "`torch.load`": "–" if settings["way"] == "safetensors" else _opens(result.error),
        }
    )
    st.markdown(
        _("A `.pt` file is a ZIP archive. `data.pkl` is a pickle, a small program that names and "
          "calls functions; the numbers (blue) lie beside it. A safetensors file has a header with "
          "names and shapes, then the numbers, and no program.")
    )  # fmt: skip
    parts.program(files.look_inside, **settings)


def _opens(error: str) -> str:
    return _("raises a RuntimeError") if error else _("opens it")


def _listed(names: tuple[str, ...]) -> str:
    return " ".join(f"`{name}`" for name in names) or "–"


def _your_files() -> None:
    """Save into the visitor's folder, and compare any file with any network."""
    left, right = st.columns([1, 2], gap="medium")
    with left:
        _save_one()
        st.divider()
        found = own_checkpoint()
        shapes = {each.name: each.shape for each in found.entries} if found else {}
        known = parts.run(files.known, heavy=True) if shapes else {}
        ranked = files.fits(shapes, known) if shapes else ()
        best = ranked[0].network if ranked else "resnet18"
        chosen = control.menu("compare", _("compare with"), ("best", *files.NETWORKS))
        network = best if chosen == "best" else chosen
    with right:
        if found is None or not shapes:
            st.info(
                _("Save the network, or upload a file: .pt, .pth or .safetensors, up to 5 MB. "
                  "You will see its keys, and which network they fit."),
                icon=":material/upload_file:",
            )  # fmt: skip
            return
        alt = _("How well the file fits each of {count} networks. Best: {best}, {share:.0%}.",
                count=len(ranked), best=best, share=ranked[0].share)  # fmt: skip
        parts.chart(figures.fits, found=ranked, chosen=network, key="fits", alt=alt)
        if not ranked[0].share:
            st.info(_("No key of this file fits any of these networks: it is from another one."))
        rows = files.worst_first(shapes, known[network])
        equal = sum(row.fate == "fits" for row in rows)
        alt = _("{equal} of {count} keys of the file and of {network} are the same in name and "
                "shape.", equal=equal, count=len(rows), network=network)  # fmt: skip
        st.markdown(alt)
        pictures = {each.name: each.picture for each in found.entries}
        parts.chart(figures.keys, rows=rows, in_file=pictures, in_net={}, key="own", alt=alt)


def _save_one() -> None:
    """Offer to save the trained network, and show the files there are."""
    folder = session_folder()
    way = control.menu("save_way", _("what to save"), WAYS)
    source = control.choice("save_source", _("network"), SOURCES)
    slug = lesson_context.current().slug
    if st.button(_("Save to your folder"), key=f"{slug}.save", icon=":material/save:"):
        try:
            data: bytes = parts.run(files.saved, heavy=True, way=way, source=source)
            stored = files.store(folder, files.name_of(way, source), data)
            if not control.is_locked("file"):  # and the page looks into it at once
                st.session_state[f"{slug}.file"] = stored.name
        except ValueError as error:
            explain(error)
    for name in files.names_in(folder):
        data = (folder / name).read_bytes()
        label = f"{name} · {len(data)} {_('bytes')}"
        st.download_button(
            label, data, file_name=name, key=f"{slug}.file.{name}", on_click="ignore",
            icon=":material/download:",
        )  # fmt: skip
    st.caption(_("Real files, in a folder of your visit; it is removed when you leave."))
