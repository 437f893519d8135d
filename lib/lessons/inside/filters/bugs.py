"""What goes wrong with filters, and what the notes write that is gone."""

import torch
from torch.utils.data import DataLoader, TensorDataset

from lib.core.bugs import Bug, Then
from lib.core.i18n import mark
from lib.lessons.inside.filters.bugs_loud import (
    padding_forgotten,
    padding_forgotten_fixed,
    weights_to_numpy,
    weights_to_numpy_fixed,
    wrap_refused,
    wrap_refused_fixed,
)
from lib.lessons.inside.filters.bugs_silent import (
    another_border,
    another_border_fixed,
    blue_first,
    blue_first_fixed,
    flipped_kernel,
    flipped_kernel_fixed,
    negatives_cut,
    negatives_cut_fixed,
)

# --- then and now ---------------------------------------------------------------------------------


def notes_next() -> tuple[int, ...]:
    """Take a batch as the notes do."""
    test_loader = DataLoader(TensorDataset(torch.rand(40, 1, 28, 28)), batch_size=20)
    dataiter = iter(test_loader)
    (images,) = dataiter.next()
    return tuple(images.numpy().shape)


def next_now() -> tuple[int, ...]:
    """Ask Python's own next for it."""
    test_loader = DataLoader(TensorDataset(torch.rand(40, 1, 28, 28)), batch_size=20)
    dataiter = iter(test_loader)
    (images,) = next(dataiter)
    return tuple(images.numpy().shape)


# --- what the page shows --------------------------------------------------------------------------

BUGS = (
    Bug(
        mark("negatives cut off (silent)"),
        negatives_cut,
        negatives_cut_fixed,
        mark(
            "No error: `ddepth=-1` means the same dtype as the input, and uint8 has no negative "
            "numbers: every edge from bright to dark becomes 0. Ask for `cv2.CV_32F`. The notes' "
            "`-1` works, since their picture is made of floats."
        ),
    ),
    Bug(
        mark("blue first (silent)"),
        blue_first,
        blue_first_fixed,
        mark(
            "No error: OpenCV reads blue, green, red; the filters learned red, green, blue. The "
            "weights for red are multiplied with blue."
        ),
    ),
    Bug(
        mark("flipped kernel (silent)"),
        flipped_kernel,
        flipped_kernel_fixed,
        mark(
            "No error: `conv2d` and `filter2D` do not turn the kernel. One made for mathematics' "
            "convolution gives the opposite sign, and one that is the same after half a turn, "
            "such as the Laplacian, hides it. Turn it with `.flip(2, 3)`."
        ),
    ),
    Bug(
        mark("another border (silent)"),
        another_border,
        another_border_fixed,
        mark(
            "No error: `filter2D` reflects at the edge, `padding=1` adds zeros. Only the outermost "
            "pixels differ, so nobody notices. Say the border on both sides."
        ),
    ),
    Bug(
        mark("weights to NumPy"),
        weights_to_numpy,
        weights_to_numpy_fixed,
        mark(
            "A weight takes part in gradients, and NumPy knows none. `.detach()` gives the same "
            "memory without them; the notes' `.data` does, too."
        ),
    ),
    Bug(
        mark("padding forgotten"),
        padding_forgotten,
        padding_forgotten_fixed,
        mark(
            "Without `padding` the layer gives a smaller map than `filter2D`. Half the kernel on "
            'each side, `padding=1` for 3 by 3, keeps the size; `padding="same"` finds it.'
        ),
    ),
    Bug(
        mark("filter2D does not wrap"),
        wrap_refused,
        wrap_refused_fixed,
        mark(
            'PyTorch has `padding_mode="circular"`, and OpenCV has `BORDER_WRAP`, but not for '
            "`filter2D`. Make the border first, then cut it off."
        ),
    ),
)

THEN = Then(
    mark("The notes take a batch with `dataiter.next()`."),
    notes_next,
    next_now,
    mark("That method is gone. `next(dataiter)` is Python's own, and works with every iterator."),
)
