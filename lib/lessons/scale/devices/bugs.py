"""Mistakes around devices, each with its repair, all of them real.

Where there is no GPU they are made with "meta", a device on every machine that holds no numbers.
"""

from time import perf_counter
from typing import NamedTuple

import torch
from torch import nn

from lib.core.bugs import fixes, replaces


def other_device() -> torch.device:
    """Return the accelerator that is here or, to practice on, "meta"."""
    device = torch.accelerator.current_accelerator(check_available=True)
    return device or torch.device("meta")


# --- x.to(device) without a name ------------------------------------------------------------------


class Worked(NamedTuple):
    """Where the work was done, and how many bytes of the input are on the device."""

    images: str
    means: str
    bytes_there: int


def worked(images: torch.Tensor, means: torch.Tensor, device: torch.device) -> Worked:
    """Return where two tensors are."""
    bytes_there = images.nbytes if images.device.type == device.type else 0
    return Worked(images.device.type, means.device.type, bytes_there)


def not_assigned() -> Worked:
    """Send the images to the device and compute."""
    device = other_device()
    images = torch.ones(1000, 784)  # (1000, 784)
    images.to(device)
    means = images.mean(dim=1)  # (1000,)
    return worked(images, means, device)


@fixes(
    not_assigned,
    "not assigned",
    "No error. A tensor's `.to()` returns a copy and leaves the tensor where it is, so everything "
    "after it is computed on the CPU. Give the copy the name. `other_device()` is the GPU of "
    "this machine or, if it has none, `meta`.",
    silent=True,
)
def not_assigned_fixed() -> Worked:
    """Give the copy the name."""
    device = other_device()
    images = torch.ones(1000, 784)  # (1000, 784)
    images = images.to(device)
    means = images.mean(dim=1)  # (1000,)
    return worked(images, means, device)


# --- two devices in one expression ----------------------------------------------------------------


def two_devices() -> tuple[int, ...]:
    """Move the model, and not its input."""
    device = other_device()
    model = nn.Linear(784, 10).to(device)
    images = torch.ones(4, 784)  # (4, 784)
    out = model(images)
    return tuple(out.shape)


@fixes(
    two_devices,
    "two devices",
    "An operation needs its tensors on one device, and PyTorch does not bring them together for "
    "you: on a GPU it says `Expected all tensors to be on the same device`. A CPU tensor without "
    "axes, such as `torch.tensor(2.0)`, may join: it counts as a number.",
)
def two_devices_fixed() -> tuple[int, ...]:
    """Move both."""
    device = other_device()
    model = nn.Linear(784, 10).to(device)
    images = torch.ones(4, 784).to(device)  # (4, 784)
    out = model(images)  # (4, 10)
    return tuple(out.shape)


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
            return x * self.scale

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


# --- .numpy() of what is elsewhere ----------------------------------------------------------------


def on_cpu(tensor: torch.Tensor) -> torch.Tensor:
    """Return ``tensor.cpu()``; of "meta", which has no numbers to copy, zeros in their place."""
    return torch.zeros_like(tensor, device="cpu") if tensor.is_meta else tensor.cpu()


def numpy_elsewhere() -> str:
    """Give NumPy the scores that were computed on the device."""
    device = other_device()
    images = torch.ones(4, 784, device=device)  # (4, 784)
    scores = images.softmax(dim=1)  # (4, 784)
    best = scores.numpy().max(axis=1)
    return type(best).__name__


@fixes(
    numpy_elsewhere,
    ".numpy() of a tensor elsewhere",
    "An array shares the memory of its tensor, and NumPy reads the CPU's memory only. Copy the "
    "tensor there with `.cpu()`, which is all that `on_cpu()` does on a GPU; `meta` has no numbers "
    "to copy, so it takes zeros.",
)
def numpy_elsewhere_fixed() -> str:
    """Bring them back to the CPU first."""
    device = other_device()
    images = torch.ones(4, 784, device=device)  # (4, 784)
    scores = images.softmax(dim=1)  # (4, 784)
    best = on_cpu(scores).numpy().max(axis=1)  # (4,)
    return type(best).__name__


# --- .gpu() ---------------------------------------------------------------------------------------


def gpu() -> str:
    """Move the model as the notes do."""
    model = nn.Linear(784, 10)
    model.gpu()
    return model.weight.device.type


@fixes(
    gpu,
    "model.gpu()",
    "The notes write it, but neither modules nor tensors have it: `.to(device)`.",
)
def gpu_fixed() -> str:
    """Move it to the device that was chosen."""
    device = other_device()
    model = nn.Linear(784, 10)
    model.to(device)
    return model.weight.device.type


# --- .cuda() without a GPU ------------------------------------------------------------------------


def cuda_without_gpu() -> str:
    """Move the model to the GPU, whatever the machine."""
    model = nn.Linear(784, 10).cuda()
    return model.weight.device.type


@fixes(
    cuda_without_gpu,
    ".cuda() without a GPU",
    "`.cuda()` insists on a GPU by NVIDIA or AMD. Choose the device once, at the top, and the "
    "program runs everywhere. Where there is such a GPU, both of these run.",
)
def cuda_without_gpu_fixed() -> str:
    """Choose the device once, and move everything there."""
    here = torch.accelerator.current_accelerator(check_available=True)
    device = here or torch.device("cpu")
    model = nn.Linear(784, 10).to(device)
    return model.weight.device.type


# --- a clock that does not wait for the GPU (silent) ----------------------------------------------


def not_synchronized() -> float:
    """Time a product on the GPU, in milliseconds."""
    a = torch.ones(4096, 4096, device="cuda")  # (4096, 4096)
    a @ a  # the first one also loads the library
    torch.cuda.synchronize()
    start = perf_counter()
    a @ a  # (4096, 4096)
    return (perf_counter() - start) * 1000


@fixes(
    not_synchronized,
    "not synchronized",
    "No error. Python asks the GPU and goes on, so the first clock stops before the work is done. "
    "`torch.cuda.synchronize()` waits, and `torch.utils.benchmark` does it for you. Measured "
    "here, in milliseconds.",
    heavy=True,
    only_if=torch.cuda.is_available,
    silent=True,
)
def not_synchronized_fixed() -> float:
    """Wait until the GPU is done."""
    a = torch.ones(4096, 4096, device="cuda")  # (4096, 4096)
    a @ a  # the first one also loads the library
    torch.cuda.synchronize()
    start = perf_counter()
    a @ a  # (4096, 4096)
    torch.cuda.synchronize()
    return (perf_counter() - start) * 1000


# --- then and now ---------------------------------------------------------------------------------


class Choice(NamedTuple):
    """The device a line chose, and what was then computed where."""

    device: str
    computed_on: str


def device_then() -> Choice:
    """Choose as the notes do."""
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    x = torch.ones(3, device=device)  # (3,)
    return Choice(str(device), str(x.sum().device))


@replaces(
    device_then,
    "The notes choose between CUDA and the CPU.",
    "Without a GPU, and with one by NVIDIA or AMD, both choose alike. On an Apple or Intel GPU the "
    "notes' line stays on the CPU. `check_available=True` matters: without it you get what this "
    "build of PyTorch was made for, present or not, as *This machine* shows on this page.",
)
def device_now() -> Choice:
    """Choose any accelerator that is here."""
    device = torch.accelerator.current_accelerator(check_available=True)
    x = torch.ones(3, device=device or "cpu")  # (3,)
    return Choice(str(device or "cpu"), str(x.sum().device))
