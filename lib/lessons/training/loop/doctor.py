"""The training doctor: reads the recorded numbers of a run and says what ails it.

It looks at nothing but what the frames hold, the way you would look at the curves: it does not ask
which loop has run, and may be wrong where two illnesses look alike.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from lib.core.i18n import mark
from lib.lessons.training.loop.config import Recipe
from lib.lessons.training.loop.diagnostics import VARIANCES, WINDOW, Course, largest_gradient
from lib.lessons.training.loop.frames import Frame

FEW = 10  # with fewer epochs nothing is said of trends
STILL = 3  # frames with the very same weights: two may be one weight too small to round up

GOOD = 0.1  # of the baseline loss: the points are learned
HIGH = 0.5  # of the baseline loss: hardly anything is learned
STUCK = 0.01  # a plateau: the loss changed by less than this part of it in the window
JUMPY = 0.06  # of the loss is how much it rises per epoch, on average, if the rate is too large;
# well-behaved runs of this lesson stay under 0.005, those with small noisy batches under 0.05
GREW = 1.5  # times its lowest value, and above the baseline loss: the run falls apart
SLOW = 0.03  # of their length is how far the weights got in the window if the rate is too small
STRAIGHT = 0.95  # of their way led forward: the weights still know where they want to go
VANISHED = 1e-3  # the first layer's gradient beside the last one's; 0.03 and more is usual
WORSE = 1.2  # times its lowest value: the test loss has risen
GAP = 1.5  # times the train loss: the test loss has left it
ZERO = 128  # the level of 0 in ``Frame.neurons``
FLAT = 40  # of 255 levels between the lowest and the highest place of a map of one number
MEAN = 0.7  # of the baseline loss: hardly better than the mean
PILED = 1.5  # times the largest gradient one batch can have; the room is for points outside EDGE
# How far the loss jumps, as a part of what gradient times step explains. Measured: around 0.8
# with dropout on while measuring; 0.3 and less with model.eval().
UNEXPLAINED = 0.4
SMALL = 0.005  # of the loss: jumps below this are nobody's fault
ENOUGH = 20  # epochs to tell: at the start the loss falls faster than its gradient says
TURNS = 0.3  # of the epochs the loss turns round, if it jumps at random (1/2 to 2/3 expected)

Numbers = dict[str, float]


class Finding(NamedTuple):
    """What the doctor found.

    Attributes:
        code: a key of ``WORDS``.
        numbers: the fields of its sentence.
    """

    code: str
    numbers: Numbers


# What each finding means, and what to try.
WORDS = {
    "nan": mark(
        "Since epoch {epoch} the numbers are no longer finite (NaN or inf). A step was so large "
        "that the weights flew off, and NaN plus anything stays NaN: this run cannot recover. "
        "Reset, and try a rate well below {learning_rate:g}."
    ),
    "no step": mark(
        "There is a gradient (norm {gradient:.2g}), but not one weight has moved in {epochs} "
        "epochs. The gradient is never used: is optimizer.step() missing, or does it come "
        "before loss.backward()?"
    ),
    "no gradient": mark(
        "Not one weight has moved in {epochs} epochs, and there is no gradient to move them. Is "
        "loss.backward() missing, or does optimizer.zero_grad() wipe the gradient out before "
        "optimizer.step()?"
    ),
    "piled up": mark(
        "The last layer's gradient has a norm of {gradient:.2g}; one batch alone cannot give more "
        "than {most:.2g} here. Gradients of many batches have piled up: is "
        "optimizer.zero_grad() missing?"
    ),
    "no eval": mark(
        "The loss jumps by {jump:.1%} from epoch to epoch, more than the small steps of the "
        "weights explain. Dropout ({dropout:g}) seems to be on while the loss is measured: call "
        "model.eval() before you measure."
    ),
    "only the mean": mark(
        "The network outputs nearly the same number everywhere, and its loss {loss:.3g} is hardly "
        "better than that of the mean ({baseline:.3g}). Do outputs and targets have the same "
        "shape? (B, 1) against (B,) is broadcast to (B, B), and then the mean is the best answer. "
        "If the shapes agree, give the network more features or neurons."
    ),
    "vanishing": mark(
        "The gradient of the first layer is {times:,.0f} times smaller than that of the last "
        "({first:.1g} against {last:.1g}): each layer shrinks it, and the first ones hardly "
        "learn. Try tanh or ReLU, fewer layers, or a smaller rate if the neurons are at "
        "their limits."
    ),
    "rate too large": mark(
        "The loss jumps up and down (it rises by {rise:.0%} of itself per epoch on average; "
        "lowest so far {lowest:.3g}, now {loss:.3g}): the steps overshoot. Try a rate below "
        "{learning_rate:g}, or larger batches. If neither helps, look for optimizer.zero_grad()."
    ),
    "growing": mark(
        "The loss grows: it was {lowest:.3g} and is {loss:.3g} now, worse than guessing "
        "({baseline:.3g}). Each step overshoots. Try a rate well below {learning_rate:g}; if that "
        "does not help, look for optimizer.zero_grad()."
    ),
    "rate too small": mark(
        "The loss falls without a bump, but the weights moved only {moved:.1%} of their length in "
        "the last {epochs} epochs. The direction is right, the steps are tiny: try a rate "
        "of {ten_times:g}."
    ),
    "plateau": mark(
        "The loss is {loss:.3g} and changed by only {change:.1%} in the last {epochs} epochs; "
        "guessing gives {baseline:.3g}. This network is stuck: give it more features, more "
        "neurons, or another optimizer. Some plateaus end by themselves after a while."
    ),
    "overfitting": mark(
        "Since epoch {epoch} the test loss has risen from {lowest:.3g} to {test:.3g}, while the "
        "train loss is down at {loss:.3g}: the network memorizes these very points "
        "(overfitting). Try more training points, fewer neurons, weight decay, dropout, or stop "
        "at epoch {epoch}."
    ),
    "dead": mark(
        "{dead} of {neurons} ReLU neurons output 0 everywhere. No gradient gets through a ReLU "
        "that outputs 0, so they may never come back. Try a smaller rate, another seed, or GELU."
    ),
    "learning": mark(
        "All is well: in the last {epochs} epochs the train loss went from {before:.3g} to "
        "{loss:.3g}. Let it go on."
    ),
    "done": mark(
        "Learned: train loss {loss:.3g}, test loss {test:.3g}; guessing gives {baseline:.3g}."
    ),
}


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
    course = Course(recipe, frames)
    if found := _still(course) or _piled_up(course):
        return (found,)
    dead = [found] if (found := _dead(course)) else []
    if len(frames) <= FEW:
        return tuple(dead)
    if course.loss < GOOD * course.baseline:
        ills = [_overfitting(course)]
        otherwise = _done(course)
    else:
        rules = (_jumping, _only_the_mean, _vanishing, _too_small, _overfitting)
        ills = [rule(course) for rule in rules]
        otherwise = _plateau(course) or _learning(course)
    return (*(list(filter(None, ills)) or [otherwise]), *dead)


def _nan(recipe: Recipe, frames: Sequence[Frame]) -> Finding | None:
    def finite(frame: Frame) -> bool:
        losses = (frame.trained.train_loss, frame.trained.test_loss)
        return all(np.isfinite(each).all() for each in (losses, frame.weights, frame.gradients))

    if finite(frames[-1]):
        return None
    first = len(frames) - 1
    while first and not finite(frames[first - 1]):
        first -= 1
    numbers = {"epoch": frames[first].epoch, "learning_rate": recipe.learning_rate}
    return Finding("nan", numbers)


def _still(course: Course) -> Finding | None:
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


def _piled_up(course: Course) -> Finding | None:
    gradients = course.gradients[:, -1]
    worst = int(gradients.argmax()) - len(gradients)  # counted from the end: weights have one more
    # The gradient is that of the last batch, so of weights between this frame and the one before.
    around = course.weights[max(worst - 1, -len(course.weights)) :][:2]
    most = PILED * max(largest_gradient(course.recipe, weights) for weights in around)
    gradient = float(gradients[worst])
    return Finding("piled up", {"gradient": gradient, "most": most}) if gradient > most else None


def _dead(course: Course) -> Finding | None:
    neurons = course.last.neurons
    if course.recipe.activation != "ReLU" or not len(neurons):
        return None
    dead = int((neurons == ZERO).all(axis=(1, 2)).sum())
    return Finding("dead", {"dead": dead, "neurons": len(neurons)}) if dead else None


def _only_the_mean(course: Course) -> Finding | None:
    if course.recipe.data not in VARIANCES or course.loss < MEAN * course.baseline:
        return None
    if np.ptp(course.last.map.astype(int)) >= FLAT:
        return None
    return Finding("only the mean", {"loss": course.loss, "baseline": course.baseline})


def _vanishing(course: Course) -> Finding | None:
    first, last = np.median(course.gradients[-FEW:, [0, -1]], axis=0).tolist()
    if not 0 < first < VANISHED * last:  # 0 is a dead ReLU's
        return None
    return Finding("vanishing", {"first": first, "last": last, "times": last / first})


def _jumping(course: Course) -> Finding | None:
    """A loss that does not settle: measured with dropout on, a rate too large, or falling apart."""
    recipe, changes, loss = course.recipe, course.changes, course.loss
    lowest = float(course.train.min())
    numbers = {"learning_rate": recipe.learning_rate, "lowest": lowest, "loss": loss}
    if loss > GREW * lowest and loss > GREW * course.baseline:
        return Finding("growing", {**numbers, "baseline": course.baseline})
    turns = float((np.sign(changes[1:]) != np.sign(changes[:-1])).mean())
    gradient = float(np.median(np.linalg.norm(course.gradients, axis=1)))
    explained = gradient * float(np.median(course.steps))
    jump = float(np.median(np.abs(changes)))
    drops = bool(recipe.dropout and recipe.hidden) and len(changes) > ENOUGH
    if drops and jump > max(UNEXPLAINED * explained, SMALL * loss) and turns > TURNS:
        return Finding("no eval", {"jump": jump / loss, "dropout": recipe.dropout})
    rise = float(changes.clip(0).mean() / course.recent.mean())
    return Finding("rate too large", {**numbers, "rise": rise}) if rise > JUMPY else None


def _too_small(course: Course) -> Finding | None:
    way = float(course.steps.sum())
    net = float(np.linalg.norm(course.weights[-1] - course.weights[0]))
    moved = net / float(np.linalg.norm(course.weights[-1]))
    epochs = len(course.weights) - 1
    falls = bool((course.changes < 0).all())
    if not falls or net < STRAIGHT * way or moved > SLOW * epochs / WINDOW:
        return None
    ten_times = min(10.0, 10 * course.recipe.learning_rate)
    return Finding("rate too small", {"moved": moved, "epochs": epochs, "ten_times": ten_times})


def _overfitting(course: Course) -> Finding | None:
    best = int(course.test.argmin())
    lowest, test = float(course.test[best]), float(np.median(course.test[-5:]))
    risen = test > WORSE * lowest and test > GOOD * course.baseline
    if not risen or len(course.test) - best <= FEW:
        return None
    if course.loss >= course.train[best] or test < GAP * course.loss:
        return None
    epoch = int(course.epochs[best])
    numbers = {"lowest": lowest, "test": test, "loss": course.loss, "epoch": epoch}
    return Finding("overfitting", numbers)


def _plateau(course: Course) -> Finding | None:
    before = float(np.median(course.recent[:5]))
    change = abs(course.loss - before) / before
    if len(course.recent) <= WINDOW or change > STUCK or course.loss < HIGH * course.baseline:
        return None
    numbers = {"loss": course.loss, "change": change, "epochs": WINDOW}
    return Finding("plateau", {**numbers, "baseline": course.baseline})


def _learning(course: Course) -> Finding:
    epochs = len(course.recent) - 1
    before = float(course.recent[0])
    return Finding("learning", {"before": before, "loss": course.loss, "epochs": epochs})


def _done(course: Course) -> Finding:
    test = float(course.last.trained.test_loss)
    return Finding("done", {"loss": course.loss, "test": test, "baseline": course.baseline})
