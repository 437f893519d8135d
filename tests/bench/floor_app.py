"""The floor: the playground's own server, warm-up and headers, over a page that does nothing."""

from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware

from app import SecurityHeaders, lifespan

app = st.App(
    Path(__file__).parent / "floor_page.py",
    lifespan=lifespan,
    middleware=[Middleware(SecurityHeaders)],
)
