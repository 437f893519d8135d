"""The training doctor: reads the recorded numbers of a run and says what ails it.

It looks at nothing but the recipe's settings and what the frames hold, the way you would look at
the curves: it does not ask which loop has run, and may be wrong where two illnesses look alike.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from lib.core.i18n import mark
from lib.lessons.training.loop.config import Recipe
from lib.lessons.training.loop.diagnostics import NUMBERS, WINDOW, Course, largest_gradient
from lib.lessons.training.loop.frames import Frame

FEW = 10  # with fewer epochs nothing is said of trends
STILL = 3  # frames with the very same weights: two may be one weight too small to round up

GOOD = 0.1  # of the baseline loss: the points are learned
HIGH = 0.5  # of the baseline loss: hardly anything is learned
STUCK = 0.01  # a plateau: the loss changed by less than this part of it in the window
FALLEN = 0.02  # of the loss before the window: by so much it has to fall, or it hardly changed
JUMPY = 0.06  # of the loss is how much it rises per epoch, on average, if the rate is too large;
# well-behaved runs of this lesson stay under 0.005, those with small noisy batches under 0.05
GREW = 1.5  # times its lowest value, and the baseline loss: the run falls apart
SLOW = 0.03  # of their length is how far the weights got in the window if the rate is too small
STRAIGHT = 0.95  # of their way led forward: the weights still know where they want to go
VANISHED = 1e-3  # the first layer's gradient beside the last one's; 0.03 and more is usual
WORSE = 1.2  # times its lowest value: the test loss has risen
GAP = 1.5  # times the train loss: the test loss has left it
ZERO = 128  # the level of 0 in ``Frame.neurons``
FLAT = 40  # of 255 levels between the lowest and the highest place of a map of one number
# Of the baseline loss: not much better than the mean. Measured: 0.78 to 1 with flat targets, whose
# small batches have means of their own.
MEAN = 0.75
PILED = 1.5  # times the largest gradient one batch can have; the room is for points outside EDGE
ROUNDED = 1.2e-7  # of a weight: a step below this is lost when float32 rounds
# How far the loss jumps, as a part of what gradient times step explains. Measured: around 0.8
# with dropout on while measuring; 0.3 and less with model.eval().
UNEXPLAINED = 0.4
SMALL = 0.005  # of the loss: jumps below this are nobody's fault
ENOUGH = 20  # epochs to tell: at the start the loss falls faster than its gradient says
TURNS = 0.3  # of the epochs the loss turns round, if it jumps at random (1/2 to 2/3 expected)

PLAIN = ("SGD", "momentum")  # optimizers whose steps are as long as the gradient says

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
        "Start over, with a rate well below {learning_rate:g}."
    ),
    "no step": mark(
        "There is a gradient (norm {gradient:.2g}), but not one weight has moved in the last "
        "{epochs} epochs. The gradient is never used: is optimizer.step() missing, or does it "
        "come before loss.backward()?"
    ),
    "no gradient": mark(
        "Not one weight has moved in the last {epochs} epochs, and there is no gradient to move "
        "them. Is loss.backward() missing, or does optimizer.zero_grad() wipe the gradient out "
        "before optimizer.step()?"
    ),
    "piled up": mark(
        "The last layer's gradient has a norm of {gradient:.2g}; one batch alone cannot give more "
        "than {most:.2g} here. Gradients of many batches have piled up: is "
        "optimizer.zero_grad() missing?"
    ),
    "no eval": mark(
        "The loss jumps by {jump:.1%} from epoch to epoch, more than the gradient and the steps "
        "of the weights explain. Is dropout ({dropout:g}) on while the loss is measured? Then "
        "call model.eval() before you measure. If it is off, the rate may be too large: try one "
        "below {learning_rate:g}."
    ),
    "only the mean": mark(
        "The network outputs nearly the same number everywhere, and its loss {loss:.3g} is not "
        "much better than that of the mean ({baseline:.3g}). Do outputs and targets have the "
        "same shape? (B, 1) against (B,) is broadcast to (B, B), and then the mean is the best "
        "answer. If the shapes agree, wait a little; then try less L1, weight decay and dropout, "
        "or more features and neurons."
    ),
    "vanishing sigmoid": mark(
        "The gradient of the first layer is {times:,.0f} times smaller than that of the last "
        "({first:.1g} against {last:.1g}): a sigmoid's slope is at most 1/4, so each layer "
        "shrinks it, and the first ones hardly learn. Try tanh or ReLU, fewer layers, or less "
        "weight decay."
    ),
    "vanishing": mark(
        "The gradient of the first layer is {times:,.0f} times smaller than that of the last "
        "({first:.1g} against {last:.1g}): it shrinks on its way back, and the first layers "
        "hardly learn. Try fewer layers, less weight decay, or a smaller rate if the neurons are "
        "at their limits."
    ),
    "rate too large": mark(
        "The loss jumps up and down (it rises by {rise:.0%} of itself per epoch on average; "
        "lowest so far {lowest:.3g}, now {loss:.3g}): the steps overshoot. Try a rate below "
        "{learning_rate:g}, or larger batches. If neither helps, look for optimizer.zero_grad()."
    ),
    "grown": mark(
        "The loss has grown: it was {lowest:.3g} and is {loss:.3g} now, worse than guessing "
        "({baseline:.3g}). The steps were too long. Start over with a rate well below "
        "{learning_rate:g}; if that does not help, look for optimizer.zero_grad()."
    ),
    "rate too small": mark(
        "The loss falls without a bump, but the weights moved only {moved:.1%} of their length in "
        "the last {epochs} epochs. The direction is right, the steps are tiny: try a rate "
        "of {more:g}."
    ),
    "plateau": mark(
        "The loss is {loss:.3g} and changed by only {change:.1%} in the last {epochs} epochs; "
        "guessing gives {baseline:.3g}. This network is stuck: give it more features, more "
        "neurons, another rate or another optimizer. Some plateaus end by themselves after a "
        "while."
    ),
    "held back": mark(
        "The loss is {loss:.3g} and changed by only {change:.1%} in the last {epochs} epochs; "
        "guessing gives {baseline:.3g}. Something may hold the network back: its L1 penalty is "
        "{l1:g}, its weight decay {weight_decay:g}, its dropout {dropout:g}. Try less of it "
        "first, then more features or neurons."
    ),
    "overfitting": mark(
        "Since epoch {epoch} the test loss has risen from {lowest:.3g} to {test:.3g}, while the "
        "train loss is down at {loss:.3g}: the network memorizes these very points "
        "(overfitting). Try more training points, fewer neurons, weight decay, dropout, or stop "
        "at epoch {epoch}."
    ),
    "gap": mark(
        "The train loss is down at {loss:.3g}, but the test loss is {test:.3g}; guessing gives "
        "{baseline:.3g}. The network knows its training points and does much worse on new ones. "
        "Try more training points, fewer neurons, weight decay or dropout."
    ),
    "dead": mark(
        "{dead} of {neurons} ReLU neurons output 0 in every place of their picture. No gradient "
        "gets through a ReLU that outputs 0, so they may never come back. Try a smaller rate, "
        "another seed, or GELU."
    ),
    "rising": mark(
        "The train loss rises: it was about {before:.3g} {epochs} epochs ago and is {loss:.3g} "
        "now. An L1 penalty or weight decay may pull harder than the points: then try less of it. "
        "Otherwise try a rate below {learning_rate:g}, or look for optimizer.zero_grad()."
    ),
    "hardly changed": mark(
        "The train loss hardly changes: it was about {before:.3g} {epochs} epochs ago and is "
        "{loss:.3g} now; guessing gives {baseline:.3g}. If it stays there, try another rate, more "
        "features or neurons, or less L1, weight decay and dropout; or nothing: of noisy points, "
        "nobody can learn more."
    ),
    "learning": mark(
        "It learns: {epochs} epochs ago the train loss was about {before:.3g}, now it is "
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
        frames: the epochs so far, or the last ``WINDOW + 1`` of them, in order.

    Returns:
        Findings; none if it is too early to say anything.
    """
    if not frames:
        return ()
    if (epoch := frames[-1].so_far.broken) is not None:
        return (Finding("nan", {"epoch": epoch, "learning_rate": recipe.learning_rate}),)
    course = Course(recipe, frames)
    if found := _still(course) or _piled_up(course):
        return (found,)
    dead = [found] if (found := _dead(course)) else []
    if len(frames) <= FEW:
        return tuple(dead)
    if course.loss < GOOD * course.baseline and course.recent[-FEW:].max() < HIGH * course.baseline:
        ills = [_overfitting(course) or _gap(course)]
        otherwise = _done(course)
    else:
        rules = (_jumping, _only_the_mean, _vanishing, _too_small, _overfitting)
        ills = [rule(course) for rule in rules]
        otherwise = _plateau(course) or _trend(course)
    return (*(list(filter(None, ills)) or [otherwise]), *dead)


