"""What stands in TensorBoard's event files, read by TensorBoard's own reader, as plain values.

Importing this takes a moment: do it in a worker process.
"""

import warnings
from collections import defaultdict
from collections.abc import Iterable, Iterator
from math import prod
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from google.protobuf import text_format
from tensorboard.backend.event_processing.event_file_loader import EventFileLoader
from tensorboard.compat.proto.graph_pb2 import GraphDef
from tensorboard.plugins.distribution.compressor import compress_histogram
from tensorboard.plugins.hparams import metadata as hparams
from tensorboard.plugins.hparams import plugin_data_pb2
from tensorboard.plugins.projector.projector_config_pb2 import ProjectorConfig
from tensorboard.util.tensor_util import make_ndarray

from lib.tensorboard.records import Curve, Embedding, Histogram, Op, Picture, Run

PATTERN = "*tfevents*"
MOST_NUMBERS = 100_000  # of a scalar or a histogram


def read_run(folder: Path, name: str) -> Run:
    """Return what a ``SummaryWriter`` has written into a folder, and what ``add_hparams`` did.

    Args:
        folder: the folder of one run, without those in it.
        name: what to call the run.
    """
    files = sorted(folder.glob(PATTERN))
    settings: dict[str, Any] = {}
    for file in sorted(folder.glob(f"*/{PATTERN}")):
        settings |= read_events([file], name).settings
    found = read_events(files, name)
    return found._replace(settings=settings, embedding=_embedding(folder))


def read_events(files: Iterable[Path], name: str) -> Run:
    """Return what stands in event files, in the order in which it does."""
    curves: dict[str, list[tuple[int, float, float]]] = defaultdict(list)
    images: dict[str, list[Picture]] = defaultdict(list)
    histograms: dict[str, list[Histogram]] = defaultdict(list)
    graph: tuple[Op, ...] = ()
    settings: dict[str, Any] = {}
    for event in _events(files):
        if event.HasField("graph_def"):
            graph = _operations(event.graph_def)
        for value in event.summary.value:
            plugin = value.metadata.plugin_data
            step, wall = int(event.step), float(event.wall_time)
            if plugin.plugin_name == "scalars":
                curves[value.tag].append((step, wall, float(_array(value.tensor).item())))
            elif plugin.plugin_name == "images":
                width, height, *pngs = value.tensor.string_val
                for png in pngs:
                    images[value.tag].append(Picture(step, wall, int(width), int(height), png))
            elif plugin.plugin_name == "histograms":
                buckets = _array(value.tensor).astype(np.float64)  # (k, 3): from, to, how many
                bands = [value for _, value in compress_histogram(buckets)]
                histograms[value.tag].append(Histogram(step, wall, buckets, np.array(bands)))
            elif plugin.plugin_name == "hparams":
                settings |= _settings(value.metadata)
    return Run(
        name,
        tuple(_curve(tag, points) for tag, points in curves.items()),
        {tag: tuple(found) for tag, found in images.items()},
        {tag: tuple(found) for tag, found in histograms.items()},
        graph,
        settings,
    )


def _events(files: Iterable[Path]) -> Iterator[Any]:
    """Yield the events of all files; old forms of a summary come as today's."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the reader complains of itself
        for file in files:
            yield from EventFileLoader(str(file)).Load()


def _array(tensor: Any) -> np.ndarray:
    """Return a small tensor as an array. A shape may say more than the file holds: not believed.

    Raises:
        ValueError: if it has too many numbers.
    """
    if (size := prod(side.size for side in tensor.tensor_shape.dim)) > MOST_NUMBERS:
        raise ValueError(f"a tensor of {size} numbers is too large: {MOST_NUMBERS} are allowed")
    return np.asarray(make_ndarray(tensor))


def _curve(tag: str, points: list[tuple[int, float, float]]) -> Curve:
    steps, walls, values = zip(*points, strict=True)
    return Curve(
        tag, np.array(steps, np.int64), np.array(walls), np.array(values).astype(np.float32)
    )


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


def _settings(metadata: Any) -> dict[str, Any]:
    """Return the hyperparameters that stand in a summary; none if it is about something else."""
    content = metadata.plugin_data.content
    started = plugin_data_pb2.HParamsPluginData.FromString(content)
    if started.WhichOneof("data") != "session_start_info":
        return {}
    started = hparams.parse_session_start_info_plugin_data(content)
    return {
        name: getattr(value, value.WhichOneof("kind")) for name, value in started.hparams.items()
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
