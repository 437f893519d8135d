from statistics import NormalDist

import numpy as np
import pytest

from lib.core.isolation import call_alone
from lib.lessons.tensors.create import lesson as create
from lib.lessons.tensors.create.distributions import DRAWS, distribution, draws

FLOATS = ("default", "float64", "float32", "float16", "bfloat16")
# Mean and standard deviation by the textbook: of a uniform distribution its width by √12, of
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
    return call_alone(draws, settings_)


def expected_in_bins(constructor, edges, std=1.0):
    """The probability of each bin by the textbook."""
    if constructor is create.randint:
        return np.full(10, 0.1)
    if constructor is create.rand:
        return np.diff(np.clip(edges, 0, 1))
    return np.diff([NormalDist(0, std).cdf(edge) for edge in edges])


# --- the draws ------------------------------------------------------------------------------------


@each_random
@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("seed", [0, 1, 99])
def test_draws_follow_their_distribution(constructor, dtype, seed):
    found = drawn(constructor, dtype, seed)
    mean, std = MOMENTS[constructor]
    assert (found.theory.mean, found.theory.std) == pytest.approx((mean, std))
    assert found.mean == pytest.approx(mean, abs=5 * std / 100)
    assert found.std == pytest.approx(std, rel=0.04)
    probabilities = expected_in_bins(constructor, found.theory.edges)
    shares = found.density * np.diff(found.theory.edges)
    noise = np.sqrt(probabilities * (1 - probabilities) / DRAWS)
    assert (np.abs(shares - probabilities) <= 5 * noise + 0.002).all()
    assert found.is_whole == (constructor is create.randint)
    assert not found.is_complex


@pytest.mark.parametrize("constructor", [create.randn, create.randn_like])
def test_the_real_part_of_complex_draws_varies_less(constructor):
    found = drawn(constructor, "complex64")
    assert found.is_complex
    assert found.theory.std == pytest.approx(0.5**0.5)
    assert found.std == pytest.approx(0.5**0.5, rel=0.04)


def test_the_real_part_of_complex_rand_is_as_rand():
    found = drawn(create.rand, "complex64")
    assert found.is_complex
    assert (found.mean, found.std) == pytest.approx((0.5, 12**-0.5), abs=0.02)


@each_random
@pytest.mark.parametrize("is_complex", [False, True])
def test_the_curve_of_theory_is_a_density_with_that_mean_and_std(constructor, is_complex):
    theory = distribution(constructor, is_complex=is_complex)
    if constructor is create.randint:
        assert theory.density.sum() == pytest.approx(1)
        assert (theory.x * theory.density).sum() == pytest.approx(theory.mean)
        assert np.sqrt(((theory.x - theory.mean) ** 2 * theory.density).sum()) == pytest.approx(
            theory.std
        )
        return
    x = np.linspace(-4, 4, 80_001)
    y = np.interp(x, theory.x, theory.density)
    assert np.trapezoid(y, x) == pytest.approx(1, abs=1e-3)
    assert np.trapezoid(x * y, x) == pytest.approx(theory.mean, abs=1e-3)
    assert np.trapezoid((x - theory.mean) ** 2 * y, x) == pytest.approx(theory.std**2, abs=2e-3)


@each_random
def test_each_has_a_rival_with_another_distribution(constructor):
    found = drawn(constructor)
    assert found.rival == ("randn" if constructor is create.rand else "rand")
    assert found.rival_theory.std != found.theory.std


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
        draws(**bad)
