"""What goes wrong when a classifier is trained and measured: the damage is measured, too."""

from lib.core.bugs import Bug
from lib.core.i18n import mark
from lib.lessons.training.classify.bugs_programs import (
    eval_forgotten,
    eval_forgotten_fixed,
    labels_as_floats,
    labels_as_floats_fixed,
    labels_shifted,
    labels_shifted_fixed,
    measured_on_training,
    measured_on_training_fixed,
    pictures_for_rows,
    pictures_for_rows_fixed,
    rate_too_large,
    rate_too_large_fixed,
    sorted_not_shuffled,
    sorted_not_shuffled_fixed,
)

BUGS = (
    Bug(
        mark("sorted, not shuffled (silent)"),
        sorted_not_shuffled,
        sorted_not_shuffled_fixed,
        mark(
            "No error: each batch holds one class only, so each step teaches the network to say "
            "that class whatever it sees, and the next class overwrites it. `shuffle=True` mixes "
            "the images anew in each epoch."
        ),
        heavy=True,
    ),
    Bug(
        mark("eval forgotten (silent)"),
        eval_forgotten,
        eval_forgotten_fixed,
        mark(
            "No error: dropout goes on dropping, so the same images give another number each "
            "time, and batch norm takes mean and spread from the batch: given two images at a "
            "time, the network looks far worse than it is. After `model.eval()` neither happens."
        ),
        heavy=True,
    ),
    Bug(
        mark("labels shifted by one (silent)"),
        labels_shifted,
        labels_shifted_fixed,
        mark(
            "No error: every image has the label of the one after it, which says nothing about "
            "it. One test image in ten is right by chance. Look at a few images with their labels "
            "before you train."
        ),
        heavy=True,
    ),
    Bug(
        mark("measured on the training images (silent)"),
        measured_on_training,
        measured_on_training_fixed,
        mark(
            "No error: it does get these images right, since it knows them by heart. Only images "
            "it has never seen tell what it has learned about clothes."
        ),
        heavy=True,
    ),
    Bug(
        mark("rate too large (silent)"),
        rate_too_large,
        rate_too_large_fixed,
        mark(
            "No error: the first steps throw the weights so far that next to nothing gets through "
            "the ReLU any more. From then on the network says the same of nearly every image, and "
            "one in ten is right. Start with a rate a hundred times smaller."
        ),
        heavy=True,
    ),
    Bug(
        mark("labels as floats"),
        labels_as_floats,
        labels_as_floats_fixed,
        mark(
            "`cross_entropy` counts classes, and wants whole numbers for that: int64. Labels out "
            "of a table or a CSV file are often floats."
        ),
    ),
    Bug(
        mark("pictures where rows are expected"),
        pictures_for_rows,
        pictures_for_rows_fixed,
        mark(
            "A linear layer looks at the last axis: 28, where it wants 784. The notes keep images "
            "as rows, and their CNN begins with `Lambda(preprocess)`, which makes pictures of "
            "them; here it is the other way round, and `nn.Flatten()` makes rows."
        ),
    ),
)
