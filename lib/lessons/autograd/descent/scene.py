"""What the lesson looks like: walks drawn across a landscape step by step, and their losses."""

import inspect
from functools import cache
from typing import Any

from lib.core.controls import Buttons, Control, Menu, Scale, Several, Slider
from lib.core.i18n import Sentence, Translate, english, mark, translated
from lib.core.scene import ALL, Line, Picture, Revealed, Row, Scene
from lib.lessons.autograd.descent import figures, messages
from lib.lessons.autograd.descent.lesson import (
    BETA1,
    BETA2S,
    LEARNING_RATES,
    MOMENTUM,
    OPTIMIZERS,
    SCHEDULES,
    START,
    STEPS,
    SURFACES,
    Schedule,
    Surface,
    Walk,
    constant,
    cosine,
    ravine,
    stairs,
)
from lib.lessons.autograd.descent.metrics import Landscape, landscape, start_of
from lib.lessons.autograd.descent.runs import DEFAULT_LEARNING_RATES, Run, calls, limits, walks
from lib.lessons.autograd.descent.walk_figures import WORDS

IDEA = mark(
    "Training walks downhill: step against the slope, repeat. :blue[**w**] −= :orange[**lr**] · "
    "w.grad is all that SGD does; the others remember earlier slopes, too. Where the slope is "
    "20·y, a step turns y into (1 − 20·:orange[**lr**])·y: a small :orange[**lr**] creeps, a "
    "larger one leaps across the valley, too large a one climbs. NumPy gives you no slope."
)
SYMBOLS = {"w": "blue", "lr": "orange", "loss": "violet"}
MAP, RELIEF = "contour", "3-D"
CONTROLS: dict[str, Control] = {
    "surface": Menu(SURFACES, "ravine"),
    "optimizers": Several((*OPTIMIZERS,), ("SGD", "momentum", "Adam"), 3),
    **{
        f"{name}.lr": Scale(LEARNING_RATES, begins)
        for name, begins in DEFAULT_LEARNING_RATES.items()
    },
    "momentum": Slider(MOMENTUM, 0.9, 0.01),
    "beta1": Slider(BETA1, 0.9, 0.01),
    "beta2": Scale(BETA2S, 0.999),
    "start_x": Slider(START, -1.5, 0.25),
    "start_y": Slider(START, 2.0, 0.25),
    "steps": Slider(STEPS, 100, 10),
    "schedule": Menu(SCHEDULES),
    "view": Buttons({name: name for name in (MAP, RELIEF)}),
}
# Played once before the first question: another landscape, another start.
EXAMPLE = {
    "surface": SURFACES["Himmelblau"],
    "optimizers": ("SGD", "momentum"),
    "SGD.lr": 0.005,
    "momentum.lr": 0.005,
    "start_x": 0.25,
    "start_y": -0.5,
    "steps": 60,
}
WALKED = ("optimizers", "rates", "surface", "momentum", "beta1", "beta2", "start_x", "start_y",
          "steps", "schedule")  # fmt: skip

# What a student writes for each optimizer, behind its learning rate.
WRITTEN = {
    "SGD": "SGD([w], lr={lr})",
    "momentum": "SGD([w], lr={lr}, momentum={momentum})",
    "Nesterov": "SGD([w], lr={lr}, momentum={momentum}, nesterov={nesterov})",
    "Adagrad": "Adagrad([w], lr={lr})",
    "RMSprop": "RMSprop([w], lr={lr})",
    "Adam": "Adam([w], lr={lr}, betas=({beta1}, {beta2}))",
    "AdamW": "AdamW([w], lr={lr}, betas=({beta1}, {beta2}))",
    "LBFGS": "LBFGS([w], lr={lr}, max_iter=1)",
}
SCHEDULED = {
    stairs: "StepLR(optimizer, step_size={third}, gamma=0.3)",
    cosine: "CosineAnnealingLR(optimizer, T_max={steps})",
}


def settings(**values: Any) -> dict[str, Any]:
    """Join the learning rates of the chosen optimizers; what is not shown stays as it begins."""
    chosen = {name: control.default for name, control in CONTROLS.items()} | values
    rates = tuple(chosen[f"{name}.lr"] for name in chosen["optimizers"])
    return {"rates": rates, **{name: chosen[name] for name in (*WALKED, "view") if name != "rates"}}


