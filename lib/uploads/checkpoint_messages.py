"""Why a checkpoint cannot be used, and what there is to say of one that can."""

from lib.core.i18n import mark

PROBLEMS = {
    "EMPTY": mark("The file is empty."),
    "TOO_LARGE": mark("The file has {size} bytes. {most} are allowed."),
    "UNKNOWN": mark(
        "This is neither a file by torch.save nor safetensors. It begins with {value}."
    ),
    "DAMAGED": mark("The file is damaged or cut off: it begins well and cannot be read further."),
    "CALLS": mark(
        "To open this file, Python would have to call {names}, which is no part of saved weights. "
        "A call can do anything to your computer, so the file was not opened, and nothing in it "
        "was run."
    ),
    "WHOLE": mark(
        "This is a whole model, by torch.save(model): to open it, Python would have to build "
        "{names}. That can run any code, so it was not opened. Save model.state_dict() instead."
    ),
    "OTHER_PICKLE": mark("This is a Python pickle, but not one that torch.save has written."),
    "OTHER_ZIP": mark("This is a ZIP archive, but torch.save did not write it. It holds {names}."),
    "SCRIPT": mark(
        "This is a TorchScript program (torch.jit.save): it holds code beside its weights, and was "
        "not opened. Save model.state_dict() instead."
    ),
    "TOO_MANY": mark("There are {count} entries in it. {most} are allowed."),
    "LEADS_OUT": mark(
        "An entry is named {name}, which leads out of the archive. The file was not opened."
    ),
    "PACKED": mark(
        "Its {size} bytes say they unpack to {claimed}. torch.save packs nothing, so the file was "
        "not opened."
    ),
    "LIES": mark("An entry says it has {claimed} bytes, in a file of {size}. It was not opened."),
    "CLAIMS": mark(
        "A tensor says it has {claimed} bytes, and {there} of them are in the file. It was not "
        "opened."
    ),
    "TOO_MANY_NUMBERS": mark("Its tensors say they have {count} numbers. {most} are allowed."),
    "HEADER": mark(
        "It looks like safetensors and says its header has {claimed} bytes, in a file of {size}."
    ),
    "ONE_TENSOR": mark("The file holds one tensor of shape {shape}, and no name for it."),
    "NO_WEIGHTS": mark("The file can be opened, but there are no named tensors in it: {what}."),
    "UNUSUAL": mark("{name} is a {what}. Only plain tensors can be compared."),
    "COSTLY": mark("Reading this file takes too long or too much memory. It was given up."),
}

NOTES = {
    "ZIP": mark("A ZIP archive by torch.save, as PyTorch 1.6 and later write it."),
    "LEGACY": mark("By torch.save in the old form, which is no ZIP: PyTorch 1.5 or earlier."),
    "SAFETENSORS": mark("safetensors: names, shapes and numbers, and no way to hold code."),
    "NESTED": mark("The weights are under the key {path}."),
    "BESIDE": mark("Beside them: {names}."),
    "PREFIX": mark("Every key began with {prefix}, which was taken off. {wrapper} puts it there."),
    "LOCATION": mark(
        "Saved on {places}. It was opened with map_location set to the CPU, or this computer would "
        "need one, too."
    ),
    "PARAMETER": mark(
        "Some tensors are saved as nn.Parameter; state_dict() would save them plain."
    ),
}
WRAPPERS = {"module.": "nn.DataParallel", "_orig_mod.": "torch.compile"}


class Refused(Exception):  # noqa: N818 - says what happened
    """The file cannot be used.

    Attributes:
        problem: a key of ``PROBLEMS``.
        fields: what to fill into its words.
    """

    def __init__(self, problem: str, **fields: object) -> None:
        super().__init__(problem)
        self.problem = problem
        self.fields = fields
