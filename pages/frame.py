"""The frame around every page: title, navigation, language, share."""

import streamlit as st

from lib import catalogue
from pages.parts import outline
from pages.parts.share import share
from pages.parts.text import _, language_selector

st.set_page_config(page_title="PyTorch Playground", page_icon="🔥", layout="wide")

pages = {
    "": [st.Page("home.py", title=_("Home"), icon=":material/home:", default=True)],
} | {
    _(catalogue.SECTIONS[section]): [
        st.Page(f"{section}/{row.slug}.py", title=_(row.title), icon=row.icon, url_path=row.slug)
        for row in rows
    ]
    for section, rows in catalogue.by_section().items()
}
page = st.navigation(pages, position="hidden" if st.context.is_embedded else "sidebar")
language_selector()
with st.container(horizontal=True, horizontal_alignment="right"):
    share_place = st.empty()
page.run()
if not st.context.is_embedded:
    with share_place:
        share(outline.last())
