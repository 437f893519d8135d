"""The field's words in a sentence each, lesson by lesson."""

import streamlit as st

from lib import catalogue
from lib.core.glossary import TERMS
from pages.parts import lesson_context
from pages.parts.page import STYLE
from pages.parts.text import _

lesson_context.end()
st.html(STYLE)
with st.container(key="page"):
    st.title(_("Glossary"), anchor=False)
    st.markdown(
        _("Each word in a sentence, below the lesson where you can play with it. In the lessons, "
          "a dotted line stands below a word that is explained here: point at it.")
    )  # fmt: skip
    for row in catalogue.LESSONS:
        terms = [term for term in TERMS if term.lesson == row.slug]
        if terms:
            page = f"{row.section}/{row.slug}.py"
            st.page_link(page, label=_(row.title), icon=row.icon, query_params={})
            st.markdown("\n".join(f"- **{_(term.name)}**: {_(term.meaning)}" for term in terms))
