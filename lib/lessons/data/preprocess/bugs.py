"""What goes wrong between pixels and tensors, each with its repair, and what the notes write."""

from collections.abc import Callable
from typing import NamedTuple

import cv2
import torch
from torch import nn
from torch.utils.data import DataLoader, Dataset, Subset, TensorDataset, random_split
from torchvision import transforms
from torchvision.transforms import v2

from lib.core.bugs import fixes, replaces
from lib.datasets.assets import asset
from lib.datasets.fashion_mnist import fashion_mnist
from lib.datasets.images import picture
from lib.lessons.data.preprocess.lesson import MEAN, STD
from lib.lessons.data.preprocess.wrapped_loader import preprocess

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
    "NumPy, Pillow and OpenCV hold the channel last; `Conv2d` wants (C, H, W), or (N, C, H, W) for "
    "a batch, and takes the rows of the photo for channels. `ToImage` and `permute` move it.",
)
def channels_last_fixed() -> tuple[int, ...]:
    """Put the channel first."""
    layer = torch.nn.Conv2d(3, 8, kernel_size=3)
    x = torch.from_numpy(picture("chelsea")).float() / 255  # (H, W, 3)
    x = x.permute(2, 0, 1)  # (3, H, W)
    return tuple(layer(x).shape)


# --- a picture without channel and batch ----------------------------------------------------------


def no_channel_no_batch() -> tuple[int, ...]:
    """Hand a gray picture to a layer as Fashion-MNIST holds it."""
    layer = torch.nn.Conv2d(1, 8, kernel_size=3)
    images, _ = fashion_mnist()
    x = torch.tensor(images[0]) / 255  # (28, 28)
    return tuple(layer(x).shape)


@fixes(
    no_channel_no_batch,
    "no channel, no batch",
    "`Conv2d` wants (N, C, H, W), or (C, H, W) for a single picture. A gray picture has one "
    "channel, and a single picture is a batch of one: both axes have to be there.",
)
def no_channel_no_batch_fixed() -> tuple[int, ...]:
    """Add an axis for the batch and one for the channel."""
    layer = torch.nn.Conv2d(1, 8, kernel_size=3)
    images, _ = fashion_mnist()
    x = torch.tensor(images[0]) / 255  # (28, 28)
    x = x[None, None]  # (1, 1, 28, 28)
    return tuple(layer(x).shape)


# --- a loader without a length --------------------------------------------------------------------


class Wrapped:
    """A loader whose batches go through a function first."""

    def __init__(self, dl, func):
        self.dl, self.func = dl, func

    def __iter__(self):
        """Return the batches, one after the other."""
        return (self.func(*b) for b in self.dl)


def no_length() -> float:
    """Divide the sum of the losses by the number of batches, as the notes' loop does."""
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

    class WithLength(Wrapped):
        def __len__(self):
            return len(self.dl)

    data = TensorDataset(torch.rand(100, 784), torch.zeros(100))
    valid_dl = WithLength(DataLoader(data, batch_size=20), preprocess)
    losses = (xb.mean().item() for xb, _ in valid_dl)
    return sum(losses) / len(valid_dl)


class Numbers(NamedTuple):
    """An image in numbers."""

    shape: tuple[int, ...]
    dtype: str
    low: float
    high: float
    mean: float
    std: float


def numbers_of(x: torch.Tensor) -> Numbers:
    """Return an image in numbers."""
    low, high = x.float().aminmax()
    std, mean = torch.std_mean(x.float())
    dtype = str(x.dtype).removeprefix("torch.")
    return Numbers(tuple(x.shape), dtype, low.item(), high.item(), mean.item(), std.item())


# --- normalize before scaling ---------------------------------------------------------------------


def normalize_unscaled() -> Numbers:
    """Turn the numbers into floats, but leave them between 0 and 255."""
    floats = v2.ToDtype(torch.float32)
    chain = v2.Compose([v2.ToImage(), floats, v2.Normalize(MEAN, STD)])
    return numbers_of(chain(picture("chelsea")))


