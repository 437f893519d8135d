"""The visitor's own points: a file that cannot be used leaves those there were."""

from streamlit.testing.v1 import AppTest

BODY = """
import streamlit as st
from pages.parts import lesson_context
from pages.parts.training.loop_own_points import own_points
lesson_context.begin("loop")
st.session_state.read = own_points()
"""
GOOD = b"x1,x2,class\n1,2,0\n2,3,1\n3,4,0\n4,5,1\n"


def test_a_refused_file_leaves_the_points_as_they_were() -> None:
    app = AppTest.from_string(BODY, default_timeout=30).run()
    first = app.session_state.read
    assert len(first) == 10
    for data, count in ((b"nothing", 10), (GOOD, 4), (b"", 4), (b"\xff\xfe", 4)):
        app.file_uploader[0].set_value(("points.csv", data, "text/csv")).run()
        assert not app.exception
        assert len(app.session_state.read) == count
        assert bool(app.caption) == bool(app.warning) == (data != GOOD)
