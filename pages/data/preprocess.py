"""Preprocess: from pixels to tensors, step by step, and the notes' WrappedDataLoader."""

import streamlit as st

from lib.lessons.data.preprocess import figures, normalization
from lib.lessons.data.preprocess import lesson as preprocess
from lib.lessons.data.preprocess import questions as asked
from pages import parts
from pages.parts import Goal, Hints, Program, Question, Settings, _, control
from pages.parts.data.preprocess_closer import draws, views, wrapper
from pages.parts.listing import listing
from pages.parts.picture_source import picture_source
from pages.parts.prediction import revealed
from pages.parts.text import sentence

FEW = 4  # steps that stand beside the picture; the others are under More
RANGES = {"mean": (normalization.MEANS, 0.5), "std": (normalization.STDS, 0.25)}


def controls() -> Settings:
    """Show the picture and the first steps; then the numbers of the challenge."""
    values: Settings = {"image": picture_source()}
    places = range(1, preprocess.MOST_STEPS + 1)
    labels = [(f"step{place}", _("step {place}", place=place)) for place in places]
    for two in (labels[:2], labels[2:FEW]):
        for place, label in zip(st.columns(2), two, strict=True):
            with place:
                values |= parts.shown(dict([label]))
    with parts.more():
        values |= parts.shown(dict(labels[FEW:]))
        values |= parts.shown({"seed": _("seed of the random steps")})
    return values


def chain_of(settings: Settings) -> preprocess.Chain:
    """Return what came of the steps."""
    result: preprocess.Chain = parts.run(preprocess.follow, **settings)
    return result


def questions(settings: Settings) -> list[Question]:
    """Ask for mean and std after the chain's Normalize, if it has one, and for the last shape."""
    chain = chain_of(settings)
    answers, about = asked.guesses(chain), asked.subject(chain)
    right, told = parts.options(answers["shape"], asked.FEEDBACK_SHAPE, asked.LABELS, sort=False)
    told = {option: said.format(**asked.refusal(chain)) for option, said in told.items()}
    shape = _("The image is an array of shape `{shape}`. What comes out of the {count} steps, the "
              "last of them `{last}`?", shape=chain.snapshots[0].shape,
              count=len(chain.steps), last=chain.steps[-1] if chain.steps else "-")  # fmt: skip
    both = [parts.question("shape", shape, (right, told))]
    if about:
        options = parts.options(answers["normalized"], asked.FEEDBACK)
        both.insert(0, parts.question("normalized", sentence(asked.asks(about)), options))
    return both


def challenge(settings: Settings) -> Goal:
    """Ask for the mean and std of a batch; its numbers are set right here."""
    names = {"red": _("red"), "green": _("green"), "blue": _("blue")}
    chosen = {}
    with st.expander(_("Mean and std of the challenge")):
        for place, (kind, (rule, start)) in zip(st.columns(2), RANGES.items(), strict=True):
            with place:
                for color, word in names.items():
                    name = f"{kind}_{color}"
                    chosen[name] = control.slider(name, f"{kind} {word}", rule, start, 0.01)
    result: normalization.Normalized = parts.run(
        normalization.normalize_batch, image=settings["image"], **chosen
    )
    means, stds = (" ".join(f"{x:.2f}" for x in each) for each in (result.mean, result.std))
    flat = _("one channel of this image is the same everywhere: no std can scale it. Choose "
             "another.")  # fmt: skip
    now = _("after Normalize the means are {means} and the stds {stds}.", means=means, stds=stds)
    st.session_state["preprocess.batch"] = result
    return Goal(
        _("Eight pieces of your image are one batch. Choose mean and std of `Normalize` so that "
          "every channel has mean 0 and std 1, up to {near}.", near=normalization.NEAR),
        normalization.reaches(result),
        flat if result.flat else now,
        _("Mean and std of Normalize are those of your training data, measured before: with mean 0 "
          "and std 1 it changes nothing, so the numbers you see are the ones to write. Use the "
          "same two for validation and test."),
    )  # fmt: skip


def program(settings: Settings) -> Program:
    """Return the program that took the steps."""
    return Program(preprocess.follow, settings)


def below(settings: Settings) -> None:
    """Show the batch of the challenge, the chain as one writes it, and what else belongs to it."""
    with parts.folded("batch", _("The batch of the challenge, after Normalize")) as is_open:
        if is_open:
            result: normalization.Normalized = st.session_state["preprocess.batch"]
            means = " ".join(f"{x:.2f}" for x in result.mean)
            alt = _("Histograms of red, green and blue of a batch with the means {mean}.",
                    mean=means)  # fmt: skip
            parts.chart(figures.histogram, result=result, key="whitened", alt=alt)
    with parts.folded("compose", _("The chain as you would write it: one v2.Compose")) as is_open:
        if is_open:
            may_be_seen = revealed("preprocess")
            text = preprocess.composed(
                chain_of(settings), settings["image"], settings["seed"], "shape" in may_be_seen
            )
            listing(text, "preprocess.chain", _("Your chain as one v2.Compose"))
            st.markdown(
                _("Hand it to a dataset, as in `FashionMNIST(root, transform=chain)`: each image "
                  "goes through it whenever a batch asks for it. Validation gets a chain of its "
                  "own, without the random steps. Boxes and masks go along, as in "
                  "`chain(image, boxes)` with `tv_tensors.BoundingBoxes`.")
            )  # fmt: skip
    with parts.folded("draws", _("Eight draws of the same chain")) as is_open:
        if is_open:
            draws(**settings)
    with parts.folded("views", _("An image shown wrong")) as is_open:
        if is_open:
            views(settings["image"])
    with parts.folded("wrapper", _("The notes' WrappedDataLoader")) as is_open:
        if is_open:
            wrapper()


def hints(_settings: Settings) -> Hints:
    """Say how to read mean and std off the result."""
    return Hints(
        _("If a channel still has a mean above 0, subtract more from it. If its std is above 1, "
          "divide it by more."),
        _("With mean 0.5 and std 0.25, a result of mean m and std s says that the channel's own "
          "mean is 0.5 + 0.25 m, and its own std 0.25 s."),
        {"image": "chelsea", "mean_red": 0.58, "mean_green": 0.42, "mean_blue": 0.3,
            "std_red": 0.13, "std_green": 0.11, "std_blue": 0.12},
    )  # fmt: skip


parts.page(
    "preprocess",
    controls=controls,
    questions=questions,
    challenge=challenge,
    hints=hints,
    program_of=program,
    below=below,
)
