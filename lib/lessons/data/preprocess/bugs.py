"""What goes wrong between pixels and tensors, and what the notes and old tutorials write."""

import torch
from torch.utils.data import DataLoader, TensorDataset
from torchvision.transforms import v2

from lib.core.bugs import fixes
from lib.datasets.images import picture
from lib.lessons.data.preprocess.notes import preprocess

# --- uint8 into a layer ---------------------------------------------------------------------------


def uint8_into_layer() -> tuple[int, ...]:
    """Hand the pixels of a photo to a layer."""
    layer = torch.nn.Conv2d(3, 8, kernel_size=3)
    x = v2.functional.to_image(picture("chelsea"))  # (3, H, W), uint8
    return tuple(layer(x).shape)


@fixes(
    uint8_into_layer,
    "uint8 into a layer",
    "Pixels are whole numbers from 0 to 255, a layer's weights are floats. `ToDtype` with "
    "`scale=True` makes floats from 0 to 1.",
)
def uint8_into_layer_fixed() -> tuple[int, ...]:
    """Make floats of them, from 0 to 1."""
    layer = torch.nn.Conv2d(3, 8, kernel_size=3)
    x = v2.functional.to_image(picture("chelsea"))  # (3, H, W), uint8
    x = v2.functional.to_dtype(x, torch.float32, scale=True)  # (3, H, W)
    return tuple(layer(x).shape)


# --- H W C into Conv2d ----------------------------------------------------------------------------


def channels_last() -> tuple[int, ...]:
    """Hand a photo to a layer as NumPy holds it."""
    layer = torch.nn.Conv2d(3, 8, kernel_size=3)
    x = torch.from_numpy(picture("chelsea")).float() / 255  # (H, W, 3)
    return tuple(layer(x).shape)


@fixes(
    channels_last,
    "H W C into Conv2d",
    "NumPy, Pillow and OpenCV hold the channel last; a layer looks for it first, and takes the "
    "rows of the photo for channels. `ToImage` and `permute` move it.",
)
def channels_last_fixed() -> tuple[int, ...]:
    """Put the channel first."""
    layer = torch.nn.Conv2d(3, 8, kernel_size=3)
    x = torch.from_numpy(picture("chelsea")).float() / 255  # (H, W, 3)
    x = x.permute(2, 0, 1)  # (3, H, W)
    return tuple(layer(x).shape)


# --- a loader without a length --------------------------------------------------------------------


def no_length() -> float:
    """Divide the sum of the losses by the number of batches, as the notes' loop does."""

    class Wrapped:
        def __init__(self, dl, func):
            self.dl, self.func = dl, func

        def __iter__(self):
            return (self.func(*b) for b in self.dl)

    data = TensorDataset(torch.rand(100, 784), torch.zeros(100))
    valid_dl = Wrapped(DataLoader(data, batch_size=20), preprocess)
    losses = (xb.mean().item() for xb, _ in valid_dl)
    return sum(losses) / len(valid_dl)


@fixes(
    no_length,
    "no length",
    "A `for` loop needs only `__iter__`. The notes' loop also divides by `len(valid_dl)`: that is "
    "what their `__len__` is for.",
)
def no_length_fixed() -> float:
    """Say how many batches there are, as the notes' class does."""
    torch.manual_seed(0)

    class Wrapped:
        def __init__(self, dl, func):
            self.dl, self.func = dl, func

        def __iter__(self):
            return (self.func(*b) for b in self.dl)

        def __len__(self):
            return len(self.dl)

    data = TensorDataset(torch.rand(100, 784), torch.zeros(100))
    valid_dl = Wrapped(DataLoader(data, batch_size=20), preprocess)
    losses = (xb.mean().item() for xb, _ in valid_dl)
    return sum(losses) / len(valid_dl)
