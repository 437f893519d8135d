"""Stop a training, save it, and go on: with all of its state, or with the weights alone.

Source: https://docs.pytorch.org/tutorials/recipes/recipes/saving_and_loading_a_general_checkpoint.html
"""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import torch
import torch.nn.functional as F  # noqa: N812 - the name it has everywhere
from torch import nn

from lib.core.rules import Between, OneOf, checked
from lib.lessons.training.save_load.networks import images, net

STEPS, BATCH, MEASURED = 80, 50, 200
OPTIMIZERS = ("Adam", "momentum", "SGD")
SAVED_AT = Between(10, 70, costly=10)
SEEDS = Between(0, 9, costly=0)


def optimizer_for(model: nn.Module, name: str) -> torch.optim.Optimizer:
    """Return an optimizer that has not seen anything yet."""
    if name == "Adam":
        return torch.optim.Adam(model.parameters(), lr=0.01)
    return torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9 * (name == "momentum"))


def train(model: nn.Module, optimizer: torch.optim.Optimizer, steps: int) -> list[float]:
    """Train for so many steps on images drawn at random; return the test loss after each."""
    x, y = images(train=True, count=2000)
    test_x, test_y = images(train=False, count=MEASURED)
    losses = []
    for _ in range(steps):
        row = torch.randint(len(x), (BATCH,))  # (B,)
        loss = F.cross_entropy(model(x[row]), y[row])
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        with torch.no_grad():
            losses.append(F.cross_entropy(model(test_x), test_y).item())
    return losses


class Resumed(NamedTuple):
    """The test loss after each step, of three trainings.

    Attributes:
        whole: of the one that was not interrupted.
        resumed: after the save, from a full checkpoint.
        weights_only: after the save, from the weights alone.
        same: whether the first two end with the same weights, bit for bit.
        largest_rise: of the loss above the whole one's, without the optimizer's state.
        checkpoint_bytes: the size of the full checkpoint.
        weights_bytes: the size of the weights.
    """

    whole: tuple[float, ...]
    resumed: tuple[float, ...]
    weights_only: tuple[float, ...]
    same: bool
    largest_rise: float
    checkpoint_bytes: int
    weights_bytes: int


@checked(optimizer=OneOf(*OPTIMIZERS, costly=True), saved_at=SAVED_AT, seed=SEEDS)
def resume(optimizer: str = "Adam", saved_at: int = 40, seed: int = 0) -> Resumed:
    """Train 80 steps in one go, and again from what was saved on the way."""
    torch.set_num_threads(1)  # with more, sums are rounded in another order
    with TemporaryDirectory() as folder:
        checkpoint, weights = Path(folder) / "checkpoint.pt", Path(folder) / "weights.pt"

        torch.manual_seed(seed)
        model = net()
        used = optimizer_for(model, optimizer)
        before = train(model, used, saved_at)
        state = {
            "model": model.state_dict(),
            "optimizer": used.state_dict(),
            "random": torch.get_rng_state(),  # or the next batches would be others
            "step": saved_at,
        }
        torch.save(state, checkpoint)
        torch.save(model.state_dict(), weights)
        after = train(model, used, STEPS - saved_at)

        # everything
        state = torch.load(checkpoint)
        again = net()
        again.load_state_dict(state["model"])
        used = optimizer_for(again, optimizer)
        used.load_state_dict(state["optimizer"])
        torch.set_rng_state(state["random"])
        resumed = train(again, used, STEPS - state["step"])

        # the weights, and the same batches, but a new optimizer
        third = net()
        third.load_state_dict(torch.load(weights))
        torch.set_rng_state(state["random"])
        alone = train(third, optimizer_for(third, optimizer), STEPS - saved_at)

        sizes = checkpoint.stat().st_size, weights.stat().st_size
    pairs = zip(model.parameters(), again.parameters(), strict=True)
    return Resumed(
        whole=(*before, *after),
        resumed=tuple(resumed),
        weights_only=tuple(alone),
        same=all(torch.equal(one, other) for one, other in pairs),
        largest_rise=max(new - old for new, old in zip(alone, after, strict=True)),
        checkpoint_bytes=sizes[0],
        weights_bytes=sizes[1],
    )
