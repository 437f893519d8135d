"""The training doctor: reads the recorded numbers of a run and says what ails it.

It looks at nothing but what the frames hold, the way you would look at the curves: it does not ask
which loop has run, and may be wrong where two illnesses look alike.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from lib.lessons.training.loop.config import Recipe
from lib.lessons.training.loop.diagnostics import (
    VARIANCES,
    WINDOW,
    Course,
    course_of,
    largest_gradient,
)
from lib.lessons.training.loop.frames import Frame

FEW = 10  # with fewer epochs nothing is said of trends
STILL = 3  # frames with the very same weights: two may be one weight too small to round up

GOOD = 0.1  # of the clueless loss: the points are learned
HIGH = 0.5  # of the clueless loss: hardly anything is learned
STUCK = 0.01  # a plateau: the loss changed by less than this part of it in the window
JUMPY = 0.06  # of the loss is how much it rises per epoch, on average, if the rate is too large;
# well-behaved runs of this lesson stay under 0.005, those with small noisy batches under 0.05
GREW = 1.5  # times its lowest value, and above the clueless loss: the run falls apart
SLOW = 0.03  # of their length is how far the weights got in the window if the rate is too small
STRAIGHT = 0.95  # of their way led forward: the weights still know where they want to go
VANISHED = 1e-3  # the first layer's gradient beside the last one's; 0.03 and more is usual
WORSE = 1.2  # times its lowest value: the test loss has risen
APART = 1.5  # times the train loss: the test loss has left it
ZERO = 128  # the level of 0 in ``Frame.neurons``
FLAT = 40  # of 255 levels between the lowest and the highest place of a map of one number
MEAN = 0.7  # of the clueless loss: hardly better than the mean
PILED = 1.5  # times the largest gradient one batch can have; the room is for points outside EDGE
# How far the loss jumps, as a part of what gradient times step explains. Measured: around 0.8
# with dropout on while measuring; 0.3 and less with model.eval().
UNEXPLAINED = 0.4
SMALL = 0.005  # of the loss: jumps below this are nobody's fault
ENOUGH = 20  # epochs to tell: at the start the loss falls faster than its gradient says
TURNS = 0.3  # of the epochs the loss turns round, if it jumps at random (1/2 to 2/3 expected)


class Finding(NamedTuple):
    """What the doctor found.

    Attributes:
        code: a key of ``TOLD`` in loop_doctor_words.py.
        numbers: what its sentence tells, by the names it uses.
    """

    code: str
    numbers: dict[str, float]


def examine(recipe: Recipe, frames: Sequence[Frame]) -> tuple[Finding, ...]:
    """Say what the recorded numbers of a run tell, the most important first.

    Args:
        recipe: the recipe of the last frame.
        frames: the epochs so far, in order.

    Returns:
        Findings; none if it is too early to say anything.
    """
    if not frames:
        return ()
    if broken := _nan(recipe, frames):
        return (broken,)
    course = course_of(recipe, frames)
    for rule in (_still, _piled_up):
        if found := rule(recipe, course):
            return (found,)
    dead = [found] if (found := _dead(recipe, course)) else []
    if len(frames) <= FEW:
        return tuple(dead)
    if course.loss < GOOD * course.clueless:
        rules: tuple[Rule, ...] = (_overfitting,)
        otherwise = _done(course)
    else:
        rules = (_jumping, _only_the_mean, _vanishing, _too_small, _overfitting)
        otherwise = _plateau(course) or _learning(course)
    ills = [found for rule in rules if (found := rule(recipe, course))]
    return (*(ills or [otherwise]), *dead)


Rule = Callable[[Recipe, Course], Finding | None]


def _nan(recipe: Recipe, frames: Sequence[Frame]) -> Finding | None:
    def finite(frame: Frame) -> bool:
        losses = (frame.trained.train_loss, frame.trained.test_loss)
        return all(np.isfinite(each).all() for each in (losses, frame.weights, frame.gradients))

    if finite(frames[-1]):
        return None
    first = len(frames) - 1
    while first and not finite(frames[first - 1]):
        first -= 1
    return Finding("nan", {"epoch": frames[first].epoch, "rate": recipe.rate})


def _still(recipe: Recipe, course: Course) -> Finding | None:
    weights = course.weights
    if len(weights) < STILL or (weights[-STILL:] != weights[-1]).any():
        return None
    # A gradient of almost nothing moves nothing, and nothing is wrong with the loop then.
    gradient = float(np.linalg.norm(course.last.gradients))
    if 0 < gradient < 1e-6 or course.loss < 1e-6:
        return None
    changes = np.flatnonzero((weights[:-1] != weights[-1]).any(axis=1))
    epochs = len(weights) - 1 - (int(changes[-1]) + 1 if len(changes) else 0)
    if gradient:
        return Finding("no step", {"epochs": epochs, "gradient": gradient})
    return Finding("no gradient", {"epochs": epochs})


def _piled_up(recipe: Recipe, course: Course) -> Finding | None:
    gradients = course.gradients[:, -1]
    worst = int(gradients.argmax()) - len(gradients)  # counted from the end: weights have one more
    # The gradient is that of the last batch, so of weights between this frame and the one before.
    around = course.weights[max(worst - 1, -len(course.weights)) :][:2]
    most = PILED * max(largest_gradient(recipe, weights) for weights in around)
    gradient = float(gradients[worst])
    if gradient <= most:
        return None
    return Finding("piled up", {"gradient": gradient, "most": most})


def _dead(recipe: Recipe, course: Course) -> Finding | None:
    neurons = course.last.neurons
    if recipe.activation != "ReLU" or not len(neurons):
        return None
    dead = int((neurons == ZERO).all(axis=(1, 2)).sum())
    return Finding("dead", {"dead": dead, "neurons": len(neurons)}) if dead else None


def _only_the_mean(recipe: Recipe, course: Course) -> Finding | None:
    if recipe.data not in VARIANCES or course.loss < MEAN * course.clueless:
        return None
    if np.ptp(course.last.map.astype(int)) >= FLAT:
        return None
    return Finding("only the mean", {"loss": course.loss, "clueless": course.clueless})


def _vanishing(recipe: Recipe, course: Course) -> Finding | None:
    first, last = np.median(course.gradients[-FEW:, [0, -1]], axis=0).tolist()
    if not 0 < first < VANISHED * last:  # 0 is a dead ReLU's
        return None
    return Finding("vanishing", {"first": first, "last": last, "times": last / first})


def _jumping(recipe: Recipe, course: Course) -> Finding | None:
    """A loss that does not settle: measured with dropout on, a rate too large, or falling apart."""
    recent, loss = course.recent, course.loss
    changes = np.diff(recent)
    turns = float((np.sign(changes[1:]) != np.sign(changes[:-1])).mean())
    rise = float(changes.clip(0).mean() / recent.mean())
    lowest = float(course.train.min())
    numbers = {"rate": recipe.rate, "lowest": lowest, "loss": loss}
    if loss > GREW * lowest and loss > GREW * course.clueless:
        return Finding("growing", {**numbers, "clueless": course.clueless})
    gradient = float(np.median(np.linalg.norm(course.gradients, axis=1)))
    explained = gradient * float(np.median(course.steps))
    jump = float(np.median(np.abs(changes)))
    drops = bool(recipe.dropout and recipe.hidden) and len(changes) > ENOUGH
    if drops and jump > max(UNEXPLAINED * explained, SMALL * loss) and turns > TURNS:
        return Finding("no eval", {"jump": jump / loss, "dropout": recipe.dropout})
    return Finding("rate too large", {**numbers, "rise": rise}) if rise > JUMPY else None


def _too_small(recipe: Recipe, course: Course) -> Finding | None:
    way = float(course.steps.sum())
    net = float(np.linalg.norm(course.weights[-1] - course.weights[0]))
    moved = net / float(np.linalg.norm(course.weights[-1]))
    epochs = len(course.weights) - 1
    falls = bool((np.diff(course.recent) < 0).all())
    if not falls or net < STRAIGHT * way or moved > SLOW * epochs / WINDOW:
        return None
    numbers = {"moved": moved, "epochs": epochs, "ten_times": min(10.0, 10 * recipe.rate)}
    return Finding("rate too small", numbers)


def _overfitting(recipe: Recipe, course: Course) -> Finding | None:
    best = int(course.test.argmin())
    lowest, test = float(course.test[best]), float(np.median(course.test[-5:]))
    risen = test > WORSE * lowest and test > GOOD * course.clueless
    if not risen or len(course.test) - best <= FEW:
        return None
    if course.loss >= course.train[best] or test < APART * course.loss:
        return None
    numbers = {"lowest": lowest, "test": test, "loss": course.loss}
    return Finding("overfitting", {**numbers, "epoch": int(course.epochs[best])})


def _plateau(course: Course) -> Finding | None:
    before = float(np.median(course.recent[:5]))
    change = abs(course.loss - before) / before
    if len(course.recent) <= WINDOW or change > STUCK or course.loss < HIGH * course.clueless:
        return None
    numbers = {"loss": course.loss, "change": change, "epochs": WINDOW}
    return Finding("plateau", {**numbers, "clueless": course.clueless})


def _learning(course: Course) -> Finding:
    recent = course.recent
    numbers = {"before": float(recent[0]), "loss": course.loss, "epochs": len(recent) - 1}
    return Finding("learning", numbers)


def _done(course: Course) -> Finding:
    test = float(course.last.trained.test_loss)
    numbers = {"loss": course.loss, "test": test, "clueless": course.clueless}
    return Finding("done", numbers)
