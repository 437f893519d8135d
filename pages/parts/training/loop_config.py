"""The controls of a training recipe."""

from typing import Any

import streamlit as st

from lib.core.rules import Between
from lib.lessons.training.loop import config as rules
from lib.lessons.training.loop.config import OWN
from lib.lessons.training.loop.epochs import LOOPS
from lib.lessons.training.loop.network import ACTIVATIONS, FEATURES, OPTIMIZERS
from lib.lessons.training.loop.points import SHAPES
from pages.parts import control
from pages.parts.text import _
from pages.parts.training.loop_own_points import own_points


def recipe_controls() -> dict[str, Any]:
    """Show the controls of all that decides a training run; return the fields of ``Recipe``."""
    data = control.menu("data", _("data"), (*SHAPES, OWN), "spiral")
    chosen: dict[str, Any] = {"data": data, "own": own_points() if data == OWN else ()}
    percent = control.slider("noise", _("noise, %"), Between(0, 50), 0, 5)
    train = control.slider("train_share", _("training points, %"), Between(10, 90), 50, 10)
    chosen |= {"noise": percent / 100, "train_share": train / 100}
    chosen["batch_size"] = int(control.scale("batch_size", _("batch size"), rules.BATCH_SIZES, 10))
    with st.expander(_("network"), expanded=True):
        preset = ("x1", "x2")
        features = control.several("features", _("features"), FEATURES, preset, len(FEATURES))
        if not features:
            st.info(_("Choose at least one feature. Until then it is x1."))
        chosen["features"] = tuple(name for name in FEATURES if name in features) or ("x1",)
        depth = control.slider("layers", _("hidden layers"), rules.LAYERS, 2)
        label = _("neurons in layer")
        chosen["hidden"] = tuple(
            control.slider(f"layer{i + 1}", f"{label} {i + 1}", rules.NEURONS, width)
            for i, width in enumerate((4, 2, 4, 4, 4, 4)[:depth])
        )
        chosen["activation"] = control.buttons("activation", _("activation"), tuple(ACTIVATIONS))
        chosen["dropout"] = control.slider("dropout", "dropout", rules.DROPOUT, 0.0, 0.1)
    with st.expander(_("training"), expanded=True):
        chosen["optimizer"] = control.menu("optimizer", _("optimizer"), OPTIMIZERS)
        chosen["learning_rate"] = control.scale(
            "learning_rate", _("learning rate"), rules.LEARNING_RATES, 0.03
        )
        chosen["l1"] = control.scale("l1", _("L1 penalty"), rules.PENALTIES, 0.0)
        chosen["weight_decay"] = control.scale(
            "weight_decay", _("weight decay"), rules.PENALTIES, 0.0
        )
        chosen["seed"] = control.number("seed", _("seed"), rules.SEED, 0)
        chosen["loop"] = control.menu("loop", _("the loop"), LOOPS)
        if chosen["loop"] == "flat targets":
            st.caption(_("Only targets that are numbers lose their shape: choose plane or bumps."))
    return chosen
