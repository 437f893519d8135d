import ast
import inspect
from statistics import NormalDist

import numpy as np
import pytest

from lib.core.isolation import call_alone
from lib.lessons.tensors.create import lesson as create
from lib.lessons.tensors.create import metrics as create_facts

FLOATS = ("default", "float64", "float32", "float16", "bfloat16")
# Mean and spread by the textbook: of an even distribution the spread is its width by √12, of
# whole numbers from 0 to 9 the square root of 99/12.
MOMENTS = {
    create.rand: (0.5, 12**-0.5),
    create.randn: (0.0, 1.0),
    create.randn_like: (0.0, 1.0),
    create.randint: (4.5, (99 / 12) ** 0.5),
}
each_random = pytest.mark.parametrize(
    "constructor", create.RANDOM, ids=lambda function: function.__name__
)


def drawn(constructor, dtype="default", seed=0):
    settings_ = {"constructor": constructor, "dtype": dtype, "seed": seed}
    return call_alone(create_facts.draws, settings_)


def expected_in_bins(constructor, edges, spread=1.0):
    """The chance of each bin by the textbook."""
    if constructor is create.randint:
        return np.full(10, 0.1)
    if constructor is create.rand:
        return np.diff(np.clip(edges, 0, 1))
    return np.diff([NormalDist(0, spread).cdf(edge) for edge in edges])


# --- the draws ------------------------------------------------------------------------------------


@each_random
@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("seed", [0, 1, 99])
def test_draws_follow_their_law(constructor, dtype, seed):
    found = drawn(constructor, dtype, seed)
    mean, spread = MOMENTS[constructor]
    assert (found.law.mean, found.law.spread) == pytest.approx((mean, spread))
    assert found.mean == pytest.approx(mean, abs=5 * spread / 100)
    assert found.spread == pytest.approx(spread, rel=0.04)
    chances = expected_in_bins(constructor, found.law.edges)
    shares = found.density * np.diff(found.law.edges)
    noise = np.sqrt(chances * (1 - chances) / create_facts.DRAWS)
    assert (np.abs(shares - chances) <= 5 * noise + 0.002).all()
    assert found.is_whole == (constructor is create.randint)
    assert not found.is_complex


@pytest.mark.parametrize("constructor", [create.randn, create.randn_like])
def test_the_real_part_of_complex_draws_spreads_less(constructor):
    found = drawn(constructor, "complex64")
    assert found.is_complex
    assert found.law.spread == pytest.approx(0.5**0.5)
    assert found.spread == pytest.approx(0.5**0.5, rel=0.04)


def test_the_real_part_of_complex_rand_is_as_rand():
    found = drawn(create.rand, "complex64")
    assert found.is_complex
    assert (found.mean, found.spread) == pytest.approx((0.5, 12**-0.5), abs=0.02)


@each_random
@pytest.mark.parametrize("is_complex", [False, True])
def test_the_curve_of_theory_is_a_density_with_that_mean_and_spread(constructor, is_complex):
    law = create_facts.law(constructor, is_complex=is_complex)
    if constructor is create.randint:
        assert law.density.sum() == pytest.approx(1)
        assert (law.x * law.density).sum() == pytest.approx(law.mean)
        assert np.sqrt(((law.x - law.mean) ** 2 * law.density).sum()) == pytest.approx(law.spread)
        return
    x = np.linspace(-4, 4, 80_001)
    y = np.interp(x, law.x, law.density)
    assert np.trapezoid(y, x) == pytest.approx(1, abs=1e-3)
    assert np.trapezoid(x * y, x) == pytest.approx(law.mean, abs=1e-3)
    assert np.trapezoid((x - law.mean) ** 2 * y, x) == pytest.approx(law.spread**2, abs=2e-3)


@each_random
def test_each_has_a_rival_with_another_law(constructor):
    found = drawn(constructor)
    assert found.rival == ("randn" if constructor is create.rand else "rand")
    assert found.rival_law.spread != found.law.spread


@each_random
def test_same_seed_same_draws(constructor):
    assert repr(drawn(constructor, seed=5)) == repr(drawn(constructor, seed=5))
    assert drawn(constructor, seed=5).mean != drawn(constructor, seed=6).mean


@pytest.mark.parametrize(
    ("bad", "says"),
    [
        ({"constructor": create.zeros}, "constructor=zeros is not one of: rand, randn, randint"),
        ({"dtype": "float8"}, "dtype='float8' is not one of"),
        ({"seed": 100}, "seed=100 is out of range: 0 to 99"),
    ],
)
def test_draws_refuse_bad_settings(bad, says):
    with pytest.raises(ValueError, match=says):
        create_facts.draws(**bad)


# --- memory and the notes -------------------------------------------------------------------------


def test_empty_memory_is_counted_whatever_lies_there():
    found = create_facts.leftovers()
    assert found.sevens + found.others == found.asked == 1000


def test_the_bytes_of_one_element_are_those_of_numpy():
    sizes = create_facts.element_sizes()
    assert "default" not in sizes
    for name, size in sizes.items():
        assert size == (2 if name == "bfloat16" else np.dtype(name).itemsize)


def test_each_line_of_the_notes_runs_the_very_code_it_is_named_by():
    tree = ast.parse(inspect.getsource(create_facts))
    lambdas = [node.body for node in ast.walk(tree) if isinstance(node, ast.Lambda)]
    assert [ast.unparse(body) for body in lambdas] == list(create_facts.NOTES)
    assert set(create_facts.TOLD) == set(create_facts.NOTES)


def test_the_notes_give_these_sizes_and_dtypes():
    lines = call_alone(create_facts.notes, {})
    assert [(line.size, line.dtype) for line in lines] == [
        ("torch.Size([5, 3])", "torch.float32"),
        ("torch.Size([5, 3])", "torch.float32"),
        ("torch.Size([5, 3])", "torch.int64"),
        ("torch.Size([2])", "torch.float32"),
        ("torch.Size([5, 3])", "torch.float64"),
        ("torch.Size([5])", "torch.float32"),
        ("torch.Size([5])", "torch.float32"),
    ]
