"""Everything that decides a training run, as scalars: the same recipe gives the same numbers."""

from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any

from lib.core.rules import Between, Each, OneOf, Rule
from lib.lessons.training.loop.epochs import LOOPS
from lib.lessons.training.loop.network import ACTIVATIONS, FEATURES, OPTIMIZERS
from lib.lessons.training.loop.points import COUNT, SHAPES
from lib.uploads.points import EDGE, OWN_POINTS, OwnPoints

LAYERS, NEURONS = Between(0, 6), Between(1, 16)
DROPOUT, SEED = Between(0.0, 0.9), Between(0, 9999)
OWN = "own"
# What there is to choose from on the page.
BATCH_SIZES = (1, 2, 5, 10, 20, 30, 50, 100, 250, 500)
LEARNING_RATES = (0.0001, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0)
PENALTIES = (0.0, 0.0001, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0)


@dataclass(frozen=True)
class Recipe:
    """A training run. Frozen, and made of scalars and tuples of them: it hashes and pickles.

    Attributes:
        data: which points: a key of ``SHAPES``, or "own".
        noise: how far the points stray, from 0 to 0.5.
        train_share: which part of the points is for training.
        batch_size: how many points one step looks at; more than there are means all.
        features: the inputs for a point: keys of ``FEATURES``.
        hidden: the width of each hidden layer.
        activation: a key of ``ACTIVATIONS``.
        optimizer: a key of ``OPTIMIZERS``.
        learning_rate: of the optimizer.
        l1: how much the sum of absolute weights counts in the loss.
        weight_decay: of the optimizer.
        dropout: the part of the neurons that is dropped in each step.
        seed: for the weights, the order of the points, and dropout.
        loop: which loop trains: a key of ``LOOPS``.
        own: the visitor's points, (x1, x2, class) each.
    """

    data: str = "spiral"
    noise: float = 0.0
    train_share: float = 0.5
    batch_size: int = 10
    features: tuple[str, ...] = ("x1", "x2")
    hidden: tuple[int, ...] = (4, 2)
    activation: str = "tanh"
    optimizer: str = "SGD"
    learning_rate: float = 0.03
    l1: float = 0.0
    weight_decay: float = 0.0
    dropout: float = 0.0
    seed: int = 0
    loop: str = "right"
    own: OwnPoints = ()

    def __post_init__(self) -> None:
        """Raise ``ValueError`` for a field that is out of range."""
        for each in fields(self):
            if each.name in RULES:
                RULES[each.name].check(each.name, getattr(self, each.name))
        if len(set(self.features)) < len(self.features):
            raise ValueError(f"features={self.features!r} names one twice")
        if self.data == OWN:
            check_own(self.own)
        elif self.own:
            raise ValueError(f"own={self.own!r} needs data={OWN!r}, not {self.data!r}")

    @property
    def settings(self) -> dict[str, Any]:
        """What ``loop.train`` takes as it is: all but the points and the loop, which have names."""
        plain = (each.name for each in fields(self) if each.name not in ("data", "loop"))
        return {name: getattr(self, name) for name in plain}

    @cached_property
    def training_points(self) -> int:
        """How many points there are for training."""
        count = len(self.own) if self.data == OWN else COUNT
        return min(max(1, round(self.train_share * count)), count - 1)

    @cached_property
    def steps(self) -> int:
        """How many batches, and so steps, one epoch has."""
        return -(-self.training_points // self.batch_size)

    @cached_property
    def epochs_a_chunk(self) -> int:
        """How many epochs are trained in one go: about a quarter of a second of them.

        Chosen from the recipe and not from the clock, so that all who use one recipe share its
        chunks. The costs are those of one core of a small server, in milliseconds.
        """
        step = 0.11 + 0.02 * (len(self.hidden) + 1) + (0.05 if self.l1 else 0.0)
        record = 0.4 + 0.01 * sum(self.hidden)
        return max(1, round(250 / (self.steps * step + record)))


RULES: dict[str, Rule] = {
    "data": OneOf(*SHAPES, OWN),
    "noise": Between(0.0, 0.5),
    "train_share": Between(0.1, 0.9),
    "batch_size": Between(1, 500),
    "features": Each(OneOf(*FEATURES), Between(1, len(FEATURES))),
    "hidden": Each(NEURONS, LAYERS),
    "activation": OneOf(*ACTIVATIONS),
    "optimizer": OneOf(*OPTIMIZERS),
    "learning_rate": Between(0.00001, 10.0),
    "l1": Between(0.0, 10.0),
    "weight_decay": Between(0.0, 10.0),
    "dropout": DROPOUT,
    "seed": SEED,
    "loop": OneOf(*LOOPS),
}


def check_own(own: OwnPoints) -> None:
    """Raise ``ValueError`` unless the visitor's points can be learned."""
    if not isinstance(own, tuple) or not all(isinstance(p, tuple) and len(p) == 3 for p in own):
        raise ValueError(f"own={own!r} is not a tuple of (x1, x2, class)")
    OWN_POINTS.check("the number of points", len(own))
    for place, (x1, x2, label) in enumerate(own, start=1):
        for name, value in (("x1", x1), ("x2", x2)):
            Between(-EDGE, EDGE).check(f"{name} of point {place}", value)
        Between(0, 3).check(f"the class of point {place}", label)
    if len({label for _, _, label in own}) < 2:
        raise ValueError("all points have one class: two are needed to tell them apart")
