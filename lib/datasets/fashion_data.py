"""Fashion-MNIST for a lesson: the pictures that come with the playground, or all there are."""

from lib.core.rules import OneOf, checked
from lib.datasets.fashion_mnist import Images, fashion_mnist
from lib.datasets.fashion_mnist_full import available, full_fashion_mnist

SIZES = {"shipped": 4_000, "full": 60_000}  # pictures to learn from


class DataRule(OneOf):
    """Either "shipped" or, on a computer that has all of Fashion-MNIST, "full"."""

    def __init__(self) -> None:
        super().__init__(*SIZES)

    def check(self, name: str, value: object) -> None:
        """Raise ``ValueError`` unless ``value`` is one of the two, and the data is there."""
        super().check(name, value)
        if value == "full" and not available():
            raise ValueError(f"{name}='full' is not on this computer; there is: 'shipped'")


@checked(data=DataRule(), train=OneOf(True, False))
def fashion_images(data: str = "shipped", train: bool = True) -> Images:
    """Return the pictures to learn from, or others to test with.

    Args:
        data: "shipped" for 4000 and 1000 of them, "full" for 60 000 and 10 000.
        train: whether they are to learn from.

    Raises:
        ValueError: for anything else, and for "full" on a computer that does not have it.
    """
    return full_fashion_mnist(train) if data == "full" else fashion_mnist(train)
