"""The visitor's own points: a table to edit, or a CSV file."""

import streamlit as st

from lib.uploads.points import OwnPoints, points_from_csv, points_from_table
from pages.parts import lesson_context
from pages.parts.messages import tell
from pages.parts.text import _

# What the table begins with: enough to see that it works.
FIRST: OwnPoints = (
    (-4.0, -3.0, 0), (-3.0, -4.0, 0), (-2.0, -2.5, 0), (0.0, 0.5, 1), (0.5, -0.5, 1),
    (3.0, 3.5, 0), (4.0, 2.5, 0), (2.5, 4.0, 0), (1.0, 0.0, 1), (-0.5, 0.0, 1),
)  # fmt: skip


KEPT = "own points"  # the last ones that could be used


def own_points() -> OwnPoints:
    """Show the table and the file field; return the points, and say what could not be used."""
    slug = lesson_context.current().slug
    file = st.file_uploader(
        _("A CSV file with the columns x1, x2, class"), type=["csv", "txt"], key=f"{slug}.file"
    )
    if file is not None:
        uploaded = points_from_csv(file.getvalue())
    else:
        rows = st.data_editor(
            [dict(zip(("x1", "x2", "class"), point, strict=True)) for point in FIRST],
            num_rows="dynamic",
            key=f"{slug}.table",
            height=240,
        )
        uploaded = points_from_table(rows)
    tell(uploaded.problems, uploaded.notes)
    if not uploaded.points:
        st.caption(_("Until they can be used, the page goes on with the points it had before."))
        last: OwnPoints = st.session_state.get(KEPT, FIRST)
        return last
    st.session_state[KEPT] = uploaded.points
    return uploaded.points
