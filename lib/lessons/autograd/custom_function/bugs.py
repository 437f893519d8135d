"""Mistakes with layers of your own, each with its repair, and what old tutorials still teach."""

from lib.core.bugs import Bug, Then
from lib.core.i18n import mark
from lib.lessons.autograd.custom_function.bugs_check import (
    grad_output_forgotten,
    grad_output_forgotten_fixed,
    in_float32,
    in_float32_fixed,
    one_gradient_too_few,
    one_gradient_too_few_fixed,
    wrong_factor,
    wrong_factor_fixed,
)
from lib.lessons.autograd.custom_function.bugs_ctx import (
    kept_on_ctx,
    kept_on_ctx_fixed,
    methods_of_self,
    no_way_back,
    no_way_back_fixed,
    result_on_ctx,
    result_on_ctx_fixed,
    saved_then_changed,
    static_methods,
)

BUGS = (
    Bug(
        mark("wrong factor"),
        wrong_factor,
        wrong_factor_fixed,
        mark(
            "gradcheck moves each input a little to both sides and compares. Training alone would "
            "hardly tell you: a gradient twice too large acts like a larger learning rate for all "
            "that lies below."
        ),
    ),
    Bug(
        mark("gradcheck in float32"),
        in_float32,
        in_float32_fixed,
        mark(
            "This backward is right. gradcheck moves x by 0.000001, and float32 has only seven "
            "digits, so the finite difference is rough. PyTorch warns; check in float64."
        ),
    ),
    Bug(
        mark("one gradient too few"),
        one_gradient_too_few,
        one_gradient_too_few_fixed,
        mark(
            "backward returns as many gradients as forward takes inputs, in the same order: None "
            "for those that need none."
        ),
    ),
    Bug(
        mark("grad_output forgotten (silent)"),
        grad_output_forgotten,
        grad_output_forgotten_fixed,
        mark(
            "No error: it is right as long as a 1 arrives, as in y.sum().backward(). As soon as "
            "anything stands above the layer, the chain is broken. gradcheck notices."
        ),
    ),
    Bug(
        mark("kept on ctx (silent)"),
        kept_on_ctx,
        kept_on_ctx_fixed,
        mark(
            "No error: nobody watches `ctx.x`, so backward computes with the changed number. "
            "`save_for_backward` watches, as the next tab shows."
        ),
    ),
    Bug(
        mark("saved, then changed"),
        saved_then_changed,
        kept_on_ctx_fixed,
        mark(
            "The same program with `save_for_backward`: it notes how often the tensor had been "
            "changed, and `ctx.saved_tensors` refuses one that was changed since."
        ),
    ),
    Bug(
        mark("result kept on ctx (silent)"),
        result_on_ctx,
        result_on_ctx_fixed,
        mark(
            "No error: the result holds its node in the graph, and the node's `ctx.y` holds the "
            "result. Such a circle stays in memory until Python's garbage collector comes by, "
            "which knows nothing of how large tensors are."
        ),
    ),
    Bug(
        mark("no way back (silent)"),
        no_way_back,
        no_way_back_fixed,
        mark(
            "No error: PyTorch's own Legendre polynomial takes no part in autograd, so c and d "
            "would never learn. Write the backward yourself."
        ),
    ),
)

THEN = Then(
    mark(
        "Tutorials from PyTorch's first years write `forward` and `backward` as ordinary methods, "
        "keep tensors on `self`, and call an instance. The one the notes link to does not."
    ),
    methods_of_self,
    static_methods,
    mark(
        "PyTorch refuses it today, in these words. Both are static methods, everything goes "
        "through `ctx`, and you call `apply` on the class."
    ),
)