@fixes(
    normalize_unscaled,
    "normalize before scaling",
    "No error: the mean and std of 0 to 1 are used on 0 to 255, so the numbers that reach the "
    "network are far too large.",
    silent=True,
)
def normalize_unscaled_fixed() -> Numbers:
    """Scale them to 0 to 1 on the way."""
    floats = v2.ToDtype(torch.float32, scale=True)
    chain = v2.Compose([v2.ToImage(), floats, v2.Normalize(MEAN, STD)])
    return numbers_of(chain(picture("chelsea")))


# --- three means for one channel ------------------------------------------------------------------


def three_means_for_gray() -> Numbers:
    """Make the photo gray, and normalize it with the numbers of red, green and blue."""
    gray, floats = v2.Grayscale(), v2.ToDtype(torch.float32, scale=True)
    normalize = v2.Normalize(MEAN, STD)
    chain = v2.Compose([v2.ToImage(), gray, floats, normalize])
    return numbers_of(chain(picture("chelsea")))


@fixes(
    three_means_for_gray,
    "three means for gray",
    "No error: one channel and three means broadcast, so the gray image has three channels again, "
    "each shifted and scaled in another way. Give `Normalize` one mean and one std per channel.",
    silent=True,
)
def three_means_for_gray_fixed() -> Numbers:
    """Give Normalize one mean and one std, for the one channel there is."""
    gray, floats = v2.Grayscale(), v2.ToDtype(torch.float32, scale=True)
    normalize = v2.Normalize([0.5], [0.5])
    chain = v2.Compose([v2.ToImage(), gray, floats, normalize])
    return numbers_of(chain(picture("chelsea")))


# --- an array passes ------------------------------------------------------------------------------


def array_passes() -> Numbers:
    """Hand a NumPy array to the transforms."""
    resize, floats = v2.Resize((64, 64)), v2.ToDtype(torch.float32, scale=True)
    chain = v2.Compose([resize, floats, v2.Normalize(MEAN, STD)])
    return numbers_of(torch.from_numpy(chain(picture("chelsea"))))


@fixes(
    array_passes,
    "no ToImage",
    "No error: the transforms work on tensors and Pillow's images, and let everything else "
    "pass, a NumPy array as well. Nothing was resized, scaled or normalized.",
    silent=True,
)
def array_passes_fixed() -> Numbers:
    """Tell the transforms that it is an image."""
    resize, floats = v2.Resize((64, 64)), v2.ToDtype(torch.float32, scale=True)
    chain = v2.Compose([v2.ToImage(), resize, floats, v2.Normalize(MEAN, STD)])
    return numbers_of(chain(picture("chelsea")))


# --- color jitter after normalize -----------------------------------------------------------------


def jitter_after_normalize() -> Numbers:
    """Change the brightness of numbers around 0."""
    torch.manual_seed(0)
    floats, normalize = v2.ToDtype(torch.float32, scale=True), v2.Normalize(MEAN, STD)
    jitter = v2.ColorJitter(brightness=0.5)
    chain = v2.Compose([v2.ToImage(), floats, normalize, jitter])
    return numbers_of(chain(picture("chelsea")))


@fixes(
    jitter_after_normalize,
    "jitter after normalize",
    "No error: ColorJitter takes floats for colors from 0 to 1 and cuts off the rest. After "
    "Normalize, that is every number below the mean, and those far above it.",
    silent=True,
)
def jitter_after_normalize_fixed() -> Numbers:
    """Change the brightness first."""
    torch.manual_seed(0)
    floats, normalize = v2.ToDtype(torch.float32, scale=True), v2.Normalize(MEAN, STD)
    jitter = v2.ColorJitter(brightness=0.5)
    chain = v2.Compose([v2.ToImage(), jitter, floats, normalize])
    return numbers_of(chain(picture("chelsea")))


# --- blue for red ---------------------------------------------------------------------------------


class Channels(NamedTuple):
    """The mean of each channel, from 0 to 255."""

    red: float
    green: float
    blue: float


