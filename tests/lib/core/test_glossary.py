"""The field's words: the table, and where a text explains them."""

import re
from importlib import import_module

import pytest

from lib import catalogue
from lib.core.glossary import TERMS, explained

EXPLAINED = re.compile(r'<abbr title="([^"]*)">(.*?)</abbr>')


def test_each_term_is_there_once_with_a_sentence_and_a_lesson() -> None:
    names = [term.name for term in TERMS]
    assert names == sorted(set(names), key=str.lower)
    for term in TERMS:
        assert catalogue.find(term.lesson)
        assert term.meaning[0].isupper()
        assert term.meaning.endswith(".")


@pytest.mark.parametrize("row", catalogue.LESSONS, ids=lambda row: row.slug)
def test_a_lesson_explains_a_word_once_and_leaves_its_text(row: catalogue.Lesson) -> None:
    idea = import_module(f"{row.package}.scene").IDEA
    text = explained(idea)
    meanings = [meaning for meaning, _word in EXPLAINED.findall(text)]
    assert len(meanings) == len(set(meanings))
    assert EXPLAINED.sub(r"\2", text) == idea


def test_code_and_other_words_stay_as_they_are() -> None:
    assert explained("`loss` of lossless code") == "`loss` of lossless code"
    words = [word for _meaning, word in EXPLAINED.findall(explained("Two batch norms, batches."))]
    assert words == ["batch norms", "batches"]


def test_another_language_has_its_own_words() -> None:
    german = {"loss": "Verlust", "One number": "Eine Zahl"}

    def translate(words: str) -> str:
        return next((own for start, own in german.items() if words.startswith(start)), words)

    assert EXPLAINED.findall(explained("Der Verlust", translate)) == [("Eine Zahl", "Verlust")]
