"""Set up for the tests of pictures."""

import sys

import plotly.graph_objects as go
import pytest


@pytest.fixture(autouse=True)
def checked_by_plotly(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let Plotly's own class check every property; the pages leave that out for speed."""
    for name, module in list(sys.modules.items()):
        if name.startswith(("lib.lessons.", "lib.plots.")) and hasattr(module, "Figure"):
            monkeypatch.setattr(module, "Figure", go.Figure)
