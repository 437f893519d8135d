"""What stands in TensorBoard's event files, read by TensorBoard's own reader, as plain values.

Importing this takes a moment: do it in a worker process.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from math import prod
from pathlib import Path
from typing import Any, NamedTuple

import cv2
import numpy as np
from google.protobuf import text_format
from google.protobuf.message import DecodeError
from tensorboard.backend.event_processing.event_file_loader import RawEventFileLoader
from tensorboard.compat.proto.event_pb2 import Event
from tensorboard.compat.proto.graph_pb2 import GraphDef
from tensorboard.data_compat import migrate_value
from tensorboard.plugins.distribution.compressor import compress_histogram
from tensorboard.plugins.hparams import metadata as hparams
from tensorboard.plugins.hparams import plugin_data_pb2
from tensorboard.plugins.projector.projector_config_pb2 import ProjectorConfig
from tensorboard.util.tensor_util import make_ndarray

from lib.tensorboard.records import Curve, Embedding, Histogram, Op, Picture, Run

PATTERN = "*tfevents*"
MOST_NUMBERS = 300_000  # of a scalar or a histogram


class Written(NamedTuple):
    """A value as it stands in a file: when it was written, and the tensor that it is."""

    step: int
    wall: float
    tensor: Any


class Gathered(NamedTuple):
    """What stands in event files, sorted but not read yet.

    Attributes:
        values: by plugin and tag, in the file's order; old forms of a summary as today's.
        graph: the last graph, packed; empty if there is none.
        hparams: what the plugin for hyperparameters was told, packed.
        odd: how many records are no events, or hold something that cannot be understood.
    """

    values: Mapping[str, Mapping[str, list[Written]]]
    graph: bytes
    hparams: tuple[bytes, ...]
    odd: int


def read_run(folder: Path, name: str) -> Run:
    """Return what a ``SummaryWriter`` has written into a folder, and what ``add_hparams`` did.

    Args:
        folder: the folder of one run, without those in it.
        name: what to call the run.
    """
    found = gathered(_records(sorted(folder.glob(PATTERN))))
    others = gathered(_records(sorted(folder.glob(f"*/{PATTERN}"))))
    settings: dict[str, Any] = {}
    for content in (*others.hparams, *found.hparams):
        settings |= _settings(content)
    return Run(
        name,
        tuple(curve(tag, values) for tag, values in found.values["scalars"].items()),
        {
            tag: tuple(each for value in values for each in pictures(value))
            for tag, values in found.values["images"].items()
        },
        {tag: tuple(map(histogram, values)) for tag, values in found.values["histograms"].items()},
        _operations(found.graph),
        settings,
        _embedding(folder),
    )


def gathered(records: Iterable[bytes]) -> Gathered:
    """Sort what stands in records by what it is for and by its tag."""
    values: dict[str, dict[str, list[Written]]] = {
        plugin: defaultdict(list) for plugin in ("scalars", "images", "histograms")
    }
    plugins: dict[str, str] = {}  # many writers say only at first what a tag is for
    graph, packed, odd = b"", [], 0
    for record in records:
        try:
            event = Event.FromString(record)
        except DecodeError:
            odd += 1
            continue
        graph = event.graph_def or graph
        for old in event.summary.value:
            try:
                value = migrate_value(old)
            except Exception:  # TensorBoard has many words for it
                odd += 1
                continue
            plugin = value.metadata.plugin_data.plugin_name
            if plugin:
                plugins.setdefault(value.tag, plugin)
            plugin = plugin or plugins.get(value.tag, "")
            if plugin == "hparams":
                packed.append(value.metadata.plugin_data.content)
            elif plugin in values:
                written = Written(int(event.step), float(event.wall_time), value.tensor)
                values[plugin][value.tag].append(written)
    return Gathered(values, graph, tuple(packed), odd)


def _records(files: Iterable[Path]) -> Iterator[bytes]:
    """Yield the records of sound files."""
    for file in files:
        yield from RawEventFileLoader(str(file)).Load()


def curve(tag: str, values: Sequence[Written]) -> Curve:
    """Return the curve of a tag.

    Raises:
        ValueError: for a value that is not one number.
    """
    with np.errstate(over="ignore"):  # a number too large for float32 is infinite
        numbers = np.array([scalar(each) for each in values]).astype(np.float32)
    steps = np.array([each.step for each in values], np.int64)
    return Curve(tag, steps, np.array([each.wall for each in values]), numbers)


def scalar(value: Written) -> float:
    """Return the number that a value is.

    Raises:
        ValueError: if it is none.
    """
    number = _array(value.tensor)
    if number.size != 1 or number.dtype.kind not in "biuf":
        raise ValueError(f"{number.dtype} {number.shape} is not one number")
    return float(number.item())


def pictures(value: Written) -> list[Picture]:
    """Return the pictures that a value is; how large they are is what it says."""
    width, height, *pngs = value.tensor.string_val
    wide, high = (int(side) if side.isdigit() and len(side) < 10 else 0 for side in (width, height))
    return [Picture(value.step, value.wall, wide, high, png) for png in pngs]


def histogram(value: Written, most: int = MOST_NUMBERS) -> Histogram:
    """Return the histogram that a value is; of too many buckets, neighbors are put together.

    Args:
        value: as it was written.
        most: how many buckets there may be.

    Raises:
        ValueError: if it is none, or if a number of it is not finite.
    """
    buckets = _array(value.tensor)  # (k, 3): from, to, how many
    if buckets.dtype.kind not in "iuf" or buckets.ndim != 2 or buckets.shape[1] != 3:
        raise ValueError(f"{buckets.dtype} {buckets.shape} is not a histogram")
    buckets = buckets.astype(np.float64)
    if not buckets.size or not np.isfinite(buckets).all() or (buckets[:, 2] < 0).any():
        raise ValueError("not a histogram of finite numbers")
    if len(buckets) > most:
        first = np.linspace(0, len(buckets), most, endpoint=False).astype(int)
        last = np.append(first[1:], len(buckets)) - 1
        counts = np.add.reduceat(buckets[:, 2], first)
        buckets = np.column_stack([buckets[first, 0], buckets[last, 1], counts])
    bands = [band for _, band in compress_histogram(buckets)]
    return Histogram(value.step, value.wall, buckets, np.array(bands))


def _array(tensor: Any) -> np.ndarray:
    """Return a small tensor as an array. A shape may say more than the file holds: not believed.

    Raises:
        ValueError: if it has too many numbers, or cannot be read.
    """
    if (size := prod(side.size for side in tensor.tensor_shape.dim)) > MOST_NUMBERS:
        raise ValueError(f"a tensor of {size} numbers is too large: {MOST_NUMBERS} are allowed")
    try:
        return np.asarray(make_ndarray(tensor))
    except Exception as error:
        raise ValueError(str(error)) from error


def _operations(packed: bytes) -> tuple[Op, ...]:
    """Return the nodes of a graph that compute or hold something, without plain numbers."""
    found = []
    graph = GraphDef.FromString(packed)
    skipped = {"prim::Constant", "prim::ListConstruct"}
    shown = {node.name for node in graph.node if node.op not in skipped}
    for node in graph.node:
        if node.name in shown:
            shapes = node.attr["_output_shapes"].list.shape
            shape = tuple(int(side.size) for side in shapes[0].dim) if shapes else ()
            inputs = tuple(name for name in node.input if name in shown)
            found.append(Op(node.name, node.op, inputs, shape))
    return tuple(found)


def _settings(content: bytes) -> dict[str, Any]:
    """Return the hyperparameters that stand in a summary; none if it is about something else."""
    started = plugin_data_pb2.HParamsPluginData.FromString(content)
    if started.WhichOneof("data") != "session_start_info":
        return {}
    started = hparams.parse_session_start_info_plugin_data(content)
    return {
        name: getattr(value, kind)
        for name, value in started.hparams.items()
        if (kind := value.WhichOneof("kind"))
    }


def _embedding(folder: Path) -> Embedding | None:
    """Return the last embedding that ``add_embedding`` has written, None if there is none."""
    config = folder / "projector_config.pbtxt"
    if not config.is_file():
        return None
    last = text_format.Parse(config.read_text("utf-8"), ProjectorConfig()).embeddings[-1]
    return Embedding(
        np.loadtxt(folder / last.tensor_path, np.float32, delimiter="\t", ndmin=2),
        tuple((folder / last.metadata_path).read_text("utf-8").splitlines()),
        _gray_if_colorless((folder / last.sprite.image_path).read_bytes()),
        int(last.sprite.single_image_dim[0]),
    )


def _gray_if_colorless(png: bytes) -> bytes:
    """Return a PNG with the same pixels; if they are all gray, about half as long.

    ``add_embedding`` writes three equal numbers for each pixel of a gray picture. The pictures of
    500 points go to the browser with every change of the chart.
    """
    pixels = cv2.imdecode(np.frombuffer(png, np.uint8), cv2.IMREAD_UNCHANGED)
    if pixels is None or pixels.ndim < 3 or (pixels != pixels[..., :1]).any():
        return png
    _, packed = cv2.imencode(".png", pixels[..., 0])
    return packed.tobytes()
