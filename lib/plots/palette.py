"""The colors of every picture, and what each one means.

Data has the same color in light and dark. What belongs to the page (text, lines, background)
is written as one of the placeholders below; the browser puts the theme's own color in its place
when it draws (pages/parts/browser/plotly.js), so a picture follows a switch of theme at once.
"""

# Meaning of sign, as learners know it from TensorFlow Playground.
POSITIVE = "#0877bd"
NEGATIVE = "#f59322"

# Told apart by color-blind readers (Okabe and Ito 2008, "Color Universal Design"), in this order.
CATEGORIES = ("#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#8a8a8a")

# Placeholders: near-black, so that a figure shown without the page is still readable.
TEXT = "#010101"
MUTED = "#010102"
GRID = "#010103"
BACKGROUND = "#010104"
RAISED = "#010105"

DIVERGING = ((0.0, NEGATIVE), (0.5, BACKGROUND), (1.0, POSITIVE))


def signed(value: float) -> str:
    """Return the color of a number's sign; zero has the muted one.

    >>> signed(-2) == NEGATIVE, signed(0) == MUTED
    (True, True)
    """
    if value == 0:
        return MUTED
    return POSITIVE if value > 0 else NEGATIVE


def translucent(color: str, opacity: float) -> str:
    """Return a color of the data, seen through.

    >>> translucent(POSITIVE, 0.5)
    'rgba(8, 119, 189, 0.5)'
    """
    red, green, blue = (int(color[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red}, {green}, {blue}, {opacity})"
