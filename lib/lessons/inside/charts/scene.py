"""What the lesson looks like: the losses of a short run, and TensorBoard's moving average of it."""

from lib.core.controls import Buttons, Field, Slider
from lib.core.i18n import Translate, english, mark, translated
from lib.core.scene import ALL, Line, Picture, Revealed, Row, Scene, lines
from lib.lessons.inside.charts import figures
from lib.lessons.inside.charts.lesson import (
    BATCH_SIZES,
    SEEDS,
    SMOOTHING,
    SPIKE,
    STEPS,
    Spike,
    short_run,
    smoothed_run,
)
from lib.plots.numbers import digits

IDEA = mark(
    '`writer.add_scalar("loss", loss, step)` writes one number a step; TensorBoard draws them. '
    "Losses of single batches jump, so it also draws a :blue[**smoothed**] line: w · what it had "
    "so far + (1 − w) · the new loss, divided by the weights used so far. With w = 0.9 a new "
    "number counts a tenth. pandas calls it `ewm(alpha=1-w).mean()`; NumPy has none."
)
CONTROLS = {
    "smoothing": Slider(SMOOTHING, 0.6, 0.01),
    "batch_size": Buttons({str(size): size for size in BATCH_SIZES}),
    "seed": Field(SEEDS, 0),
}
SYMBOLS = {"smoothed": "blue"}
# Played once before the first question, at another smoothing than the question's.
EXAMPLE = {"smoothing": 0.9, "seed": 1}

HIDDEN = 6  # smoothed values at the beginning that are not seen while it is asked for the first
WIDTH = 76  # characters of a line of code


def scene(
    smoothing: float = 0.6,
    batch_size: int = 16,
    seed: int = 0,
    *,
    revealed: Revealed = ALL,
    _: Translate = english,
) -> Scene:
    """Return what is seen at these settings; the questions are "height", "half" and "first"."""
    found = smoothed_run(smoothing, batch_size, seed)
    begin = 0 if "first" in revealed else HIDDEN
    end = found.place - 1
    if "height" in revealed:  # what is left of it is seen only by those who know where it began
        end = STEPS - 1 if "half" in revealed else found.place
    steps = [*range(0, STEPS, 2), STEPS - 1]
    frames = [(step, _frame(found, step, begin <= step <= end, _)) for step in steps]
    alt = _("The losses of {count} batches with a spike of 1 at step {place}, smoothed by "
            "{smoothing:g}.", count=STEPS, place=found.place, smoothing=smoothing)  # fmt: skip
    if "height" in revealed:
        height = _("There, the smoothed line is too high by {height}.", height=_height(found))
        alt = f"{alt} {height}"
    curve = figures.smoothing(found, frames, begin, end, translated(figures.WORDS, _))
    return Scene(
        pictures={"curve": Picture(curve, alt)},
        code=code(smoothing, batch_size, seed, found.place),
        caption=_("The moving average of the losses."),
        numbers=rows(found, _),
        pause=350,
    )


def _frame(found: Spike, step: int, is_seen: bool, _: Translate) -> str:
    loss, smoothed = digits(float(found.raw[step])), digits(float(found.smooth[step]))
    return _("Step {step}: the loss is {loss}, the moving average {smoothed}.",
             step=step, loss=loss, smoothed=smoothed if is_seen else "?")  # fmt: skip


def _height(found: Spike) -> str:
    return digits(found.height)


def rows(found: Spike, _: Translate) -> tuple[Row, ...]:
    """Return the losses at the two places that are asked about, and what is made of them."""
    place = found.place
    half = _("more than there are") if found.half is None else str(found.half)
    return (
        Row(_("loss at step 0"), digits(float(found.raw[0]))),
        Row(_("the smoothed line there"), digits(float(found.smooth[0])), "first"),
        Row(_("loss at step {place}, with the spike", place=place),
            digits(float(found.raw[place]))),
        Row(_("how much of the spike is in the smoothed line there"), _height(found), "height"),
        Row(_("points until half of that is left, or less"), half, "half"),
    )  # fmt: skip


def code(smoothing: float, batch_size: int, seed: int, place: int) -> tuple[Line, ...]:
    """Return what a student would write to smooth these losses."""
    made = ["losses = ["]
    for loss in short_run(batch_size, seed):
        if len(f"{made[-1]}{loss:.2f}, ") > WIDTH:
            made.append("          ")
        made[-1] += f"{loss:.2f}, "
    made[-1] = f"{made[-1][:-2]}]"
    listed = "\n".join(each.rstrip() for each in made)
    w = f"{smoothing:g}"
    new = f"{round(1 - smoothing, 6):g}"
    rest = f"""\
losses[{place}] += {SPIKE:g}  # the spike
last, smoothed = 0.0, []
for n, loss in enumerate(losses, start=1):
    last = {w} * last + {new} * loss
    smoothed.append(last / (1 - {w}**n))
print(smoothed[{place}])"""
    loop = len(made) + 3
    every = tuple(range(STEPS // 2 + 1))
    spiked = (place // 2,)
    return lines(f"{listed}\n{rest}", {len(made): spiked, loop: every, loop + 1: every})
