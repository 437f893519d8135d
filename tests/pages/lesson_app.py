"""A lesson's page as a test opens it, without a browser."""

from pathlib import Path

from streamlit.testing.v1 import AppTest

from lib import catalogue

FRAME = str(Path(__file__).parents[2] / "pages" / "frame.py")


def open_lesson(slug: str, folded: str = "", **controls: str) -> AppTest:
    """Open a lesson at an address, with one of its folded sections open, and run it.

    Args:
        slug: the lesson.
        folded: the name of the section.
        controls: what the address says of each control; ``answers`` is no control.
    """
    row = catalogue.find(slug)
    app = AppTest.from_file(FRAME, default_timeout=120)
    if folded:
        app.session_state[f"{slug}.{folded}.open"] = True
    for name, value in controls.items():
        app.query_params[name if name == "answers" else f"{slug}.{name}"] = value
    app.switch_page(f"{row.section}/{slug}.py").run()
    assert not app.exception
    return app
