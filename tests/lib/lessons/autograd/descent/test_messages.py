import numpy as np
import pytest
import torch

from lib.lessons.autograd.descent import messages
from lib.lessons.autograd.descent.lesson import OPTIMIZERS, Walk, bowl, descend, ravine, rosenbrock
from lib.lessons.autograd.descent.metrics import start_of


def walk(*losses):
    places = np.arange(2 * len(losses), dtype=np.float32).reshape(-1, 2)
    return Walk(places, np.array(losses, np.float32), np.ones(len(losses) - 1, np.float32))


def said(*sentences):
    return "".join(template.format(**fields) for template, fields in sentences)


ARRIVED, LOWER, HIGHER, DIVERGED = walk(3, 1e-4), walk(3, 1), walk(1, 3), walk(1, 9, np.inf, np.nan)


def test_the_picture_tells_the_ends_only_once_they_are_shown():
    walks = {"SGD": LOWER, "Adam": ARRIVED}
    hidden = said(messages.picture({name: start_of(each) for name, each in walks.items()}))
    assert hidden == "The landscape, and where SGD Adam begin."
    assert "SGD 1, Adam 0.0001." in said(messages.picture(walks))
    one = said(messages.picture({**walks, "SGD": start_of(LOWER)}))
    assert one.endswith("Their losses at the end: Adam 0.0001.")


@pytest.mark.parametrize(
    ("one", "limit", "words"),
    [
        (ARRIVED, None, "`0.0001` at `(2, 3)`, below 0.001 since step 1"),
        (LOWER, None, "`1` at `(2, 3)`"),
        (LOWER, 0.1, "`1` at `(2, 3)`; lr = 0.5, limit 0.1"),
        (HIGHER, None, "`3` at `(2, 3)`, no lower than it began"),
        (DIVERGED, 0.1, "`nan` at `(6, 7)`, no lower than it began; lr = 0.5, limit 0.1"),
    ],
)
def test_the_end_of_a_walk_in_words(one, limit, words):
    assert said(*messages.ended(one, 0.5, limit)) == words


def test_only_a_walk_without_numbers_is_warned_of():
    [warning] = messages.diverged({"SGD": LOWER, "Adam": DIVERGED})
    assert said(warning).startswith("After step 2 the loss of Adam is NaN or infinite")


@pytest.mark.parametrize(
    ("surface", "one", "revealed", "words"),
    [
        (bowl, LOWER, True, "This is another landscape."),
        (rosenbrock, None, True, "Momentum is not among the optimizers."),
        (rosenbrock, LOWER, True, "With lr = 1 the loss of momentum after 1 steps is 1."),
        (rosenbrock, LOWER, False, "Answer the questions to see how far momentum comes."),
    ],
)
def test_how_far_the_challenge_is(surface, one, revealed, words):
    assert said(messages.progress(surface, one, revealed)) == words


@pytest.mark.parametrize("beta2", [0.9, 0.999])
@pytest.mark.parametrize("momentum", [0.0, 0.8])
@pytest.mark.parametrize("name", messages.UPDATES)
def test_the_steps_that_are_written_are_those_of_pytorch(name, momentum, beta2):
    chosen = {"lr": 0.05, "momentum": momentum, "beta1": 0.7, "beta2": beta2}
    walk = descend(OPTIMIZERS[name], ravine, steps=20, **chosen)
    known = {**chosen, "w": torch.tensor([-1.5, 2.0]).double(), "v": 0.0, "m": 0.0, "s": 0.0}
    for t in range(1, 21):
        w = known["w"].clone().requires_grad_()
        ravine(w).backward()
        known |= {"g": w.grad, "t": t}
        for line in messages.UPDATES[name]:
            exec(line, {}, known)
        np.testing.assert_allclose(walk.path[t], known["w"], rtol=1e-3, atol=1e-5)


def test_every_optimizer_but_lbfgs_has_its_step_written():
    assert {*OPTIMIZERS} - {*messages.UPDATES} == {"LBFGS"}
