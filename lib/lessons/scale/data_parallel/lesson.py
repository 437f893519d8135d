"""What nn.DataParallel does with a batch: scatter, replicate, parallel_apply, gather."""

from copy import deepcopy
from typing import NamedTuple

import torch
from torch import nn

from lib.core.rules import Between, checked

BATCH, HIDDEN, SEED = Between(1, 64), Between(1, 64), Between(0, 9999)
DEVICES = Between(1, 8)


def samples(batch: int, seed: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Draw a batch of five numbers each; the target is the largest of them."""
    generator = torch.Generator().manual_seed(seed)
    x = torch.randn(batch, 5, generator=generator)  # (batch, 5)
    return x, x.amax(dim=1, keepdim=True)  # (batch, 5), (batch, 1)


def network(hidden: int, seed: int) -> nn.Sequential:
    """Make the network; with one seed it is the same everywhere."""
    torch.manual_seed(seed)
    return nn.Sequential(nn.Linear(5, hidden), nn.Tanh(), nn.Linear(hidden, 1))


class Parallel(NamedTuple):
    """One step on several devices, beside the same step on one.

    Attributes:
        chunks: how many samples each device got; those left out got none.
        output_difference: the largest one between the gathered outputs and those of one device.
        loss: the loss of the gathered outputs.
        one_device_loss: the loss that one device finds.
        own_losses: the loss of each device's own chunk.
        mean_of_losses: the mean of those, every device counted once.
        gradients: for each device, the gradient of the last bias that its chunk gives.
        summed_gradient: their sum.
        one_device_gradient: the gradient of the last bias that one device finds.
        gradient_difference: the largest one between the summed gradients and those of one
            device, over all parameters.
        averaged_difference: the same, if every device took the mean over its own chunk and the
            gradients were averaged.
    """

    chunks: tuple[int, ...]
    output_difference: float
    loss: float
    one_device_loss: float
    own_losses: tuple[float, ...]
    mean_of_losses: float
    gradients: tuple[float, ...]
    summed_gradient: float
    one_device_gradient: float
    gradient_difference: float
    averaged_difference: float


def gradients_of(model: nn.Module) -> torch.Tensor:
    """Return the gradients of all parameters in one row, the last bias at its end."""
    return torch.cat(
        [each.grad.flatten() for each in model.parameters() if each.grad is not None]
    )  # (parameters,)


@checked(batch=BATCH, devices=DEVICES, hidden=HIDDEN, seed=SEED)
def scatter_and_gather(
    batch: int = 30, devices: int = 4, hidden: int = 4, seed: int = 0
) -> Parallel:
    """Do on one CPU, device after device, what nn.DataParallel does on several GPUs at once.

    Args:
        batch: how many samples there are.
        devices: how many devices we pretend to have.
        hidden: the width of the network's hidden layer.
        seed: where PyTorch's random numbers begin.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.DataParallel.html
    """
    x, y = samples(batch, seed)  # (batch, 5), (batch, 1)
    model = network(hidden, seed)
    criterion = nn.MSELoss()

    # One device.
    alone = deepcopy(model)
    one_output = alone(x)  # (batch, 1)
    one_loss = criterion(one_output, y)  # ()
    one_loss.backward()
    one_gradients = gradients_of(alone)  # (parameters,)

    # Several devices: a chunk of the batch and a replica of the model for each.
    chunks = x.chunk(devices)  # (chunk, 5) each
    replicas = [deepcopy(model) for _ in chunks]
    outputs = [replica(chunk) for replica, chunk in zip(replicas, chunks, strict=True)]
    gathered = torch.cat(outputs)  # (batch, 1)

    # The loss is computed once, of all outputs. Its backward pass runs through every replica.
    loss = criterion(gathered, y)  # ()
    loss.backward()
    gradients = torch.stack([gradients_of(each) for each in replicas])  # (devices, parameters)
    summed = gradients.sum(dim=0)  # (parameters,)

    # Were every device to take the mean of its own chunk, a smaller chunk would count too much.
    own = torch.stack([criterion(*pair) for pair in zip(outputs, y.chunk(devices), strict=True)])
    share = torch.tensor([[len(chunk) / batch] for chunk in chunks])  # (devices, 1)
    averaged = (gradients / share).mean(dim=0)  # (parameters,)

    return Parallel(
        chunks=tuple(len(chunk) for chunk in chunks),
        output_difference=(gathered - one_output).abs().max().item(),
        loss=loss.item(),
        one_device_loss=one_loss.item(),
        own_losses=tuple(own.tolist()),
        mean_of_losses=own.mean().item(),
        gradients=tuple(gradients[:, -1].tolist()),
        summed_gradient=summed[-1].item(),
        one_device_gradient=one_gradients[-1].item(),
        gradient_difference=(summed - one_gradients).abs().max().item(),
        averaged_difference=(averaged - one_gradients).abs().max().item(),
    )
