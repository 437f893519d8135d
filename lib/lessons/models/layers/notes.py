"""The notes' lines on layers, run; and what is to be said of a result beside its shape."""

from typing import Any, NamedTuple

import torch
from torch import nn

from lib.core.i18n import mark

TOLD = {
    "x = x.view(x.size(0), -1)": mark("flatten: (4, 1, 28, 28) becomes"),
    "nn.Embedding(2, 5)": mark("a table of 2 rows with 5 numbers each; index 1 looked up has"),
    "self.fc_drop = nn.Dropout(p=0.4)": mark("2 of 5 numbers dropped on average; of 1000 here"),
    "nn.LSTM(input_size=input_dim, hidden_size=hidden_dim, num_layers=n_layers)": mark(
        "with input_dim=3, hidden_dim=4, n_layers=2 its parameters are"
    ),
    "criterion = nn.MSELoss()": mark("of 2 for a target of 1, and of 3 for 1, on average"),
}
FACTS = {
    "kept": mark("numbers kept while training"),
    "scale": mark("kept numbers are multiplied by 1 / (1 − p)"),
    "shape_h": mark("shape of h_n and of c_n"),
    "means": mark("mean of each group of x"),
    "spreads": mark("its spread"),
    "running_mean": mark("mean that is remembered, for eval()"),
    "running_var": mark("variance that is remembered, for eval()"),
    "loss": mark("loss"),
    "gradient": mark("gradient at the first prediction, by autograd"),
    "difference": mark("the same by a finite difference"),
    "slope": mark("slope at x, by autograd"),
    "slope_difference": mark("the same by a finite difference"),
    "view": mark("`x.view(x.size(0), -1).shape`"),
    "shares": mark("shares"),
}


class Line(NamedTuple):
    """One line of the notes, run.

    Attributes:
        code: the line.
        says: what came of it.
    """

    code: str
    says: str


def notes() -> tuple[Line, ...]:
    """Run the notes' lines on layers."""
    torch.manual_seed(0)
    x = torch.zeros(4, 1, 28, 28)  # (4, 1, 28, 28)
    x = x.view(x.size(0), -1)  # (4, 784)
    embeds = nn.Embedding(2, 5)
    row = embeds(torch.tensor([1]))  # (1, 5)
    fc_drop = nn.Dropout(p=0.4)
    dropped = int((fc_drop(torch.ones(1000)) == 0).sum())
    input_dim, hidden_dim, n_layers = 3, 4, 2
    lstm = nn.LSTM(input_size=input_dim, hidden_size=hidden_dim, num_layers=n_layers)
    criterion = nn.MSELoss()
    loss = criterion(torch.tensor([2.0, 3.0]), torch.tensor([1.0, 1.0]))  # ()
    says = (
        str(tuple(x.shape)),
        str(tuple(row.shape)),
        f"{dropped}",
        f"{sum(p.numel() for p in lstm.parameters())}",
        f"{loss.item()}",
    )
    return tuple(Line(code, said) for code, said in zip(TOLD, says, strict=True))


def more(result: Any) -> dict[str, Any]:
    """Return what else there is to say of a result, by names to translate."""
    found: dict[str, Any] = {}
    for name, words in FACTS.items():
        value = getattr(result, name, None)
        if value is not None:
            found[words] = f"`{value}`" if name in ("view", "shape_h") else value
    if hasattr(result, "kept"):
        found[FACTS["kept"]] = f"`{int(result.kept.sum())}` / `{result.kept.size}`"
    if hasattr(result, "curve") and not hasattr(result, "gradient"):
        found[FACTS["slope"]] = result.curve.slope
        found[FACTS["slope_difference"]] = result.curve.difference
    return found
