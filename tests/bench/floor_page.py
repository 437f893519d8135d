"""The least a page can be: one slider and one line of text."""

import streamlit as st

value = st.slider("value", 0, 100, 50, key="floor.value")
st.write(f"value is {value}")
