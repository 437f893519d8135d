"""What goes wrong between pixels and tensors, and what the notes and old tutorials write."""

import torch
from torch.utils.data import DataLoader, TensorDataset
from torchvision.transforms import v2

from lib.core.bugs import Bug, Then
from lib.core.i18n import mark
from lib.datasets.images import picture
from lib.lessons.data.preprocess.bugs_measure import (
    augmented_validation,
    augmented_validation_fixed,
)
from lib.lessons.data.preprocess.bugs_silent import (
    array_passes,
    array_passes_fixed,
    blue_for_red,
    blue_for_red_fixed,
    jitter_after_normalize,
    jitter_after_normalize_fixed,
    normalize_unscaled,
    normalize_unscaled_fixed,
    one_draw_for_all,
    one_draw_for_all_fixed,
    shown_normalized,
    shown_normalized_fixed,
)
from lib.lessons.data.preprocess.bugs_then import (
    notes_get_data,
    to_tensor_now,
    to_tensor_then,
    tutorials_get_data,
)
from lib.lessons.data.preprocess.notes import preprocess

# --- uint8 into a layer ---------------------------------------------------------------------------


def uint8_into_layer() -> tuple[int, ...]:
    """Hand the pixels of a photo to a layer."""
    layer = torch.nn.Conv2d(3, 8, kernel_size=3)
    x = v2.functional.to_image(picture("chelsea"))  # (3, H, W), uint8
    return tuple(layer(x).shape)


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


# --- what the page shows --------------------------------------------------------------------------

BUGS = (
    Bug(
        mark("uint8 into a layer"),
        uint8_into_layer,
        uint8_into_layer_fixed,
        mark(
            "Pixels are whole numbers from 0 to 255, a layer's weights are floats. `ToDtype` with "
            "`scale=True` makes floats from 0 to 1."
        ),
    ),
    Bug(
        mark("H W C into Conv2d"),
        channels_last,
        channels_last_fixed,
        mark(
            "NumPy, Pillow and OpenCV hold the channel last; a layer looks for it first, and "
            "takes the rows of the photo for channels. `ToImage` and `permute` move it."
        ),
    ),
    Bug(
        mark("no length"),
        no_length,
        no_length_fixed,
        mark(
            "A `for` loop needs only `__iter__`. The notes' loop also divides by "
            "`len(valid_dl)`: that is what their `__len__` is for."
        ),
    ),
    Bug(
        mark("normalize before scaling (silent)"),
        normalize_unscaled,
        normalize_unscaled_fixed,
        mark(
            "No error: the mean and std of 0 to 1 are used on 0 to 255, so the numbers that reach "
            "the network are far too large."
        ),
    ),
    Bug(
        mark("no ToImage (silent)"),
        array_passes,
        array_passes_fixed,
        mark(
            "No error: the transforms work on tensors and Pillow's pictures, and let everything "
            "else pass, a NumPy array as well. Nothing was resized, scaled or normalized."
        ),
    ),
    Bug(
        mark("jitter after normalize (silent)"),
        jitter_after_normalize,
        jitter_after_normalize_fixed,
        mark(
            "No error: ColorJitter takes floats for colors from 0 to 1 and cuts off the rest. "
            "After Normalize, that is every number below the mean."
        ),
    ),
    Bug(
        mark("blue for red (silent)"),
        blue_for_red,
        blue_for_red_fixed,
        mark(
            "No error: OpenCV reads blue, green, red. A ginger cat has more red than blue; the "
            "means tell. Above, under *views*, you can see it."
        ),
    ),
    Bug(
        mark("shown normalized (silent)"),
        shown_normalized,
        shown_normalized_fixed,
        mark(
            "No error, at most a note: a viewer cuts floats off at 0 and 1, and with them whatever "
            "was darker than the mean. Undo Normalize to look at a picture."
        ),
    ),
    Bug(
        mark("one draw for a batch (silent)"),
        one_draw_for_all,
        one_draw_for_all_fixed,
        mark(
            "No error: a random transform draws once for what it is given. Given a batch, it "
            "turns all its pictures the same way. Augment in the data set, not in the wrapper."
        ),
    ),
    Bug(
        mark("augmented validation (silent)"),
        augmented_validation,
        augmented_validation_fixed,
        mark(
            "No error: the same network is measured on turned and moved pictures, which are "
            "harder, and on other ones each time. Only the training set is augmented."
        ),
        heavy=True,
    ),
)

TO_TENSOR = Then(
    mark("Older tutorials begin every chain with `transforms.ToTensor()`."),
    to_tensor_then,
    to_tensor_now,
    mark(
        "The old one still runs and says nothing; its twin in v2 warns. Two steps say what the "
        "one did: `ToImage` moves the channel to the front, `ToDtype` scales 0 to 255 to 0 to 1."
    ),
)
GET_DATA = Then(
    mark("The notes call `get_data(train_ds, valid_ds, bs)`, and do not give it."),
    notes_get_data,
    tutorials_get_data,
    mark(
        "It is from PyTorch's tutorial *What is torch.nn really?*: two DataLoaders. The training "
        "set is shuffled; the validation set is not, and its batches are twice as large, since "
        "nothing has to be kept for a way back."
    ),
)