def blue_for_red() -> Channels:
    """Read a photo of a ginger cat with OpenCV and take the first channel for red."""
    image = cv2.imread(str(asset("chelsea.jpg")))  # (H, W, 3)
    planes = v2.functional.to_image(image)  # (3, H, W)
    return Channels(*planes.float().mean(dim=(1, 2)).tolist())


@fixes(
    blue_for_red,
    "blue for red",
    "No error: OpenCV reads blue, green, red. A ginger cat has more red than blue; the means "
    "tell. Above, under *views*, you can see it.",
    silent=True,
)
def blue_for_red_fixed() -> Channels:
    """Turn OpenCV's blue, green, red around first."""
    image = cv2.imread(str(asset("chelsea.jpg")))  # (H, W, 3)
    image = cv2.cvtColor(image, cv2.COLOR_BGR2RGB)  # (H, W, 3)
    planes = v2.functional.to_image(image)  # (3, H, W)
    return Channels(*planes.float().mean(dim=(1, 2)).tolist())


# --- shown without undoing normalize --------------------------------------------------------------


class Shown(NamedTuple):
    """How much of an image is clipped when it is shown, and how far it is from the right one."""

    clipped: float
    mean_error: float


def shown_normalized() -> Shown:
    """Show a normalized image as it is. matplotlib clips floats to 0 to 1."""
    right = v2.functional.to_dtype(v2.functional.to_image(picture("chelsea")), scale=True)
    x = v2.functional.normalize(right, MEAN, STD)  # (3, H, W)
    shown = x.clamp(0, 1)  # (3, H, W)
    clipped = ((x < -1e-6) | (x > 1 + 1e-6)).float().mean()
    return Shown(clipped.item(), (shown - right).abs().mean().item())


@fixes(
    shown_normalized,
    "shown normalized",
    "No error, at most a note: matplotlib clips floats to 0 to 1. What was below the mean becomes "
    "0, what was over one std above it becomes 1. Undo Normalize to look at an image.",
    silent=True,
)
def shown_normalized_fixed() -> Shown:
    """Multiply by std and add the mean back first."""
    right = v2.functional.to_dtype(v2.functional.to_image(picture("chelsea")), scale=True)
    x = v2.functional.normalize(right, MEAN, STD)  # (3, H, W)
    mean, std = (torch.tensor(each).view(3, 1, 1) for each in (MEAN, STD))
    x = x * std + mean  # (3, H, W)
    shown = x.clamp(0, 1)  # (3, H, W)
    clipped = ((x < -1e-6) | (x > 1 + 1e-6)).float().mean()
    return Shown(round(clipped.item(), 6), round((shown - right).abs().mean().item(), 6))


# --- one draw for a whole batch -------------------------------------------------------------------


class Turned(NamedTuple):
    """A batch of eight equal images after a random rotation."""

    shape: tuple[int, ...]
    different: int


def one_draw_for_all() -> Turned:
    """Augment a batch as a whole, as a WrappedDataLoader's function would."""
    torch.manual_seed(0)
    x = v2.functional.to_image(picture("fashion 0"))  # (3, 28, 28)
    batch = torch.stack([x] * 8)  # (8, 3, 28, 28)
    rotate = v2.RandomRotation(180)
    turned = rotate(batch)  # (8, 3, 28, 28)
    return Turned(tuple(turned.shape), len(turned.unique(dim=0)))


@fixes(
    one_draw_for_all,
    "one draw for a batch",
    "No error: a random transform draws once for what it is given. Given a batch, it turns all "
    "its images the same way. Augment in the data set, not in the wrapper.",
    silent=True,
)
def one_draw_for_all_fixed() -> Turned:
    """Augment each image by itself, as a data set does before the batch is made."""
    torch.manual_seed(0)
    x = v2.functional.to_image(picture("fashion 0"))  # (3, 28, 28)
    batch = [x] * 8
    rotate = v2.RandomRotation(180)
    turned = torch.stack([rotate(each) for each in batch])  # (8, 3, 28, 28)
    return Turned(tuple(turned.shape), len(turned.unique(dim=0)))


# --- augmented validation -------------------------------------------------------------------------


