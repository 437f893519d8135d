"""Mistakes with layers put together, each with its repair, all of them real."""

from typing import Any, NamedTuple

import torch
from torch import nn, optim

from lib.core.bugs import fixes

# --- in_features that do not fit ------------------------------------------------------------------


def in_features_wrong() -> tuple[int, ...]:
    """Give a linear layer the features of the image, not those that arrive."""
    torch.manual_seed(0)
    model = nn.Sequential(
        nn.Conv2d(1, 8, kernel_size=3, stride=2, padding=1),  # -> (B, 8, 14, 14)
        nn.ReLU(),
        nn.Flatten(),  # -> (B, 1568)
        nn.Linear(784, 10),
    )
    return tuple(model(torch.rand(4, 1, 28, 28)).shape)


@fixes(
    in_features_wrong,
    "in_features wrong",
    "In the message, the first pair is what arrives, batch by features, the second is what the "
    "layer takes. The builder above computes the number that fits.",
)
def in_features_wrong_fixed() -> tuple[int, ...]:
    """Count what arrives: 8 channels of 14 by 14."""
    torch.manual_seed(0)
    model = nn.Sequential(
        nn.Conv2d(1, 8, kernel_size=3, stride=2, padding=1),  # -> (B, 8, 14, 14)
        nn.ReLU(),
        nn.Flatten(),  # -> (B, 1568)
        nn.Linear(8 * 14 * 14, 10),  # -> (B, 10)
    )
    return tuple(model(torch.rand(4, 1, 28, 28)).shape)


# --- layers in a plain list (silent) --------------------------------------------------------------


class Trained(NamedTuple):
    """What a step of training did to a network of three layers.

    Attributes:
        parameters: how many PyTorch finds.
        hidden_moved: how far it moved the first hidden layer's weights.
        last_moved: the same of the last layer.
    """

    parameters: int
    hidden_moved: float
    last_moved: float


def one_step(model: Any) -> Trained:
    """Take one step of training, and compare the weights before and after."""
    first, last = model.hidden[0].weight, model.last.weight
    before = first.detach().clone(), last.detach().clone()
    opt = optim.SGD(model.parameters(), lr=0.1)
    loss = model(torch.rand(16, 8)).pow(2).mean()  # ()
    loss.backward()
    opt.step()
    return Trained(
        parameters=sum(p.numel() for p in model.parameters()),
        hidden_moved=(first - before[0]).abs().sum().item(),
        last_moved=(last - before[1]).abs().sum().item(),
    )


