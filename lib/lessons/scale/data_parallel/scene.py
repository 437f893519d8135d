"""What the lesson looks like: a batch on its way through several devices, and what a step takes."""

from lib.core.controls import Field, Slider
from lib.core.i18n import Translate, english, mark, translated
from lib.core.scene import ALL, Line, Picture, Revealed, Row, Scene, lines
from lib.lessons.scale.data_parallel import figures, process_figures
from lib.lessons.scale.data_parallel.lesson import (
    BATCH,
    DEVICES,
    HIDDEN,
    SEED,
    Parallel,
    scatter_and_gather,
)
from lib.lessons.scale.data_parallel.processes import PROCESSES, first_batches
from lib.lessons.scale.data_parallel.questions import listed
from lib.lessons.scale.data_parallel.step_time import COMMUNICATION, COMPUTE, RACE, modeled
from lib.plots.numbers import digits

IDEA = mark(
    "One :blue[**batch**], several devices. `nn.DataParallel` cuts it with `chunk` into "
    ":green[**chunks**] of one length, rounded up, so the last may be shorter (`np.array_split` "
    "would be fairer), copies the :violet[**model**] to each device, gathers the outputs. "
    "`DistributedDataParallel` (DDP) is a process per device, each with its own model and "
    "`DataLoader`; gradients are averaged. A `DistributedSampler` tells each loader which samples "
    "are its own."
)
CONTROLS = {
    "batch": Slider(BATCH, 30),
    "devices": Slider(DEVICES, 4),
    "processes": Slider(PROCESSES, 2),
    "hidden": Slider(HIDDEN, 4),
    "seed": Field(SEED, 0),
    "compute": Slider(COMPUTE, 100, 10),
    "communication": Slider(COMMUNICATION, 3000, 500),
}
SYMBOLS = {"x": "blue", "chunks": "green", "chunk": "green", "model": "violet"}
# Played once before the first question, with another cut than the question's.
EXAMPLE = {"batch": 10, "devices": 3}

SCATTER, REPLICATE, APPLY, GATHER, BACKWARD = range(1, 6)  # frames; before them all wait


def scene(
    batch: int = 30,
    devices: int = 4,
    processes: int = 2,
    hidden: int = 4,
    seed: int = 0,
    compute: int = 100,
    communication: int = 3000,
    *,
    revealed: Revealed = ALL,
    _: Translate = english,
) -> Scene:
    """Return what is seen at these settings; the questions are "chunks" and "first"."""
    result = scatter_and_gather(batch, devices, hidden, seed)
    times = modeled(batch, compute, communication)
    may_see = "chunks" in revealed
    alt = _("A batch of {batch} samples above, a lane for each of {devices} devices below.",
            batch=batch, devices=devices)  # fmt: skip
    if may_see:
        cut = ", ".join(map(str, result.chunks))
        alt += " " + _("Samples on each device: {chunks}.", chunks=cut)
    one, four = (times[count - 1].total / 1000 for count in (1, RACE))
    bars = _("Bars for 1 to 8 devices, in the model: {one} ms on one device, {four} ms on four.",
             one=one, four=four)  # fmt: skip
    return Scene(
        pictures={
            "parallel": Picture(
                figures.parallel(result, devices, may_see, translated(figures.WORDS, _)), alt
            ),
            "times": Picture(
                process_figures.modeled(times, translated(process_figures.WORDS, _)), bars
            ),
        },
        code=code(batch, devices, hidden, seed),
        caption=_(
            "Simulated on one CPU with a real network; a cell is a sample. The batch and the "
            "model (the square) are on device 0. Bars: how long a step takes, in a simple model."
        ),
        numbers=(
            *rows(result, _),
            Row(
                _("first batch of the last of {count} processes, without a sampler",
                  count=processes),
                f"`{listed(first_batches(batch, processes, sampler=False)[-1])}`",
                "first",
            ),
        ),
        rest=0,
        pause=2600,
    )  # fmt: skip


def rows(result: Parallel, _: Translate) -> tuple[Row, ...]:
    """Return that several devices find what one finds, and where they would not."""
    own_gradients = ", ".join(digits(each) for each in result.gradients)
    made = [
        Row(
            _("samples on each device, by `x.chunk(devices)`"),
            f"`{', '.join(map(str, result.chunks))}`",
            "chunks",
        ),
        Row(_("loss of the gathered outputs"), digits(result.loss, 6)),
        Row(_("loss on one device"), digits(result.one_device_loss, 6)),
        Row(_("mean of each device's own loss"), digits(result.mean_of_losses, 6)),
        Row(_("gradient of the last bias, on each device"), own_gradients, "chunks"),
        Row(_("their sum"), digits(result.summed_gradient, 6)),
        Row(_("the same gradient on one device"), digits(result.one_device_gradient, 6)),
        Row(_("largest difference of any gradient"), digits(result.gradient_difference, 2)),
        Row(
            _("the same, if each device's own mean were averaged"),
            digits(result.averaged_difference, 2),
        ),
    ]
    if len(set(result.chunks)) > 1:
        why = _(
            "The chunks are not equal, so the mean of the means is not the mean: a small chunk "
            "would count as much as a large one. `nn.DataParallel` gathers first and computes the "
            "loss once, so it is right. `DistributedDataParallel` averages: give every process "
            "equally many samples."
        )
        made.append(Row(_("why"), why, "chunks"))
    return tuple(made)


def code(batch: int, devices: int, hidden: int, seed: int) -> tuple[Line, ...]:
    """Return what a student would write for exactly these settings."""
    text = f"""\
from copy import deepcopy
x = torch.randn({batch}, 5, generator=torch.Generator().manual_seed({seed}))
y = x.amax(dim=1, keepdim=True)
torch.manual_seed({seed})
model = nn.Sequential(nn.Linear(5, {hidden}), nn.Tanh(), nn.Linear({hidden}, 1))
chunks = x.chunk({devices})  # scatter
replicas = [deepcopy(model) for chunk in chunks]  # replicate
outputs = [replica(chunk) for replica, chunk in zip(replicas, chunks)]
loss = F.mse_loss(torch.cat(outputs), y)  # gather
loss.backward()
print(loss.item(), sum(replica[-1].bias.grad.item() for replica in replicas))"""
    start = dict.fromkeys((1, 2, 4), (0,))
    steps = {5: (SCATTER,), 6: (REPLICATE,), 7: (APPLY,), 8: (GATHER,), 9: (BACKWARD,)}
    return lines(text, {**start, **steps})