AUGMENT = v2.Compose([v2.RandomHorizontalFlip(), v2.RandomRotation(20), v2.RandomCrop(28, 2)])


class Measured(NamedTuple):
    """The accuracy on the validation set, measured three times, on one and the same network."""

    first: float
    second: float
    third: float


def images_and_labels(train: bool, count: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Return images of Fashion-MNIST from 0 to 1, and their classes."""
    images, labels = fashion_mnist(train)
    x = torch.tensor(images[:count]).float() / 255  # (count, 28, 28)
    return x.unsqueeze(1), torch.tensor(labels[:count]).long()  # (count, 1, 28, 28) and (count,)


def augmented(x: torch.Tensor) -> torch.Tensor:
    """Turn, flip and move every image in its own way."""
    return torch.stack([AUGMENT(image) for image in x])  # as x


def trained_network() -> nn.Module:
    """Train a small network on 2000 images, augmented anew in each of five epochs."""
    x, y = images_and_labels(train=True, count=2000)
    model = nn.Sequential(nn.Flatten(), nn.Linear(784, 64), nn.ReLU(), nn.Linear(64, 10))
    optimizer = torch.optim.Adam(model.parameters(), lr=2e-3)
    for _ in range(5):
        seen = augmented(x)  # (2000, 1, 28, 28)
        for xb, yb in zip(seen.split(20), y.split(20), strict=True):
            optimizer.zero_grad()
            nn.functional.cross_entropy(model(xb), yb).backward()
            optimizer.step()
    return model


def accuracy(model: nn.Module, x: torch.Tensor, y: torch.Tensor) -> float:
    """Return the share of images whose class the network predicts."""
    with torch.no_grad():
        correct: torch.Tensor = model(x).argmax(dim=1) == y  # (n,)
    return correct.float().mean().item()


def augmented_validation() -> Measured:
    """Send the validation set through the transforms of the training set.

    Every measurement draws other images, and harder ones than there are.
    """
    torch.manual_seed(0)
    model = trained_network()
    x, y = images_and_labels(train=False, count=500)  # (500, 1, 28, 28) and (500,)
    return Measured(*(accuracy(model, augmented(x), y) for _ in range(3)))


@fixes(
    augmented_validation,
    "augmented validation",
    "No error: the same network is measured on turned and moved images, which are harder, and "
    "on other ones each time. Only the training set is augmented.",
    heavy=True,
    silent=True,
)
def augmented_validation_fixed() -> Measured:
    """Measure on the images as they are."""
    torch.manual_seed(0)
    model = trained_network()
    x, y = images_and_labels(train=False, count=500)  # (500, 1, 28, 28) and (500,)
    return Measured(*(accuracy(model, x, y) for _ in range(3)))


# --- one transform for both parts of a split ------------------------------------------------------


class Pictures(Dataset[torch.Tensor]):
    """Fifty pictures of clothes; each goes through ``transform`` whenever it is asked for."""

    def __init__(self, transform: Callable[[torch.Tensor], torch.Tensor]) -> None:
        self.x, _ = images_and_labels(train=True, count=50)  # (50, 1, 28, 28)
        self.transform = transform

    def __len__(self) -> int:
        """Return how many pictures there are."""
        return len(self.x)

    def __getitem__(self, i: int) -> torch.Tensor:
        """Return picture ``i``: (1, 28, 28)."""
        return self.transform(self.x[i])


class Looks(NamedTuple):
    """How many different pictures eight looks at the first sample give, in each part."""

    training: int
    validation: int


def looks_at(train_ds: Dataset[torch.Tensor], valid_ds: Dataset[torch.Tensor]) -> Looks:
    """Ask each part for its first sample eight times."""
    both = [torch.stack([part[0] for _ in range(8)]) for part in (train_ds, valid_ds)]
    return Looks(*(len(drawn.unique(dim=0)) for drawn in both))


def split_after_augmenting() -> Looks:
    """Split a data set whose transform augments."""
    torch.manual_seed(0)
    train_ds, valid_ds = random_split(Pictures(AUGMENT), [40, 10])
    return looks_at(train_ds, valid_ds)


@fixes(
    split_after_augmenting,
    "one transform, two parts",
    "No error: `random_split` splits the numbers of the samples. Both parts hold one and the same "
    "data set, and so its random transform. Make a second data set without it, and take the same "
    "samples.",
    silent=True,
)
def split_after_augmenting_fixed() -> Looks:
    """Take the validation samples from a data set that leaves them as they are."""
    torch.manual_seed(0)
    train_ds, valid_ds = random_split(Pictures(AUGMENT), [40, 10])
    valid_ds = Subset(Pictures(nn.Identity()), valid_ds.indices)
    return looks_at(train_ds, valid_ds)


# --- then and now ---------------------------------------------------------------------------------


class Floats(NamedTuple):
    """An image as floats, and how far it is from what the other way gives."""

    shape: tuple[int, ...]
    dtype: str
    low: float
    high: float
    largest_difference: float


def to_tensor_then() -> Floats:
    """Make floats from 0 to 1 of a photo with the old ToTensor, and with its twin in v2."""
    photo = picture("chelsea")  # (H, W, 3), uint8
    x = transforms.ToTensor()(photo)  # (3, H, W)
    twin = v2.ToTensor()(photo)  # (3, H, W)
    largest = (x - twin).abs().max().item()
    return Floats(tuple(x.shape), str(x.dtype), x.min().item(), x.max().item(), largest)


@replaces(
    to_tensor_then,
    "Older tutorials begin every chain with `transforms.ToTensor()`.",
    "The old one still runs and says nothing; its twin in v2 warns. Two steps say what the one "
    "did: `ToImage` moves the channel to the front, `ToDtype` scales 0 to 255 to 0 to 1.",
)
def to_tensor_now() -> Floats:
    """Do the same in two steps, and compare with the old ToTensor."""
    photo = picture("chelsea")  # (H, W, 3), uint8
    x = v2.Compose([v2.ToImage(), v2.ToDtype(torch.float32, scale=True)])(photo)  # (3, H, W)
    old = transforms.ToTensor()(photo)  # (3, H, W)
    largest = (x - old).abs().max().item()
    return Floats(tuple(x.shape), str(x.dtype), x.min().item(), x.max().item(), largest)


class Loaders(NamedTuple):
    """The two loaders in numbers."""

    train_batches: int
    train_batch: int
    valid_batches: int
    valid_batch: int


def notes_get_data() -> Loaders:
    """Write what the notes write."""
    train_ds = TensorDataset(torch.rand(100, 784), torch.zeros(100))
    valid_ds = TensorDataset(torch.rand(80, 784), torch.zeros(80))
    train_dl, valid_dl = get_data(train_ds, valid_ds, 16)  # noqa: F821
    (xb, _), (valid_xb, _) = next(iter(train_dl)), next(iter(valid_dl))
    return Loaders(len(train_dl), len(xb), len(valid_dl), len(valid_xb))


@replaces(
    notes_get_data,
    "The notes call `get_data(train_ds, valid_ds, bs)`, and do not give it.",
    "It is from PyTorch's tutorial *What is torch.nn really?*: two DataLoaders. The training set "
    "is shuffled; the validation set is not, and its batches are twice as large, since nothing "
    "has to be kept for a backward pass.",
)
def tutorials_get_data() -> Loaders:
    """Write out what the tutorial's get_data does."""
    train_ds = TensorDataset(torch.rand(100, 784), torch.zeros(100))
    valid_ds = TensorDataset(torch.rand(80, 784), torch.zeros(80))

    def get_data(train_ds, valid_ds, bs):
        return (
            DataLoader(train_ds, batch_size=bs, shuffle=True),
            DataLoader(valid_ds, batch_size=bs * 2),
        )

    train_dl, valid_dl = get_data(train_ds, valid_ds, 16)
    (xb, _), (valid_xb, _) = next(iter(train_dl)), next(iter(valid_dl))
    return Loaders(len(train_dl), len(xb), len(valid_dl), len(valid_xb))
