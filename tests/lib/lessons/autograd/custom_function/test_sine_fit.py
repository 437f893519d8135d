"""The fit against gradient descent written in NumPy; the sign network against the detach trick."""

import contextlib
import io

import numpy as np
import pytest
import torch
from numpy.polynomial import legendre

from lib.core.isolation import attempt, call_alone
from lib.export import snippets
from lib.lessons.autograd.custom_function.functions import FUNCTIONS, MISTAKES
from lib.lessons.autograd.custom_function.questions import FATES, FEEDBACK_FATE, fates, reaches
from lib.lessons.autograd.custom_function.sign_network import (
    SURROGATES,
    WITH_WIDTH,
    bump,
    clipped,
    disk,
    learn_with_sign,
    straight_through,
    true_slope,
)
from lib.lessons.autograd.custom_function.sine_fit import FITS, Legendre, fit_sine, legendre_slope


@pytest.mark.parametrize("degree", [1, 2, 3, 4, 5])
def test_the_polynomial_and_its_slope_are_numpys(degree):
    x = np.linspace(-1.5, 1.5, 31)
    polynomial = legendre.Legendre.basis(degree)
    leaf = torch.from_numpy(x).requires_grad_()
    y = Legendre.apply(leaf, degree)
    y.sum().backward()
    np.testing.assert_allclose(y.detach().numpy(), polynomial(x), atol=1e-12)
    np.testing.assert_allclose(leaf.grad.numpy(), polynomial.deriv()(x), atol=1e-12)
    np.testing.assert_array_equal(legendre_slope(leaf.detach(), degree).numpy(), leaf.grad.numpy())
    assert torch.autograd.gradcheck(Legendre.apply, (leaf, degree))


