"""What goes wrong when networks are saved and loaded, and what is written differently today."""

from lib.core.bugs import Bug, Then
from lib.core.i18n import mark
from lib.lessons.training.save_load.bugs_programs import (
    another_head,
    another_head_fixed,
    as_the_notes_do,
    best_not_copied,
    best_not_copied_fixed,
    from_a_gpu,
    from_a_gpu_fixed,
    missing_keys,
    missing_keys_fixed,
    module_prefix,
    module_prefix_fixed,
    not_strict,
    runs_code,
    runs_code_fixed,
    strict,
    whole_model,
    whole_model_as_weights,
    whole_model_fixed,
)

BUGS = (
    Bug(
        mark("whole model"),
        whole_model,
        whole_model_fixed,
        mark(
            "A whole model is a pickle that names classes and calls them. Since PyTorch 2.6, "
            "`torch.load` builds tensors only. `weights_only=False` lets it build, and run, "
            "whatever the file names: for files you made yourself."
        ),
        heavy=True,
    ),
    Bug(
        mark("missing keys"),
        missing_keys,
        missing_keys_fixed,
        mark(
            "Keys are the names of layers in your code: rename a layer, and its weights are not "
            "found any more. The error names every key; rename those of the file."
        ),
        heavy=True,
    ),
    Bug(
        mark("size mismatch"),
        another_head,
        another_head_fixed,
        mark(
            "`strict=False` forgives keys that are missing or unexpected, but not a wrong shape. "
            "Leave out what does not fit, and read what `load_state_dict` returns: only the new "
            "head should be missing."
        ),
        heavy=True,
    ),
    Bug(
        mark("module. prefix"),
        module_prefix,
        module_prefix_fixed,
        mark(
            "`nn.DataParallel` holds your network in an attribute named `module`, so every key "
            "begins with it. Take it off, or save `model.module.state_dict()`."
        ),
        heavy=True,
    ),
    Bug(
        mark("a file that runs code"),
        runs_code,
        runs_code_fixed,
        mark(
            "This file asks Python to call `open`; it could as well delete your files. "
            "`weights_only=True`, today's default, refused, and nothing ran: the file it would "
            "have made is not there. A safetensors file cannot hold code at all."
        ),
        heavy=True,
    ),
    Bug(
        mark("saved on a GPU"),
        from_a_gpu,
        from_a_gpu_fixed,
        mark(
            "A file remembers where each tensor was, and `torch.load` puts it back there. Here "
            "the file was made on the CPU, and the word `cuda:0` written into it afterwards; a "
            "file from a GPU says the same. `map_location` puts the tensors where you want them."
        ),
        heavy=True,
    ),
    Bug(
        mark("best weights not copied (silent)"),
        best_not_copied,
        best_not_copied_fixed,
        mark(
            "No error: `state_dict()` returns the network's own tensors, not copies. Training "
            "goes on writing into them, so the best weights are gone. `deepcopy` keeps them, and "
            "so does `torch.save` to a file at that moment."
        ),
        heavy=True,
    ),
)

WHOLE = Then(
    mark("The notes save a whole model with `torch.save(model, path)` and open it with "
         "`torch.load(path)`."),
    as_the_notes_do,
    whole_model_as_weights,
    mark(
        "Today this raises an error. Save `state_dict()` and make the network with your code: "
        "then the file holds tensors only, and still opens when you have moved the code."
    ),
    heavy=True,
)  # fmt: skip
STRICT = Then(
    mark('A common answer to "missing keys" is: set `strict=False`.'),
    not_strict,
    strict,
    mark(
        "It silences the error, and may load nothing at all (silent): then your trained network "
        "guesses. Look at what `load_state_dict` returns, or repair the keys and stay strict."
    ),
    heavy=True,
)
