"""Set up for the tests of pictures."""

import sys

import plotly.graph_objects as go
import pytest


@pytest.fixture(autouse=True)
def checked_by_plotly(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let Plotly's own class check every property; the pages leave that out for speed.

    Scenes are checked as they are sent, in tests/pages/test_scenes.py.
    """
    if request.path.name == "test_scene.py":
        return
    for name, module in list(sys.modules.items()):
        if name.startswith(("lib.lessons.", "lib.plots.")) and hasattr(module, "Figure"):
            monkeypatch.setattr(module, "Figure", go.Figure)