@pytest.mark.parametrize("mistake", MISTAKES)
def test_at_degree_three_every_function_is_that_of_the_first_tab(mistake):
    one, other = (torch.linspace(-2, 2, 9, requires_grad=True) for _ in range(2))
    upstream = torch.linspace(-1, 2, 9)
    FITS[mistake].apply(one, 3).backward(upstream)
    FUNCTIONS["Legendre P3"][mistake].apply(other).backward(upstream)
    torch.testing.assert_close(one.grad, other.grad, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("degree", [1, 2, 3, 4, 5])
def test_every_mistake_is_one_at_every_degree(degree):
    x = np.linspace(-1.5, 1.5, 31)
    slope = legendre.Legendre.basis(degree).deriv().convert(kind=np.polynomial.Polynomial)
    last = np.flatnonzero(np.abs(slope.coef) > 1e-9)[0]  # the lowest power that is there
    wanted = {
        "none": 3 * slope(x),
        "sign": -3 * slope(x),
        "factor": 6 * slope(x),
        "term": 3 * (slope(x) - slope.coef[last] * x**last),
        "grad_output": slope(x),
    }
    for mistake, function in FITS.items():
        leaf = torch.from_numpy(x).requires_grad_()
        function.apply(leaf, degree).backward(torch.full_like(leaf, 3.0))
        np.testing.assert_allclose(leaf.grad.numpy(), wanted[mistake], atol=1e-12)
        assert (mistake == "none") == np.allclose(wanted[mistake], wanted["none"])


def by_hand(degree, steps):
    """The tutorial's gradient descent in NumPy and float64; returns loss and weights."""
    x = np.linspace(-np.pi, np.pi, 2000)
    p = legendre.Legendre.basis(degree)
    slope = p.deriv()
    a, b, c, d = 0.0, -1.0, 0.0, 0.3
    for _ in range(steps):
        off = 2 * (a + b * p(c + d * x) - np.sin(x))
        inner = off * b * slope(c + d * x)
        step = off.sum(), (off * p(c + d * x)).sum(), inner.sum(), (inner * x).sum()
        a, b, c, d = (w - 5e-6 * g for w, g in zip((a, b, c, d), step, strict=True))
    return ((a + b * p(c + d * x) - np.sin(x)) ** 2).sum(), (a, b, c, d)


@pytest.mark.parametrize("degree", [1, 3])
@pytest.mark.parametrize("steps", [0, 100, 2000])
def test_the_fit_is_gradient_descent(degree, steps):
    result = fit_sine(Legendre, degree)
    loss, weights = by_hand(degree, steps)
    i = result.steps.tolist().index(steps)
    assert result.losses[i] == pytest.approx(loss, rel=2e-3)
    np.testing.assert_allclose(result.weights[i], weights, rtol=2e-3, atol=1e-4)


def test_the_fit_ends_where_the_tutorial_says():
    result = fit_sine()
    # "Result: y = -5.42e-09 + -2.208526849746704 * P3(1.33e-09 + 0.2554861009120941 x)"
    np.testing.assert_allclose(result.weights[-1], [0, -2.2085, 0, 0.2555], atol=2e-3)
    assert result.losses[-1] == pytest.approx(8.94, abs=0.05)
    a, b, c, d = result.weights[-1]
    p = legendre.Legendre.basis(3)
    np.testing.assert_allclose(result.curves[-1], a + b * p(c + d * result.x), atol=1e-4)
    assert result.curves.shape == (41, 100)


def test_what_each_mistake_does_to_the_tutorials_fit():
    last = {name: fit_sine(function).losses[-1] for name, function in FITS.items()}
    assert np.isnan(last["sign"])
    assert np.isnan(last["grad_output"])
    assert last["none"] < 10 < last["factor"] < 100  # a wrong factor learns all the same
    assert last["term"] > fit_sine().losses[0]


@pytest.mark.parametrize(
    ("name", "degree", "fate", "code"),
    [("none", 3, "smaller", "learns"), ("factor", 3, "smaller", "all the same"),
     ("term", 3, "larger", "climbs"), ("sign", 3, "nan", "overflows"),
     ("sign", 1, "smaller", "all the same")],
)  # fmt: skip
def test_what_becomes_of_the_loss_is_asked(name, degree, fate, code):
    asked = fates(fit_sine(FITS[name], degree), right=name == "none")
    assert [guess.value for guess in asked] == list(FATES)
    assert [(guess.value, guess.code) for guess in asked if guess.right] == [(fate, code)]
    # Whoever is wrong is not told why it comes as it does not come.
    assert {g.code for g in asked if not g.right} == {f"no {other}" for other in FATES} - {
        f"no {fate}"
    }
    assert {guess.code for guess in asked} <= set(FEEDBACK_FATE)


def test_only_a_broken_function_is_told_that_its_neighbors_learn_all_the_same():
    codes = {
        name: fates(fit_sine(function), right=name == "none") for name, function in FITS.items()
    }
    told = {name: [guess.code for guess in asked if guess.right] for name, asked in codes.items()}
    assert told["none"] == ["learns"]
    assert all("learns" not in code for name, code in told.items() if name != "none")


@pytest.mark.parametrize("surrogate", SURROGATES.values())
def test_a_width_moves_those_slopes_that_ask_for_it(surrogate):
    x = torch.linspace(-2, 2, 9)  # (9,)
    same = torch.equal(surrogate(x, 0.25), surrogate(x, 4.0))
    assert same == (surrogate not in WITH_WIDTH)


def test_the_same_fit_twice_and_its_script_gives_the_same_numbers():
    one, two = fit_sine(degree=2), fit_sine(degree=2)
    np.testing.assert_array_equal(one.losses, two.losses)
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        text = snippets.script(fit_sine, {"autograd_function": FITS["term"], "degree": 2})
        exec(compile(text, "fit", "exec"), {"__name__": "__main__"})
    again = call_alone(fit_sine, {"autograd_function": FITS["term"], "degree": 2})
    assert said.getvalue() == "".join(f"{k} = {v}\n" for k, v in again._asdict().items())
    assert "class SineFit(torch.nn.Module)" in text


@pytest.mark.parametrize(
    ("function", "bad", "says"),
    [
        (fit_sine, {"degree": 6}, "degree=6 is out of range: 1 to 5"),
        (
            fit_sine,
            {"autograd_function": FUNCTIONS["ReLU"]["none"]},
            "ReLU is not one of: Legendre, Wrong",
        ),
        (learn_with_sign, {"width": 0.1}, r"width=0\.1 is out of range: 0\.25 to 4\.0"),
        (learn_with_sign, {"seed": 10}, "seed=10 is out of range: 0 to 9"),
        (learn_with_sign, {"surrogate": torch.sign}, "surrogate=sign is not one of: true_slope"),
    ],
)
def test_bad_settings_are_named(function, bad, says):
    with pytest.raises(ValueError, match=says):
        function(**bad)


def test_the_slopes_to_choose_from():
    x = torch.tensor([-3.0, -1.0, -0.5, 0.0, 0.5, 1.0, 3.0])
    assert true_slope(x, 1.0).tolist() == [0] * 7
    assert straight_through(x, 1.0).tolist() == [1] * 7
    assert clipped(x, 1.0).tolist() == [0, 1, 1, 1, 1, 1, 0]
    np.testing.assert_allclose(bump(x, 2.0), 1 / np.cosh(x.numpy() / 2) ** 2, atol=1e-6)


# How the same slopes are got without a Function: go forward with sign, back through another.
TRICKS = {
    "true_slope": lambda x, w: 0 * x,
    "straight_through": lambda x, w: x,
    "clipped": lambda x, w: x.clamp(-w, w),
    "bump": lambda x, w: w * torch.tanh(x / w),
}


@pytest.mark.parametrize("name", SURROGATES)
def test_the_network_learns_as_with_the_detach_trick(name):
    width, seed = 0.5, 3
    result = call_alone(learn_with_sign, {"surrogate": SURROGATES[name], "width": width, "seed": 3})
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        hidden, out = torch.nn.Linear(2, 8), torch.nn.Linear(8, 1)
    optimizer = torch.optim.Adam([*hidden.parameters(), *out.parameters()], lr=0.03)
    points, inside = disk(200, 0)
    losses = []
    for _ in range(30):
        x = hidden(points)
        soft = TRICKS[name](x, width)
        y = soft + (torch.sign(x) - soft).detach()
        loss = torch.nn.functional.binary_cross_entropy_with_logits(out(y).squeeze(1), inside)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    np.testing.assert_allclose(result.losses[:30], losses, rtol=1e-3)


def learned(name, width, seed):
    settings = {"surrogate": SURROGATES[name], "width": width, "seed": seed}
    return call_alone(learn_with_sign, settings)


@pytest.mark.parametrize("seed", range(10))
def test_the_challenge_can_be_met_and_is_not_met_by_the_obvious(seed):
    assert learned("true_slope", 2.0, seed).moved == 0
    assert not reaches(learned("true_slope", 2.0, seed))
    assert not reaches(learned("straight_through", 2.0, seed))
    assert reaches(learned("bump", 0.75, seed))


def test_the_default_does_not_meet_it():
    assert not reaches(call_alone(learn_with_sign, {}))
    assert not reaches(learned("bump", 2.0, 0))
    assert not reaches(learned("clipped", 2.0, 0))


def test_the_accuracy_is_counted_on_points_it_never_saw():
    result = learned("bump", 1.0, 0)
    unseen, answers = disk(2000, 1)
    side = np.linspace(-1, 1, 41)
    nearest = [np.abs(side - each[:, None]).argmin(1) for each in (unseen.numpy().T)]
    said = result.predicted[nearest[1], nearest[0]]  # rows go up, as y does
    assert np.mean(said == answers.numpy()) == pytest.approx(result.accuracy, abs=0.04)
    inside = (result.points**2).sum(1) < 0.5
    np.testing.assert_array_equal(inside, result.inside)
    assert not {tuple(p) for p in unseen.tolist()} & {tuple(p) for p in result.points.tolist()}


def test_same_seed_same_network():
    one, two = learned("clipped", 1.0, 4), learned("clipped", 1.0, 4)
    np.testing.assert_array_equal(one.losses, two.losses)
    assert one.accuracy == two.accuracy
    assert attempt(learn_with_sign, {"seed": 5}).error == ""
