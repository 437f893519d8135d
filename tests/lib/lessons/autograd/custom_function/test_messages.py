import numpy as np

from lib.lessons.autograd.custom_function import messages as told
from lib.lessons.autograd.custom_function.fit import Fit
from lib.lessons.autograd.custom_function.layers import LegendrePolynomial3
from lib.lessons.autograd.custom_function.lesson import check_backward
from lib.lessons.autograd.custom_function.views import jacobians
from lib.lessons.autograd.custom_function.wrong import LAYERS


def said(sentence):
    template, fields = sentence
    return template.format(**fields)


def test_a_layer_tells_its_slopes_only_once_they_are_shown():
    # (5 x³ - 3 x) / 2 at 1, and twice its slope (15 x² - 3) / 2
    result = check_backward(LegendrePolynomial3, 1.0, 2.0)
    hidden = said(told.slopes(result, False))
    assert hidden == "The layer from -2 to 2; at x = 1.0 it is 1.0."
    shown = said(told.slopes(result, True))
    assert shown == f"{hidden} Below, backward gives 12.0 there, the finite difference 12."


def test_the_tables_tell_in_how_many_numbers_they_differ():
    for layer in LAYERS["ReLU"].values():
        tables = jacobians(layer, 1.0)
        assert "differ in" not in said(told.jacobians(tables, False))
        assert f"differ in {(~tables.agrees).sum()}." in said(told.jacobians(tables, True))


def test_the_fit_tells_its_end_only_once_it_is_shown():
    losses = np.array([7.5, 2.25])
    record = Fit(**dict.fromkeys(Fit._fields) | {"losses": losses})
    assert said(told.fit(record, False)).endswith("The loss begins at 7.5.")
    assert said(told.fit(record, True)).endswith("After 2000 steps it is 2.25.")


def test_the_fixed_sentences_have_all_their_fields():
    assert "{" not in said(told.INTRODUCTION) + said(told.CHALLENGE)
    assert "88%" in said(told.CHALLENGE)
