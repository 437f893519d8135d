"""The field's words, one sentence each, with the lesson where they are played with.

The glossary page shows the table, and a lesson explains a word where it first appears.
"""

import re
from html import escape
from typing import NamedTuple

from lib.core.i18n import Translate, english, mark


class Term(NamedTuple):
    """A word of the field.

    Attributes:
        name: as it is written; a lesson may write more than one of it.
        meaning: what it is, in a sentence.
        lesson: the slug of the lesson that shows it.
    """

    name: str
    meaning: str
    lesson: str


TERMS = (
    Term(
        mark("accuracy"),
        mark("The share of samples whose class a network predicts right."),
        "classify",
    ),
    Term(
        mark("activation"),
        mark(
            "A function such as ReLU or tanh that a network applies to each number between "
            "two layers, so that it can bend what a line cannot."
        ),
        "layers",
    ),
    Term(
        mark("autograd"),
        mark(
            "The part of PyTorch that records what you compute and finds gradients from that "
            "record."
        ),
        "gradients",
    ),
    Term(
        mark("backward pass"),
        mark(
            "The walk from the loss back to the weights that computes a gradient for each of them."
        ),
        "gradients",
    ),
    Term(
        mark("batch"),
        mark("The few samples that a network sees before its weights move once."),
        "batching",
    ),
    Term(
        mark("batch norm"),
        mark(
            "A layer that, while training, brings each channel of a batch to mean 0 and standard "
            "deviation 1, then scales and shifts it by learned numbers."
        ),
        "layers",
    ),
    Term(
        mark("bias"),
        mark("A learned number that a layer adds to its output, whatever the input is."),
        "layers",
    ),
    Term(
        mark("broadcasting"),
        mark(
            "Reading an axis of length 1 again and again, so that two tensors of different "
            "shapes fit."
        ),
        "operate",
    ),
    Term(
        mark("chain rule"),
        mark("The slope of one function after another is the product of their slopes."),
        "gradients",
    ),
    Term(
        mark("channel"),
        mark("One plane of a picture, such as its red part, or of what a layer outputs."),
        "preprocess",
    ),
    Term(mark("class"), mark("One of the kinds that a classifier tells apart."), "classify"),
    Term(
        mark("confusion matrix"),
        mark("A table of how often each true class was predicted as each other one."),
        "classify",
    ),
    Term(
        mark("contiguous"),
        mark("With its numbers in memory in the order in which they are read, row by row."),
        "reshape",
    ),
    Term(
        mark("convolution"),
        mark(
            "Sliding a small window of weights over a picture and adding up the products at "
            "each place."
        ),
        "filters",
    ),
    Term(
        mark("copy"),
        mark("A tensor with memory of its own: what you write into it changes nothing else."),
        "index",
    ),
    Term(
        mark("cross-entropy"),
        mark(
            "A loss for classes: minus the logarithm of the probability that the network gave "
            "to the true class."
        ),
        "classify",
    ),
    Term(
        mark("dataset"), mark("Samples that can be counted and taken by their number."), "batching"
    ),
    Term(
        mark("device"),
        mark("Where a tensor's memory is and where it is computed with: the CPU, a GPU, or meta."),
        "devices",
    ),
    Term(
        mark("dropout"),
        mark(
            "Setting numbers to zero at random while training, so that a network relies on "
            "none of them alone."
        ),
        "layers",
    ),
    Term(
        mark("dtype"),
        mark(
            "The kind of number a tensor holds, such as float32, which says how many bytes "
            "each takes."
        ),
        "create",
    ),
    Term(
        mark("embedding"),
        mark(
            "A table with a learned row of numbers for each word or item, looked up by its index."
        ),
        "layers",
    ),
    Term(mark("epoch"), mark("One pass through all training samples."), "batching"),
    Term(
        mark("feature"),
        mark(
            "A number that describes a sample; the inner layers of a network compute features "
            "of their own."
        ),
        "pretrained",
    ),
    Term(
        mark("feature map"),
        mark(
            "What a filter makes of a picture: a number for each place, large where the "
            "filter responds."
        ),
        "filters",
    ),
    Term(
        mark("fine-tuning"),
        mark("Training a network further that has learned something else before."),
        "pretrained",
    ),
    Term(
        mark("float32"),
        mark("A number with a fraction in 4 bytes, about seven digits: PyTorch's usual one."),
        "create",
    ),
    Term(mark("forward pass"), mark("Computing the output of a network from its input."), "loop"),
    Term(
        mark("gradient"),
        mark("How much an output grows for a small step of each input or weight."),
        "gradients",
    ),
    Term(
        mark("head"),
        mark("The last layer of a network, which turns its features into an answer."),
        "pretrained",
    ),
    Term(
        mark("kernel"),
        mark("The small window of weights that a convolution slides over its input."),
        "filters",
    ),
    Term(
        mark("leaf tensor"),
        mark(
            "A tensor that you made yourself and no operation computed; backward leaves "
            "gradients here."
        ),
        "gradients",
    ),
    Term(
        mark("learning rate"),
        mark("The factor by which an optimizer multiplies a gradient before it moves a weight."),
        "descent",
    ),
    Term(
        mark("logit"),
        mark(
            "The raw score that a network gives a class, before softmax turns it into a "
            "probability."
        ),
        "classify",
    ),
    Term(
        mark("loss"),
        mark("One number that says how wrong a network is; training makes it smaller."),
        "loop",
    ),
    Term(
        mark("mask"),
        mark("A tensor of True and False that picks the places where it is True."),
        "index",
    ),
    Term(
        mark("momentum"),
        mark(
            "Letting each step of an optimizer keep part of the steps before it, as a rolling "
            "ball does."
        ),
        "descent",
    ),
    Term(
        mark("optimizer"),
        mark("The rule that moves the weights by their gradients, such as SGD or Adam."),
        "descent",
    ),
    Term(
        mark("overfitting"),
        mark("Memorizing the training samples instead of learning what they have in common."),
        "classify",
    ),
    Term(
        mark("padding"),
        mark("Zeros or other numbers put around a picture, so that a window fits at its edge."),
        "filters",
    ),
    Term(mark("parameter"), mark("A number that training adjusts: a weight or a bias."), "build"),
    Term(
        mark("pooling"),
        mark("Making one number of several neighbors, such as their largest or their mean."),
        "layers",
    ),
    Term(
        mark("scheduler"),
        mark("A rule that changes the learning rate while training goes on."),
        "descent",
    ),
    Term(
        mark("seed"),
        mark(
            "The number from which all that is drawn at random follows: the same seed, the "
            "same numbers."
        ),
        "create",
    ),
    Term(mark("shape"), mark("How many numbers a tensor has along each of its axes."), "create"),
    Term(
        mark("softmax"),
        mark(
            "Turns scores into probabilities: positive numbers that add up to 1, the largest "
            "for the largest score."
        ),
        "layers",
    ),
    Term(
        mark("state_dict"),
        mark("A dictionary of all numbers that a network has learned or keeps, by their names."),
        "save_load",
    ),
    Term(
        mark("stride"),
        mark(
            "How many places one step along an axis jumps: in memory for a tensor, over a "
            "picture for a convolution."
        ),
        "reshape",
    ),
    Term(
        mark("tensor"),
        mark("Numbers of one kind in a grid with any number of axes, as NumPy's array."),
        "create",
    ),
    Term(
        mark("view"),
        mark("A tensor that reads the memory of another one: what you write into it changes both."),
        "index",
    ),
    Term(mark("weight"), mark("A learned number that an input is multiplied by."), "layers"),
    Term(
        mark("weight decay"), mark("Pulling all weights a little toward zero at each step."), "loop"
    ),
)

CODE = re.compile(r"(`[^`]*`)")


def explained(text: str, translate: Translate = english) -> str:
    """Return a text with each word of the field explained where it first appears.

    Args:
        text: Markdown, in the visitor's language. Code in it stays as it is.
        translate: gives the terms and their meanings in that language.

    Returns:
        The text with HTML around the words; a browser shows the meaning to whoever points at one.

    >>> explained("A batch, `batch`, a batch.").count("<abbr")
    1
    """
    meanings = {translate(term.name).lower(): translate(term.meaning) for term in TERMS}
    longest_first = sorted(meanings, key=len, reverse=True)
    words = re.compile(rf"(?<!\w)({'|'.join(map(re.escape, longest_first))})(?:e?s)?(?!\w)", re.I)
    seen: set[str] = set()

    def with_meaning(found: re.Match[str]) -> str:
        name = found[1].lower()
        if name in seen:
            return found[0]
        seen.add(name)
        return f'<abbr title="{escape(meanings[name])}">{found[0]}</abbr>'

    parts = CODE.split(text)
    return "".join(part if i % 2 else words.sub(with_meaning, part) for i, part in enumerate(parts))
