"""What the project leans on although nobody documents it. Each test says what to do if it fails."""

import inspect
from importlib.metadata import version
from pathlib import Path

import streamlit as st
from packaging.requirements import Requirement
from packaging.version import Version
from streamlit import config

from lib.plots import plotly_script

TEXT = (Path(__file__).parents[2] / "requirements.txt").read_text()


def test_plotly_ships_its_script() -> None:
    assert len(plotly_script.script()) > 1_000_000, (
        "plotly/package_data/plotly.min.js is gone or small: find where the package keeps its "
        "browser script now, and change lib/plots/plotly_script.py"
    )
    assert f"/plotly-{version('plotly')}.min.js" == plotly_script.PATH


def test_streamlit_has_the_hidden_options() -> None:
    for option in ("runner.postScriptGC", "global.disableWidgetStateDuplicationWarning"):
        assert option in config._config_options_template, (
            f"Streamlit has no option {option} any more: see whether it still collects garbage "
            "after every run, and change .streamlit/config.toml"
        )


def test_streamlit_has_its_app_and_components() -> None:
    known = inspect.signature(st.App.__init__).parameters
    assert {"lifespan", "middleware", "routes"} <= set(known), "st.App changed: see app.py"
    known = inspect.signature(st.components.v2.component).parameters
    assert {"html", "css", "js", "isolate_styles"} <= set(known), (
        "components v2 changed: see pages/parts/browser/component.py"
    )


def test_widgets_bind_to_the_url() -> None:
    for widget in (st.slider, st.number_input, st.selectbox, st.toggle, st.segmented_control):
        assert "bind" in inspect.signature(widget).parameters, (
            f"{widget.__name__} no longer takes bind=: see pages/parts/control.py"
        )


def test_what_is_leaned_on_has_an_upper_bound() -> None:
    lines = [line.partition("#")[0].strip() for line in TEXT.splitlines()]
    bounds = {(r := Requirement(line)).name: r.specifier for line in lines if line}
    for name in ("streamlit", "plotly"):
        assert any(each.operator == "<" for each in bounds[name])
        assert Version(version(name)) in bounds[name]
