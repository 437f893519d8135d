"""Custom function: write your own autograd function, and let gradcheck judge its backward."""

from lib.lessons.autograd.custom_function import gradcheck
from lib.lessons.autograd.custom_function import lesson as custom
from lib.lessons.autograd.custom_function import questions as asked
from lib.lessons.autograd.custom_function.scene import LEAKY, names_of
from pages import parts
from pages.parts import Goal, Hints, Program, Question, Settings, _
from pages.parts.autograd.custom_function_training import fate_question, neurons, sign_goal, sine


def controls() -> Settings:
    """Show the function, the mistake in its backward, and the place; the rest under More."""
    values = parts.shown(
        {
            "function": _("autograd function"),
            "mistake": _("mistake in backward"),
            "x": _("x, the middle of three places"),
        }
    )
    labels = {"grad_output": _("grad_output that arrives at y")}
    if values["function"] == LEAKY:
        labels["negative_slope"] = "negative_slope"
    with parts.more():
        values |= parts.shown(labels)
    return values


def questions(settings: Settings) -> list[Question]:
    """Ask what lands in x.grad, what gradcheck finds, and what a training makes of the mistake."""
    result = parts.run(custom.check_backward, **settings)
    function = {name: settings[name] for name in ("autograd_function", "negative_slope", "x")}
    answers = asked.guesses(result, parts.run(gradcheck.jacobians, **function))
    name, mistake = names_of(settings["autograd_function"])
    fields = {**settings, "name": name, "mistake": mistake}
    what = _("{name}, mistake: {mistake}. ", **fields)
    grad = _(
        "With this backward and grad_output {grad_output:g}, what is x.grad at x = {x:g}?", **fields
    )
    count = _(
        "Three inputs around x = {x:g}, three outputs: gradcheck compares two tables (Jacobians) "
        "of nine numbers. In how many do they differ?",
        **fields,
    )
    return [
        parts.question("grad", what + grad, parts.options(answers["grad"], asked.FEEDBACK)),
        parts.question(
            "count", what + count, parts.options(answers["count"], asked.FEEDBACK_COUNT)
        ),
        fate_question(mistake),
    ]


def challenge(_settings: Settings) -> Goal:
    """Ask for a gradient for sign."""
    return sign_goal()


def program(settings: Settings) -> Program:
    """Return the program that went forward and backward, and checked."""
    return Program(custom.check_backward, settings)


def below(_settings: Settings) -> None:
    """Show what an autograd function is good for: a fit, and the neurons of the challenge."""
    with parts.folded("neurons", _("The challenge: neurons that output only −1 or 1")) as is_open:
        if is_open:
            neurons()
    with parts.folded("sine", _("PyTorch's tutorial: fit a sine with it")) as is_open:
        if is_open:
            sine()


def hints(_settings: Settings) -> Hints:
    """Say which slope lets sign learn."""
    return Hints(
        _("Open the neurons below, and choose a slope for sign that is not 0 near its step."),
        _("Only a neuron near its step changes its answer when it moves a little: let the slope "
          "be 0 farther away, as a bump is."),
        {"neurons.open": True, "surrogate": "bump", "width": 1.0},
    )  # fmt: skip


parts.page(
    "custom_function",
    controls=controls,
    questions=questions,
    challenge=challenge,
    hints=hints,
    program_of=program,
    below=below,
)
