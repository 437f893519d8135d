"""A control to choose a picture with, and the picture."""

import streamlit as st

from lib.datasets.images import picture
from pages.parts import lesson_context
from pages.parts.picture_source import picture_source

st.title("Picture")
lesson_context.begin("gradients")
source = picture_source(drawing=True)
pixels = picture(source)
ROWS = [pixels[:, :, 0].any(axis) for axis in (1, 0)]
st.markdown(f"shape {pixels.shape}, filled {ROWS[0].sum()} by {ROWS[1].sum()}")
st.image(pixels, width=200)
