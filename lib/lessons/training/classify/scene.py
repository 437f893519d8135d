"""What the lesson is about. Its picture is a run in progress, which its own player draws."""

from lib.core.i18n import mark

IDEA = mark(
    "A classifier gives each of ten kinds of clothes a score, a logit; softmax turns the ten into "
    "probabilities. `cross_entropy` takes the logits, does that itself, and is small when the true "
    "class has a high one. What the network learned by heart shows in the gap: right on the images "
    "it trained on, wrong on new ones. So accuracy is counted on test images that it has never "
    "seen."
)
