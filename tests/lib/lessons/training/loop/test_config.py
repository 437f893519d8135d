import pickle
from dataclasses import FrozenInstanceError, fields, replace

import pytest

from lib.lessons.training.loop.config import RULES, Recipe
from lib.lessons.training.loop.points import SHAPES, split_points

OWN = ((0.0, 1.0, 0), (1.0, 0.0, 1), (2.0, 2.0, 0), (3.0, -3.0, 1), (5.0, 5.0, 1))
FULL = {
    "data": "three",
    "noise": 0.1,
    "train_share": 0.7,
    "batch_size": 30,
    "features": ("x1", "sin(x2)"),
    "hidden": (8, 8),
    "activation": "GELU",
    "optimizer": "AdamW",
    "learning_rate": 0.1,
    "l1": 0.01,
    "weight_decay": 0.1,
    "dropout": 0.5,
    "seed": 7,
    "loop": "no step",
}


def test_a_recipe_hashes_pickles_and_compares_by_value():
    for recipe in (Recipe(), Recipe(**FULL), Recipe(data="own", own=OWN)):
        again = pickle.loads(pickle.dumps(recipe))
        assert again == recipe
        assert hash(again) == hash(recipe)
        assert len({recipe, again, replace(recipe, seed=8)}) == 2


def test_what_was_worked_out_travels_with_it():
    recipe = Recipe(**FULL)
    chunk = recipe.epochs_a_chunk
    again = pickle.loads(pickle.dumps(recipe))
    assert again.epochs_a_chunk == chunk
    assert again == recipe


def test_nobody_can_change_a_recipe():
    with pytest.raises(FrozenInstanceError):
        Recipe().rate = 1.0


def test_every_field_has_a_rule():
    assert {field.name for field in fields(Recipe)} == {*RULES, "own"}
    assert set(FULL) == set(RULES)


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("data", "torus", "data='torus' is not one of: .*'circle'.*'own'"),
        ("data", None, "data=None is not one of"),
        ("noise", -0.1, "noise=-0.1 is out of range: 0.0 to 0.5"),
        ("noise", 0.6, "noise=0.6 is out of range: 0.0 to 0.5"),
        ("noise", float("nan"), "noise=nan is not a finite number from 0.0 to 0.5"),
        ("train_share", 0.0, "train_share=0.0 is out of range: 0.1 to 0.9"),
        ("train_share", 1.0, "train_share=1.0 is out of range: 0.1 to 0.9"),
        ("batch_size", 0, "batch_size=0 is out of range: 1 to 500"),
        ("batch_size", 501, "batch_size=501 is out of range: 1 to 500"),
        ("batch_size", 2.0, "batch_size=2.0 is not a whole number from 1 to 500"),
        ("batch_size", True, "batch_size=True is not a whole number"),
        ("features", (), "the length of features=0 is out of range: 1 to 7"),
        ("features", ("x1", "x3"), r"features\[1\]='x3' is not one of: 'x1', 'x2'"),
        ("features", ["x1"], r"features=\['x1'\] is not a tuple"),
        ("features", ("x1", "x1"), r"features=\('x1', 'x1'\) names one twice"),
        ("hidden", (4,) * 7, "the length of hidden=7 is out of range: 0 to 6"),
        ("hidden", (4, 0), r"hidden\[1\]=0 is out of range: 1 to 16"),
        ("hidden", (17,), r"hidden\[0\]=17 is out of range: 1 to 16"),
        ("hidden", (2.0,), r"hidden\[0\]=2.0 is not a whole number from 1 to 16"),
        ("hidden", 4, "hidden=4 is not a tuple"),
        ("activation", "relu", "activation='relu' is not one of: 'tanh', 'ReLU'"),
        ("optimizer", "LBFGS", "optimizer='LBFGS' is not one of: 'SGD'"),
        ("learning_rate", 0.0, "learning_rate=0.0 is out of range: 1e-05 to 10.0"),
        ("learning_rate", 11.0, "learning_rate=11.0 is out of range: 1e-05 to 10.0"),
        (
            "learning_rate",
            float("inf"),
            "learning_rate=inf is not a finite number from 1e-05",
        ),
        ("learning_rate", "fast", "learning_rate='fast' is not a finite number"),
        ("l1", -1.0, "l1=-1.0 is out of range: 0.0 to 10.0"),
        ("weight_decay", 10.5, "weight_decay=10.5 is out of range: 0.0 to 10.0"),
        ("dropout", 1.0, "dropout=1.0 is out of range: 0.0 to 0.9"),
        ("seed", -1, "seed=-1 is out of range: 0 to 9999"),
        ("seed", 0.5, "seed=0.5 is not a whole number from 0 to 9999"),
        ("loop", "backwards", "loop='backwards' is not one of: 'right', 'no zero_grad'"),
    ],
)
def test_what_cannot_be_is_refused_with_the_value_and_the_range(name, value, words):
    with pytest.raises(ValueError, match=words):
        Recipe(**{name: value})


@pytest.mark.parametrize(
    ("own", "words"),
    [
        ((), "the number of points=0 is out of range: 4 to 500"),
        (OWN[:3], "the number of points=3 is out of range: 4 to 500"),
        (OWN * 101, "the number of points=505 is out of range: 4 to 500"),
        ((*OWN, (7.0, 0.0, 0)), "x1 of point 6=7.0 is out of range: -6.0 to 6.0"),
        ((*OWN, (0.0, -6.5, 0)), "x2 of point 6=-6.5 is out of range: -6.0 to 6.0"),
        ((*OWN, (0.0, float("nan"), 0)), "x2 of point 6=nan is not a finite number"),
        ((*OWN, (0.0, 0.0, 4)), "the class of point 6=4 is out of range: 0 to 3"),
        ((*OWN, (0.0, 0.0, 1.5)), "the class of point 6=1.5 is not a whole number from 0 to 3"),
        (tuple((x1, x2, 1) for x1, x2, _ in OWN), "all points have one class"),
    ],
)
def test_own_points_that_cannot_be_learned_are_refused(own, words):
    with pytest.raises(ValueError, match=words):
        Recipe(data="own", own=own)


@pytest.mark.parametrize("share", [0.1, 0.25, 0.5, 0.9])
@pytest.mark.parametrize("own", [(), OWN[:4], OWN])
@pytest.mark.parametrize("batch", [1, 10, 500])
def test_points_and_steps_are_counted_as_they_are_split(share, own, batch):
    recipe = Recipe(data="own" if own else "spiral", own=own, train_share=share, batch_size=batch)
    training, _ = split_points(SHAPES["spiral"], 0.0, share, 0, own)
    assert recipe.training_points == len(training.x)
    assert recipe.steps == len(training.x.split(batch))


def test_a_chunk_has_epochs_and_more_of_them_if_they_are_cheap():
    slow = Recipe(batch_size=1, train_share=0.9, hidden=(16,) * 6)
    quick = Recipe(batch_size=500, hidden=())
    assert 1 <= slow.epochs_a_chunk < Recipe().epochs_a_chunk < quick.epochs_a_chunk


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"own": ((0.0, 0.0, 0), (1.0, 1.0, 1))}, "needs data='own', not 'spiral'"),
        ({"data": "own", "own": 5}, r"own=5 is not a tuple of \(x1, x2, class\)"),
        ({"data": "own", "own": ((0.0, 1),) * 4}, r"is not a tuple of \(x1, x2, class\)"),
    ],
)
def test_points_that_are_none_are_refused_in_a_sentence(fields, said):
    with pytest.raises(ValueError, match=said):
        Recipe(**fields)
