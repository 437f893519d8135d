import json

import numpy as np
import pytest

from lib.lessons.training.save_load import figures
from lib.lessons.training.save_load import lesson as saving
from lib.lessons.training.save_load.files import (
    fits,
    known,
    look_inside,
    shapes_of,
    worst_first,
)
from lib.lessons.training.save_load.networks import net, renamed
from lib.lessons.training.save_load.resume import resume

SEEN = saving.illustrated(target=renamed)
RESULT = SEEN.result


def drawn(revealed=True):
    return figures.keys(RESULT.keys, SEEN.in_file, SEEN.in_net, revealed)


def test_every_key_has_a_row_with_its_pictures():
    figure = drawn()
    cells = np.asarray(figure.data[0].z)
    texts = list(figure.data[1].text)
    for place, key in enumerate(RESULT.keys):
        top = figures.HEAD + place * figures.STEP + figures.LINE
        rows = slice(top, top + figures.ROWS)
        left, right = cells[rows, : figures.COLUMNS], cells[rows, -figures.COLUMNS :]
        assert (left > 0).all() == (key.in_file is not None) == bool(left.any())
        assert (right > 0).all() == (key.in_net is not None) == bool(right.any())
        assert np.array_equal(left, right) == (key.fate == "loaded")
        assert any(key.name in text for text in texts)
    assert texts.count("loaded") == 4
    assert texts.count("missing") == texts.count("unexpected") == 2


def test_what_is_asked_for_is_hidden():
    figure = drawn(revealed=False)
    assert not figure.layout.meta
    assert not {"loaded", "missing", "unexpected"} & set(figure.data[1].text)
    assert not np.asarray(figure.data[0].z)[:, -figures.COLUMNS :].any()
    assert figure.layout.height == drawn().layout.height


def test_the_table_holds_every_key():
    table = json.loads(json.dumps(drawn().layout.meta["numbers"]))
    assert [row[0] for row in table["rows"]] == [key.name for key in RESULT.keys]
    assert [row[3] for row in table["rows"]] == [key.fate for key in RESULT.keys]
    assert table["rows"][0][1:3] == ["–", "8×1×3×3"]


def test_a_key_of_a_strangers_file_is_no_html_and_takes_little_room():
    names = ['<a href="//far.example">x</a>', "a" * 300 + ".weight", "b&lt;"]
    rows = [saving.Key(name, (1,), None, "unexpected") for name in names]
    texts = " ".join(figures.keys(rows, {}, {}).data[1].text)
    assert "<a" not in texts
    assert "&lt;a href=" in texts
    assert "b&amp;lt;" in texts
    assert "aaa.weight" in texts
    assert "a" * figures.LONGEST not in texts


def test_many_keys_are_cut_and_counted():
    rows = worst_first(shapes_of("resnet18"), shapes_of("resnet50"))
    figure = figures.keys(rows, {}, {})
    assert f"and {len(rows) - figures.MOST_ROWS} more" in list(figure.data[1].text)
    assert len(figure.layout.meta["numbers"]["rows"]) == len(rows)
    assert {row.fate for row in rows} <= figures.SIGNS.keys() & figures.WORDS.keys()


def test_bars_are_as_long_as_the_numbers():
    figure = figures.accuracies(RESULT)
    assert list(figure.data[0].x) == [
        RESULT.accuracy_after,
        RESULT.accuracy_before,
        RESULT.trained_accuracy,
    ]
    hidden = figures.accuracies(RESULT, revealed=False)
    assert hidden.data[0].text[0] == " ?"
    assert hidden.data[0].x[0] == 0
    assert "numbers" not in hidden.layout.meta

    found = look_inside()
    figure = figures.entries(found)
    assert list(figure.data[0].x) == [size for _, size in found.entries][::-1]

    ranked = fits(shapes_of("resnet18"), known())
    figure = figures.fits(ranked, "resnet18")
    assert figure.data[0].x[-1] == 1.0
    assert figure.layout.yaxis.ticktext[-1] == "resnet18"


@pytest.mark.parametrize("way", saving.WAYS)
def test_only_the_numbers_of_a_file_have_the_color_of_numbers(way):
    found = look_inside(way)
    figure = figures.entries(found)
    colors = dict(zip(figure.layout.yaxis.ticktext, figure.data[0].marker.color, strict=True))
    numbers = sorted(size for name, size in found.entries if colors[name] == figures.POSITIVE)
    weights = sorted(each.numel() * 4 for each in net().parameters())
    if way == "checkpoint":  # Adam keeps two numbers for each weight, and a count of its steps
        weights = sorted([*weights * 3, *[4] * len(weights)])
    assert numbers == weights


def test_curves_begin_where_it_was_saved():
    result = resume(saved_at=30)
    figure = figures.curves(result)
    whole, resumed, alone = figure.data
    assert list(whole.y) == list(result.whole)
    assert resumed.x[0] == alone.x[0] == 31
    assert list(resumed.y) == list(whole.y)[30:]
    assert len(figure.layout.meta["numbers"]["rows"]) == 80


def test_the_words_can_be_those_of_another_language():
    words = {**figures.WORDS, "file": "in der Datei"}
    figure = figures.keys(RESULT.keys, SEEN.in_file, SEEN.in_net, True, words)
    assert "in der Datei" in list(figure.data[1].text)