def _still(course: Course) -> Finding | None:
    weights = course.weights
    if len(weights) < STILL or (weights[-STILL:] != weights[-1]).any():
        return None
    # A gradient of almost nothing moves nothing, and nothing is wrong with the loop then.
    gradient = float(np.linalg.norm(course.last.gradients))
    if 0 < gradient < 1e-6 or course.loss < 1e-6 or (gradient and _is_rounded(course, gradient)):
        return None
    changes = np.flatnonzero((weights[:-1] != weights[-1]).any(axis=1))
    epochs = len(weights) - 1 - (int(changes[-1]) + 1 if len(changes) else 0)
    if gradient:
        return Finding("no step", {"epochs": epochs, "gradient": gradient})
    return Finding("no gradient", {"epochs": epochs})


def _is_rounded(course: Course, gradient: float) -> bool:
    """Return whether a step of plain SGD may be too small to change even one float32."""
    weights = course.weights[-1]
    largest = gradient / len(weights) ** 0.5  # the largest part of the gradient is no smaller
    step = course.recipe.learning_rate * largest
    is_plain = course.recipe.optimizer in PLAIN
    return is_plain and step < ROUNDED * float(np.abs(weights).max())


def _piled_up(course: Course) -> Finding | None:
    gradients = course.gradients[:, -1]
    if not len(gradients):
        return None
    worst = int(gradients.argmax())
    # The gradient is that of the last batch, so of weights between this frame and the one before.
    around = course.weights[worst : worst + 2]
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
    if course.recipe.data not in NUMBERS:
        return None
    if not MEAN * course.baseline < course.loss < GREW * course.baseline:
        return None
    if np.ptp(course.last.map.astype(int)) >= FLAT:
        return None
    return Finding("only the mean", {"loss": course.loss, "baseline": course.baseline})


