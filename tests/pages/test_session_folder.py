"""A visitor's files: in a folder of their own, which is gone when the visit is over."""

from pathlib import Path

from streamlit.runtime.caching import clear_session_resource_cache
from streamlit.testing.v1 import AppTest

FRAME = str(Path(__file__).parents[2] / "pages" / "frame.py")


def visit():  # AppTest runs the text of this function
    import streamlit as st  # noqa: PLC0415
    from streamlit.runtime.scriptrunner import get_script_run_ctx  # noqa: PLC0415

    from pages.parts.session_folder import session_folder  # noqa: PLC0415

    folder = session_folder()
    (folder / "net.pt").write_bytes(b"weights")
    assert session_folder() == folder
    st.session_state.found = (str(folder), get_script_run_ctx().session_id)


def test_the_folder_goes_with_the_session_and_no_other_does():
    found = []
    for _ in range(2):
        app = AppTest.from_function(visit).run()
        assert not app.exception
        found.append(app.session_state.found)
    (one, session), (other, _) = found
    if one == other:  # the test's own sessions may share a name: then there is one folder
        found = found[:1]
    assert (Path(one) / "net.pt").exists()
    clear_session_resource_cache(session)
    assert not Path(one).exists()
    if len(found) == 2:
        assert Path(other).exists()


def test_saving_and_opening_a_file_of_ones_own():
    app = AppTest.from_file(FRAME, default_timeout=60)
    app.switch_page("training/save_load.py")
    app.query_params["save_load.part"] = "your files"
    app.run()
    assert not app.exception
    app.button(key="save_load.save").click().run()
    assert not app.exception
    assert app.selectbox(key="save_load.file").value == "net-state_dict.pt"
    charts = app.session_state["lesson_context"].charts
    assert "Best: net, 100%" in charts["fits"]
    assert charts["own"].startswith("6 of 6 keys")
