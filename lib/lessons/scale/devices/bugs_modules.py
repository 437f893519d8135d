"""What a module takes along when it moves, and what it leaves behind."""

import torch
from torch import nn

from lib.core.bugs import fixes
from lib.lessons.scale.devices.fallback_device import other_device

# --- what model.to() does not see -----------------------------------------------------------------


def plain_attribute() -> tuple[int, ...]:
    """Move a module that has a tensor of its own."""

    class Scaled(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.scale = torch.full((3,), 2.0)  # (3,)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return x * self.scale  # (n, 3)

    device = other_device()
    model = Scaled().to(device)
    out = model(torch.ones(4, 3, device=device))
    return tuple(out.shape)


@fixes(
    plain_attribute,
    "a plain attribute",
    "`model.to()` moves parameters and buffers; of other attributes it knows nothing.",
)
def plain_attribute_fixed() -> tuple[int, ...]:
    """Tell the module of it: register_buffer."""

    class Scaled(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.register_buffer("scale", torch.full((3,), 2.0))

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return x * self.scale  # type: ignore[operator]

    device = other_device()
    model = Scaled().to(device)
    out = model(torch.ones(4, 3, device=device))  # (4, 3)
    return tuple(out.shape)


# --- a criterion with weights ---------------------------------------------------------------------


def criterion_left() -> tuple[int, ...]:
    """Weigh the classes, and leave the criterion where it is."""
    device = other_device()
    weight = torch.tensor([1.0, 5.0])  # (2,)
    criterion = nn.CrossEntropyLoss(weight)
    out = torch.zeros(4, 2, device=device)  # (4, 2)
    y = torch.zeros(4, dtype=torch.int64, device=device)  # (4,)
    loss = criterion(out, y)
    return tuple(loss.shape)


@fixes(
    criterion_left,
    "a criterion with weights",
    "`CrossEntropyLoss()` holds no tensor, so moving it, as the notes do, moves nothing and "
    "`.cuda()` on it is no error even without a GPU. With class weights it holds one.",
)
def criterion_left_fixed() -> tuple[int, ...]:
    """Move the criterion with its weights."""
    device = other_device()
    weight = torch.tensor([1.0, 5.0])  # (2,)
    criterion = nn.CrossEntropyLoss(weight).to(device)
    out = torch.zeros(4, 2, device=device)  # (4, 2)
    y = torch.zeros(4, dtype=torch.int64, device=device)  # (4,)
    loss = criterion(out, y)  # ()
    return tuple(loss.shape)