def scene(
    optimizers: tuple[str, ...] = ("SGD", "momentum", "Adam"),
    rates: tuple[float, ...] = (0.09, 0.02, 0.3),
    surface: Surface = ravine,
    momentum: float = 0.9,
    beta1: float = 0.9,
    beta2: float = 0.999,
    start_x: float = -1.5,
    start_y: float = 2.0,
    steps: int = 100,
    schedule: Schedule = constant,
    view: str = MAP,
    *,
    revealed: Revealed = ALL,
    _: Translate = english,
) -> Scene:
    """Return what is seen at these settings.

    The question "where" asks for the end of the first walk, "first" compares all of them: the
    first walk is hidden until "where" is answered, the others until "first" is.
    """
    walked: dict[str, Any] = {
        "surface": surface, "momentum": momentum, "beta1": beta1, "beta2": beta2, "steps": steps,
        "start_x": start_x, "start_y": start_y, "schedule": schedule,
    }  # fmt: skip
    whole = walks(optimizers, rates, **walked)
    asked = {name: "first" if place else "where" for place, name in enumerate(whole)}
    seen = {name: w if asked[name] in revealed else start_of(w) for name, w in whole.items()}
    words = translated(WORDS, _)
    is_map = view == MAP
    picture = figures.on_map if is_map else figures.in_relief
    land = picture(_landscape(surface, not is_map), seen, words)
    names = " ".join(whole)
    template, fields = messages.picture(seen)
    first = next(iter(calls(optimizers, rates, **walked).items()))
    return Scene(
        pictures={
            "map" if is_map else "relief": Picture(land, _(template, **fields)),
            "curves": Picture(
                figures.curves(seen, words),
                _("The loss and the learning rate of {names}, step by step.", names=names),
            ),
        },
        code=code(*first, frames=len(land.frames)),
        caption=_("Drag across the map to choose where the walks begin."),
        numbers=rows(whole, limits(optimizers, rates, **walked), rates, asked, _),
        pause=160,
    )


@cache
def _landscape(surface: Surface, relief: bool) -> Landscape:
    return landscape(surface, relief)


def rows(
    whole: dict[str, Walk],
    bounds: dict[str, Any],
    rates: tuple[float, ...],
    asked: dict[str, str],
    _: Translate,
) -> tuple[Row, ...]:
    """Return what came of each walk, and from which learning rate on it would diverge."""

    def said(*sentences: Sentence) -> str:
        return "".join(_(template, **fields) for template, fields in sentences)

    curvature = next(iter(bounds.values())).curvature
    bound = _("without bound") if curvature is None else f"`{curvature:g}`"
    made = [Row(_("largest curvature L"), bound)]
    for (name, walk), lr in zip(whole.items(), rates, strict=True):
        end = said(*messages.ended(walk, lr, bounds[name].learning_rate))
        made.append(Row(_("loss of {name} at the end", name=name), end, asked[name]))
        for warning in messages.diverged({name: walk}):
            made.append(Row(_("why there is no number"), said(warning), asked[name]))
    if curvature is not None:
        made.append(Row(_("the limit of lr"), _(messages.LIMIT)))
    for name in whole:
        if name in messages.UPDATES:
            steps = ", ".join(f"`{each}`" for each in messages.UPDATES[name])
            made.append(Row(_("a step of {name}", name=name), steps))
    made.append(Row("`g`", _(messages.SLOPE)))
    return tuple(made)


def code(name: str, run: Run, frames: int) -> tuple[Line, ...]:
    """Return what a student would write for the walk of the optimizer that was chosen first."""
    chosen = {"momentum": 0.0, **run.settings}
    steps, schedule = chosen["steps"], chosen["schedule"]
    walking = tuple(range(1, frames))
    made = WRITTEN[name].format(**chosen, nesterov=chosen["momentum"] > 0)
    start = [float(chosen["start_x"]), float(chosen["start_y"])]
    step = "optimizer.step(closure)" if name == "LBFGS" else "optimizer.step()"
    loss = [
        "optimizer.zero_grad()",
        "x, y = w",
        f"loss = {formula(chosen['surface'])}",
        "loss.backward()",
    ]
    before = [f"optimizer = torch.optim.{made}"]
    after = [step]
    if schedule in SCHEDULED:
        made = SCHEDULED[schedule].format(steps=steps, third=max(1, steps // 3))
        before.append(f"scheduler = torch.optim.lr_scheduler.{made}")
        after.append("scheduler.step()")
    if name == "LBFGS":
        loss = [*loss[:1], loss[2].replace("x", "w[0]").replace("y", "w[1]"), loss[3]]
        before += ["def closure():", *(f"    {each}" for each in (*loss, "return loss"))]
        loss = []
    lines = [
        f"w = torch.tensor({start}, requires_grad=True)",
        *before,
        f"for step in range({steps}):",
        *(f"    {each}" for each in (*loss, *after)),
        "print(w)",
    ]
    return tuple(Line(e, (0,) if e.startswith("w =") else walking if e.strip() == step else ())
                 for e in lines)  # fmt: skip


def formula(surface: Surface) -> str:
    """Return the height of a landscape at (x, y), as its own source says it.

    >>> formula(SURFACES["bowl"])
    'x**2 + y**2'
    """
    return inspect.getsource(surface).rpartition("return ")[2].strip()