def plain_list() -> Trained:
    """Train a network that keeps its layers in a Python list."""

    class Net(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.hidden = [nn.Linear(8, 8), nn.Linear(8, 8)]
            self.last = nn.Linear(8, 1)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            for layer in self.hidden:
                x = torch.relu(layer(x))  # (B, 8)
            y: torch.Tensor = self.last(x)  # (B, 1)
            return y

    torch.manual_seed(0)
    return one_step(Net())


@fixes(
    plain_list,
    "layers in a plain list",
    "No error: a module only finds the modules that are its attributes, not those in a list. "
    "Their weights are used but never trained, saved or moved to a GPU. `nn.ModuleList` is a list "
    "it looks into.",
    silent=True,
)
def plain_list_fixed() -> Trained:
    """Train a network that keeps its layers in an nn.ModuleList."""

    class Net(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.hidden = nn.ModuleList([nn.Linear(8, 8), nn.Linear(8, 8)])
            self.last = nn.Linear(8, 1)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            for layer in self.hidden:
                x = torch.relu(layer(x))  # (B, 8)
            y: torch.Tensor = self.last(x)  # (B, 1)
            return y

    torch.manual_seed(0)
    return one_step(Net())


# --- super().__init__() forgotten -----------------------------------------------------------------


def super_forgotten() -> tuple[int, ...]:
    """Write a class that does not call nn.Module's own __init__."""

    class Net(nn.Module):
        def __init__(self) -> None:
            self.linear1 = nn.Linear(784, 10)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            y: torch.Tensor = self.linear1(x)  # (B, 784) -> (B, 10)
            return y

    return tuple(Net()(torch.rand(4, 784)).shape)


@fixes(
    super_forgotten,
    "super() forgotten",
    "`nn.Module` registers its submodules, the layers, in what its `__init__` makes. Without it, "
    "there is nothing a layer could be registered in.",
)
def super_forgotten_fixed() -> tuple[int, ...]:
    """Call super().__init__() first."""

    class Net(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.linear1 = nn.Linear(784, 10)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            y: torch.Tensor = self.linear1(x)  # (B, 784) -> (B, 10)
            return y

    return tuple(Net()(torch.rand(4, 784)).shape)


# --- a layer made in forward ----------------------------------------------------------------------


def layer_in_forward() -> tuple[int, ...]:
    """Make the layer where it is used."""

    class Net(nn.Module):
        def __init__(self) -> None:
            super().__init__()

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            linear1 = nn.Linear(784, 10)
            y: torch.Tensor = linear1(x)  # (B, 784) -> (B, 10)
            return y

    model = Net()
    opt = optim.SGD(model.parameters(), lr=0.1)
    y = model(torch.rand(4, 784))  # (4, 10)
    y.mean().backward()
    opt.step()
    return tuple(y.shape)


@fixes(
    layer_in_forward,
    "no parameters found",
    "A module finds only the layers that are its attributes. One made in `forward` is not, and it "
    "would be a new one on each call. Layers in a plain list are not found either.",
)
def layer_in_forward_fixed() -> tuple[int, ...]:
    """Make it once, as an attribute."""

    class Net(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.linear1 = nn.Linear(784, 10)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            y: torch.Tensor = self.linear1(x)  # (B, 784) -> (B, 10)
            return y

    model = Net()
    opt = optim.SGD(model.parameters(), lr=0.1)
    y = model(torch.rand(4, 784))  # (4, 10)
    y.mean().backward()
    opt.step()
    return tuple(y.shape)


# --- a class for a layer --------------------------------------------------------------------------


def class_for_layer() -> tuple[int, ...]:
    """Give numbers to the class of a layer."""
    first, last = nn.Linear(784, 32), nn.Linear(32, 10)
    x: Any = first(torch.rand(4, 784))  # (4, 32)
    x = nn.ReLU(x)
    return tuple(last(x).shape)


@fixes(
    class_for_layer,
    "class for a layer",
    "`nn.ReLU` is a class. A first call makes the layer and takes settings, a second one sends "
    "numbers through it. `torch.relu(x)` is a function and does it at once.",
)
def class_for_layer_fixed() -> tuple[int, ...]:
    """Make the layer first, then call it."""
    first, last = nn.Linear(784, 32), nn.Linear(32, 10)
    x: Any = first(torch.rand(4, 784))  # (4, 32)
    x = nn.ReLU()(x)
    return tuple(last(x).shape)  # (4, 10)


# --- forward misspelled ---------------------------------------------------------------------------


def forward_missing() -> tuple[int, ...]:
    """Misspell the one method that PyTorch calls by its name."""

    class Net(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.linear1 = nn.Linear(784, 10)

        def foward(self, x: torch.Tensor) -> torch.Tensor:
            y: torch.Tensor = self.linear1(x)  # (B, 784) -> (B, 10)
            return y

    return tuple(Net()(torch.rand(4, 784)).shape)


@fixes(
    forward_missing,
    "forward missing",
    "`model(x)` calls the method `forward` of your class. Misspelled, or indented so that it is "
    "outside the class or inside `__init__`, it is not there.",
)
def forward_missing_fixed() -> tuple[int, ...]:
    """Call it forward."""

    class Net(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.linear1 = nn.Linear(784, 10)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            y: torch.Tensor = self.linear1(x)  # (B, 784) -> (B, 10)
            return y

    return tuple(Net()(torch.rand(4, 784)).shape)


# --- a flatten that swallows the batch ------------------------------------------------------------


def batch_swallowed() -> tuple[int, ...]:
    """Flatten everything, the batch as well."""
    torch.manual_seed(0)
    linear = nn.Linear(784, 10)
    x = torch.rand(4, 1, 28, 28)
    x = x.view(-1)  # (4, 1, 28, 28) -> (3136,)
    return tuple(linear(x).shape)


@fixes(
    batch_swallowed,
    "flatten swallows the batch",
    "`view(-1)` and `Flatten(0)` put all samples into one row. `view(x.size(0), -1)` and "
    "`Flatten()` keep the first axis.",
)
def batch_swallowed_fixed() -> tuple[int, ...]:
    """Keep the first axis."""
    torch.manual_seed(0)
    linear = nn.Linear(784, 10)
    x = torch.rand(4, 1, 28, 28)
    x = x.view(x.size(0), -1)  # (4, 1, 28, 28) -> (4, 784)
    return tuple(linear(x).shape)


# --- one layer used twice (silent) ----------------------------------------------------------------


class Shared(NamedTuple):
    """A network of two hidden layers and a last one.

    Attributes:
        parameters: how many it has.
        same_weights: whether the second hidden layer's weights are those of the first.
    """

    parameters: int
    same_weights: bool


def used_twice() -> Shared:
    """Use one linear layer twice, as one may use one ReLU twice."""
    hidden, relu = nn.Linear(8, 8), nn.ReLU()
    model = nn.Sequential(hidden, relu, hidden, relu, nn.Linear(8, 1))
    same = model[0].weight is model[2].weight
    return Shared(sum(p.numel() for p in model.parameters()), same)


@fixes(
    used_twice,
    "one layer used twice",
    "No error: both places share one set of weights, and the network is smaller than it looks. "
    "With a ReLU that is fine, since it has none.",
    silent=True,
)
def used_twice_fixed() -> Shared:
    """Make a new linear layer each time; the ReLU has no weights, so one will do."""
    first, second, relu = nn.Linear(8, 8), nn.Linear(8, 8), nn.ReLU()
    model = nn.Sequential(first, relu, second, relu, nn.Linear(8, 1))
    same = model[0].weight is model[2].weight
    return Shared(sum(p.numel() for p in model.parameters()), same)


# --- no activation between linear layers (silent) -------------------------------------------------


class Learned(NamedTuple):
    """What a network has learned of "one or the other, but not both" (XOR).

    Attributes:
        loss: the loss after training; that of a guess is 0.693.
        yes: how probable it finds a yes for 00, 01, 10 and 11; right are 0, 1, 1 and 0.
    """

    loss: float
    yes: list[float]


def learn(model: nn.Module) -> Learned:
    """Train a network on the four cases of XOR."""
    x = torch.tensor([[0.0, 0], [0, 1], [1, 0], [1, 1]])  # (4, 2)
    y = torch.tensor([0.0, 1, 1, 0])  # (4,)
    opt = optim.Adam(model.parameters(), lr=0.1)
    for _ in range(100):
        logits = model(x).squeeze(1)  # (4, 1) -> (4,)
        loss = nn.functional.binary_cross_entropy_with_logits(logits, y)  # ()
        opt.zero_grad()
        loss.backward()
        opt.step()
    return Learned(loss.item(), [round(each, 2) for each in logits.sigmoid().tolist()])


def no_activation() -> Learned:
    """Stack linear layers with nothing between them."""
    torch.manual_seed(0)
    model = nn.Sequential(
        nn.Linear(2, 8),
        nn.Linear(8, 1),
    )
    return learn(model)


@fixes(
    no_activation,
    "no activation",
    "No error: linear layers in a row compute no more than one of them can, however many there "
    "are, and one alone cannot learn XOR. A curve between them changes that.",
    silent=True,
    heavy=True,
)
def no_activation_fixed() -> Learned:
    """Put a curve between them."""
    torch.manual_seed(0)
    model = nn.Sequential(
        nn.Linear(2, 8),
        nn.Tanh(),
        nn.Linear(8, 1),
    )
    return learn(model)


# --- weights that begin at zero (silent) ----------------------------------------------------------


def zero_weights() -> Learned:
    """Begin with all weights at zero."""
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(2, 8), nn.Tanh(), nn.Linear(8, 1))
    for p in model.parameters():
        nn.init.zeros_(p)
    return learn(model)


@fixes(
    zero_weights,
    "weights begin at zero",
    "No error: with zeros everywhere, no gradient reaches the first layer, and equal neurons would "
    "stay equal. Random numbers make them differ; PyTorch draws them by itself.",
    silent=True,
    heavy=True,
)
def zero_weights_fixed() -> Learned:
    """Begin with random ones."""
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(2, 8), nn.Tanh(), nn.Linear(8, 1))
    for p in model.parameters():
        nn.init.normal_(p)
    return learn(model)
