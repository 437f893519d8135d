"""A server with nothing but the control that a picture is chosen with."""

from pathlib import Path

import streamlit as st

from app import routes

app = st.App(Path(__file__).parent / "picture_page.py", routes=routes())
