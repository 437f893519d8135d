"""What the training doctor says of each finding: what it means, and what to try."""

from lib.core.i18n import mark

TOLD = {
    "nan": mark(
        "Since epoch {epoch} the numbers are no longer finite (NaN or inf). A step was so large "
        "that the weights flew off, and NaN plus anything stays NaN: this run cannot recover. "
        "Reset, and try a rate well below {rate:g}."
    ),
    "no step": mark(
        "There is a gradient (norm {gradient:.2g}), but not one weight has moved in {epochs} "
        "epochs. The gradient is never used: is optimizer.step() missing, or does it come "
        "before loss.backward()?"
    ),
    "no gradient": mark(
        "Not one weight has moved in {epochs} epochs, and there is no gradient to move them. Is "
        "loss.backward() missing, or does optimizer.zero_grad() wipe the gradient out before "
        "optimizer.step()?"
    ),
    "piled up": mark(
        "The last layer's gradient has a norm of {gradient:.2g}; one batch alone cannot give more "
        "than {most:.2g} here. Gradients of many batches have piled up: is "
        "optimizer.zero_grad() missing?"
    ),
    "no eval": mark(
        "The loss jumps by {jump:.1%} from epoch to epoch, more than the small steps of the "
        "weights explain. Dropout ({dropout:g}) seems to be on while the loss is measured: call "
        "model.eval() before you measure."
    ),
    "only the mean": mark(
        "The network says nearly the same number everywhere, and its loss {loss:.3g} is hardly "
        "better than that of the mean ({clueless:.3g}). Do outputs and targets have the same "
        "shape? (B, 1) against (B,) is broadcast to (B, B), and then the mean is the best answer. "
        "If the shapes agree, give the network more features or neurons."
    ),
    "vanishing": mark(
        "The gradient of the first layer is {times:,.0f} times smaller than that of the last "
        "({first:.1g} against {last:.1g}): each layer shrinks it, and the first ones hardly "
        "learn. Try tanh or ReLU, fewer layers, or a smaller rate if the neurons are at "
        "their limits."
    ),
    "rate too large": mark(
        "The loss jumps up and down (it rises by {rise:.0%} of itself per epoch on average; "
        "lowest so far {lowest:.3g}, now {loss:.3g}): the steps overshoot. Try a rate below "
        "{rate:g}, or larger batches. If neither helps, look for optimizer.zero_grad()."
    ),
    "growing": mark(
        "The loss grows: it was {lowest:.3g} and is {loss:.3g} now, worse than guessing "
        "({clueless:.3g}). Each step overshoots. Try a rate well below {rate:g}; if that does not "
        "help, look for optimizer.zero_grad()."
    ),
    "rate too small": mark(
        "The loss falls without a bump, but the weights moved only {moved:.1%} of their length in "
        "the last {epochs} epochs. The direction is right, the steps are tiny: try a rate "
        "of {ten_times:g}."
    ),
    "plateau": mark(
        "The loss is {loss:.3g} and changed by only {change:.1%} in the last {epochs} epochs; "
        "guessing gives {clueless:.3g}. This network is stuck: give it more features, more "
        "neurons, or another optimizer. Some plateaus end by themselves after a while."
    ),
    "overfitting": mark(
        "Since epoch {epoch} the test loss has risen from {lowest:.3g} to {test:.3g}, while the "
        "train loss is down at {loss:.3g}: the network learns these very points by heart. "
        "Try more training points, fewer neurons, L2, dropout, or stop at epoch {epoch}."
    ),
    "dead": mark(
        "{dead} of {neurons} ReLU neurons say 0 everywhere. No gradient gets through a ReLU that "
        "says 0, so they may never come back. Try a smaller rate, another seed, or GELU."
    ),
    "learning": mark(
        "All is well: in the last {epochs} epochs the train loss went from {before:.3g} to "
        "{loss:.3g}. Let it go on."
    ),
    "done": mark(
        "Learned: train loss {loss:.3g}, test loss {test:.3g}; guessing gives {clueless:.3g}."
    ),
}
