"""The frame around every page: title, navigation, language."""

import streamlit as st

from lib import catalogue
from pages.parts.text import _, language_selector

st.set_page_config(page_title="PyTorch Playground", page_icon="🔥", layout="wide")

pages = {
    "": [
        st.Page("home.py", title=_("Home"), icon=":material/home:", default=True),
        st.Page("glossary.py", title=_("Glossary"), icon=":material/dictionary:"),
    ],
} | {
    _(catalogue.SECTIONS[section]): [
        st.Page(f"{section}/{row.slug}.py", title=_(row.title), icon=row.icon, url_path=row.slug)
        for row in rows
    ]
    for section, rows in catalogue.by_section().items()
}
# On top, since Streamlit draws the navigation again on every move: in a sidebar, where all lessons
# are open to see, it was a third of what the browser draws.
page = st.navigation(pages, position="hidden" if st.context.is_embedded else "top")
language_selector()
page.run()
