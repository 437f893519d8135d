"""What the lesson is about. Its picture is a run in progress, which its own player draws."""

from lib.core.i18n import mark

IDEA = mark(
    "A network begins with random weights. Training repeats five lines: "
    "`y = model(x)`, `loss = loss_fn(y, t)`, `optimizer.zero_grad()`, `loss.backward()`, "
    "`optimizer.step()`. `backward()` finds how the loss changes with each weight, and `step()` "
    "moves every weight a little the other way, like walking downhill in fog. NumPy gives you the "
    "matrices; gradients and steps you would write yourself."
)
