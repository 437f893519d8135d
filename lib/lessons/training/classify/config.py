"""Everything that decides a run, as scalars: the same recipe gives the same numbers."""

from dataclasses import dataclass, fields
from functools import cached_property

from lib.core.rules import Between, OneOf, Rule
from lib.datasets.fashion_mnist import TRAIN_SIZES, DataRule
from lib.lessons.training.classify.networks import NETWORKS, OPTIMIZERS

# What there is to choose from. No batch is of a single image, which batch norm cannot take.
BATCH_SIZES = (16, 32, 64, 128, 256, 500)
LEARNING_RATES = (0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0)
DECAYS = (0.0, 0.00001, 0.0001, 0.001, 0.01, 0.1)
SIZES = (250, 500, 1000, 2000, 4000)
FULL = "full"  # the source of all images there are
DROPOUT, SEED = Between(0.0, 0.9), Between(0, 9999)

# Thousandths of a second of one core of a small server, for a thousand images: to learn from them,
# what batch norm adds, and to measure on them.
COSTS = {
    "notes' CNN": (36, 9, 12),
    "small CNN": (190, 45, 70),
    "MLP": (4, 2, 1),
    "Mnist_Logistic": (1, 0, 1),
}
STEP = 0.35  # and for each batch, however small
CHUNK = 250  # how long a chunk should take


EPOCHS = Between(0, 20, costly=1)

RULES: dict[str, Rule] = {
    "network": OneOf(*NETWORKS.values()),
    "optimizer": OneOf(*OPTIMIZERS),
    "learning_rate": Between(0.00001, 10.0),
    "batch_size": OneOf(*BATCH_SIZES),
    "epochs": EPOCHS,
    "dropout": DROPOUT,
    "batch_norm": OneOf(False, True),
    "weight_decay": Between(0.0, 1.0),
    "source": DataRule(),
    "size": OneOf(*SIZES, TRAIN_SIZES[FULL], costly=True),
    "augment": OneOf(False, True),
    "seed": SEED,
}


@dataclass(frozen=True)
class Recipe:
    """A run. Frozen, and made of scalars: it hashes and pickles.

    Attributes:
        network: a key of ``NETWORKS``.
        optimizer: a key of ``OPTIMIZERS``.
        learning_rate: of the optimizer.
        batch_size: how many images one step looks at.
        epochs: how often to go through the images.
        dropout: the part of the numbers dropped before the last layer.
        batch_norm: whether batch norm follows the other layers with weights.
        weight_decay: how much each step shrinks the weights.
        source: which images: "shipped" or "full".
        size: how many of them to learn from, at most.
        augment: whether they are mirrored and moved by chance.
        seed: for the weights, the order of the images, dropout and augmentation.
    """

    network: str = "notes' CNN"
    optimizer: str = "momentum"
    learning_rate: float = 0.1
    batch_size: int = 64
    epochs: int = 10
    dropout: float = 0.0
    batch_norm: bool = False
    weight_decay: float = 0.0
    source: str = "shipped"
    size: int = 4000
    augment: bool = False
    seed: int = 0

    def __post_init__(self) -> None:
        """Raise ``ValueError`` for a field that is out of range."""
        OneOf(*NETWORKS).check("network", self.network)
        for each in fields(self):
            if each.name != "network":
                RULES[each.name].check(each.name, getattr(self, each.name))

    @cached_property
    def images(self) -> int:
        """How many images there are to learn from."""
        return min(self.size, TRAIN_SIZES[self.source])

    @cached_property
    def steps(self) -> int:
        """How many batches, and so steps, one epoch has."""
        return -(-self.images // self.batch_size)

    @cached_property
    def parts(self) -> int:
        """How many chunks one epoch is cut into, each of about a quarter of a second at most.

        Chosen from the recipe and not from the clock, so that all who use one recipe share its
        chunks.
        """
        learn, norm, measure = COSTS[self.network]
        thousands = self.images / 1000
        work = thousands * (learn + norm * self.batch_norm) + self.steps * STEP + 2 * measure
        return max(1, min(round(work / CHUNK), self.steps))

    @cached_property
    def chunks(self) -> int:
        """How many chunks the run has."""
        return self.epochs * self.parts
