"""Train a small network and write all that TensorBoard can show of it."""

from typing import NamedTuple

import torch
import torchvision
from torch import nn
from torch.utils.data import DataLoader, TensorDataset
from torch.utils.tensorboard import SummaryWriter

from lib.core.rules import Between, OneOf, checked
from lib.datasets.fashion_mnist import CLASSES, fashion_mnist

RATES = (0.0003, 0.003, 0.01, 0.03, 0.1, 0.5)
BATCH_SIZES = (16, 64)


class Logged(NamedTuple):
    """What a run has written.

    Attributes:
        steps: how many steps of training there were.
        losses: the running losses, in the order in which they were written.
        accuracies: the part of 1000 test pictures that was right, each time it was measured.
    """

    steps: int
    losses: tuple[float, ...]
    accuracies: tuple[float, ...]


def get_data(train: bool, count: int) -> TensorDataset:
    """Return pictures of clothes from 0 to 1, and their labels."""
    images, labels = fashion_mnist(train)
    x = torch.tensor(images[:count]).float() / 255  # (count, 28, 28)
    y = torch.tensor(labels[:count]).long()  # (count,)
    return TensorDataset(x, y)


@checked(
    rate=OneOf(*RATES),
    batch_size=OneOf(*BATCH_SIZES),
    epochs=Between(1, 5, costly=1),
    pictures=Between(320, 4000, costly=320),
    points=Between(10, 500, costly=10),
    every=Between(1, 20),
    seed=Between(0, 9),
)
def log_run(
    rate: float = 0.03,
    batch_size: int = 16,
    epochs: int = 2,
    pictures: int = 4000,
    points: int = 500,
    every: int = 5,
    seed: int = 0,
    log_dir: str = "runs/fashion_mnist_experiment_1",
) -> Logged:
    """Train on Fashion-MNIST and write scalars, images, a graph, histograms and an embedding.

    Look at it with `tensorboard --logdir runs`. Each run needs a folder of its own.

    Args:
        rate: the learning rate.
        batch_size: pictures in a batch.
        epochs: how often all pictures are seen.
        pictures: how many there are to learn from.
        points: of how many test pictures the features are written, for the projector.
        every: over how many batches the running loss is averaged.
        seed: where the random numbers begin.
        log_dir: the folder to write to.

    Source: https://docs.pytorch.org/tutorials/intermediate/tensorboard_tutorial.html
    """
    torch.set_num_threads(1)  # with more, sums are rounded in another order
    torch.manual_seed(seed)
    trainloader = DataLoader(get_data(train=True, count=pictures), batch_size, shuffle=True)
    test_images, test_labels = get_data(train=False, count=1000).tensors  # (1000, 28, 28), (1000,)
    net = nn.Sequential(nn.Flatten(), nn.Linear(28 * 28, 32), nn.ReLU(), nn.Linear(32, 10))
    criterion = nn.CrossEntropyLoss()
    optimizer = torch.optim.SGD(net.parameters(), lr=rate, momentum=0.9)
    first_layer = net.get_parameter("1.weight")  # (32, 784)

    writer = SummaryWriter(log_dir)
    images, labels = next(iter(trainloader))  # (batch, 28, 28), (batch,)
    img_grid = torchvision.utils.make_grid(images[:4].unsqueeze(1))  # (3, 32, 122)
    writer.add_image("four_fashion_mnist_images", img_grid)
    writer.add_graph(net, images)

    losses, accuracies, running_loss = [], [], 0.0
    look = len(trainloader) // 4  # four times an epoch
    for epoch in range(epochs):
        for i, (images, labels) in enumerate(trainloader):
            optimizer.zero_grad()
            loss = criterion(net(images), labels)
            loss.backward()
            optimizer.step()
            step = epoch * len(trainloader) + i

            running_loss += loss.item()
            if i % every == every - 1:
                losses.append(running_loss / every)
                writer.add_scalar("training loss", running_loss / every, step)
                running_loss = 0.0
            if i % look == look - 1:
                with torch.no_grad():
                    right = torch.eq(net(test_images).argmax(dim=1), test_labels)  # (1000,)
                accuracies.append(right.float().mean().item())
                writer.add_scalar("test accuracy", accuracies[-1], step)
                tiles = first_layer.detach().view(32, 1, 28, 28)  # (32, 784) -> (32, 1, 28, 28)
                grid = torchvision.utils.make_grid(tiles, nrow=8, normalize=True)  # (3, 122, 242)
                writer.add_image("first layer", grid, step)
                writer.add_histogram("first layer/weights", first_layer, step)
                writer.add_histogram("first layer/gradients", first_layer.grad, step)

    images, labels = test_images[:points], test_labels[:points]
    features = net[:-1](images)  # (points, 32)
    class_labels = [CLASSES[label] for label in labels]
    writer.add_embedding(features, metadata=class_labels, label_img=images.unsqueeze(1))
    settings = {"learning rate": rate, "batch size": batch_size}
    writer.add_hparams(settings, {"last accuracy": accuracies[-1]}, run_name="hparams")
    writer.close()
    return Logged(epochs * len(trainloader), tuple(losses), tuple(accuracies))