def _vanishing(course: Course) -> Finding | None:
    first, last = np.median(course.gradients[-FEW:, [0, -1]], axis=0).tolist()
    # 0 is a dead ReLU's. Other optimizers divide by the gradient's size and step all the same.
    if course.recipe.optimizer not in PLAIN or not 0 < first < VANISHED * last:
        return None
    code = "vanishing sigmoid" if course.recipe.activation == "sigmoid" else "vanishing"
    return Finding(code, {"first": first, "last": last, "times": last / first})


def _jumping(course: Course) -> Finding | None:
    """A loss that does not settle: measured with dropout on, a rate too large, or falling apart."""
    recipe, changes, loss = course.recipe, course.changes, course.loss
    lowest = course.last.so_far.train_loss
    numbers = {"learning_rate": recipe.learning_rate, "lowest": lowest, "loss": loss}
    if loss > GREW * lowest and loss > GREW * course.baseline:
        return Finding("grown", {**numbers, "baseline": course.baseline})
    turns = float((np.sign(changes[1:]) != np.sign(changes[:-1])).mean())
    gradient = float(np.median(np.linalg.norm(course.gradients, axis=1)))
    explained = gradient * float(np.median(course.steps))
    jump = float(np.median(np.abs(changes)))
    drops = bool(recipe.dropout and recipe.hidden)
    if drops and len(changes) <= ENOUGH:
        return None  # too early to tell which of the two it is
    if drops and jump > max(UNEXPLAINED * explained, SMALL * loss) and turns > TURNS:
        told = {"learning_rate": recipe.learning_rate, "dropout": recipe.dropout}
        return Finding("no eval", {**told, "jump": jump / loss})
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
    more = min(10.0, 10 * course.recipe.learning_rate)  # 10 is the most there is
    if more <= course.recipe.learning_rate:
        return None
    return Finding("rate too small", {"moved": moved, "epochs": epochs, "more": more})


def _overfitting(course: Course) -> Finding | None:
    best, test = course.last.so_far, course.test
    risen = test > WORSE * best.test_loss and test > GOOD * course.baseline
    if not risen or course.last.epoch - best.test_epoch < FEW:
        return None
    if course.loss >= best.train_then or test < GAP * course.loss:
        return None
    numbers = {"lowest": best.test_loss, "epoch": best.test_epoch}
    return Finding("overfitting", {**numbers, "test": test, "loss": course.loss})


def _gap(course: Course) -> Finding | None:
    if course.test < HIGH * course.baseline:
        return None
    numbers = {"loss": course.loss, "test": course.test, "baseline": course.baseline}
    return Finding("gap", numbers)


def _plateau(course: Course) -> Finding | None:
    recipe = course.recipe
    change = abs(course.loss - course.before) / course.before
    if len(course.recent) <= WINDOW or change > STUCK or course.loss < HIGH * course.baseline:
        return None
    numbers = {"loss": course.loss, "change": change, "epochs": WINDOW, "baseline": course.baseline}
    dropout = recipe.dropout if recipe.hidden else 0.0
    if not (recipe.l1 or recipe.weight_decay or dropout):
        return Finding("plateau", numbers)
    held = {"l1": recipe.l1, "weight_decay": recipe.weight_decay, "dropout": dropout}
    return Finding("held back", {**numbers, **held})


def _trend(course: Course) -> Finding:
    epochs, before, loss = len(course.recent) - 1, course.before, course.loss
    numbers = {"epochs": epochs, "before": before, "loss": loss}
    if loss < (1 - FALLEN) * before:
        return Finding("learning", numbers)
    if loss > (1 + FALLEN) * before:
        return Finding("rising", {**numbers, "learning_rate": course.recipe.learning_rate})
    return Finding("hardly changed", {**numbers, "baseline": course.baseline})


def _done(course: Course) -> Finding:
    numbers = {"loss": course.loss, "test": course.test, "baseline": course.baseline}
    return Finding("done", numbers)
