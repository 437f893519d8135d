"""What a run writes, read back, against what it had in its hands; and against TensorBoard."""

import io
import json
import re
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from urllib.request import urlopen

import numpy as np
import pytest
import torch
from PIL import Image
from torch.utils.tensorboard import SummaryWriter

from lib.datasets.fashion_mnist import CLASSES, fashion_mnist
from lib.lessons.inside.charts import runs as charts_runs
from lib.lessons.inside.charts.runs import Logged, log_run
from lib.tensorboard.reader import read_run
from lib.tensorboard.records import Run
from tests.lib.lessons.inside.charts.folder import SMALL, two_runs

# add_graph traces, which PyTorch means to replace.
pytestmark = pytest.mark.filterwarnings("ignore:.torch.jit:FutureWarning")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("runs")


@pytest.fixture(scope="module")
def logged(folder: Path) -> dict[str, Logged]:
    return two_runs(folder)


@pytest.fixture(scope="module")
def runs(folder: Path, logged: dict[str, Logged]) -> dict[str, Run]:
    return {name: read_run(folder / name, name) for name in logged}


def test_what_is_read_is_what_was_written(logged: dict[str, Logged], runs: dict[str, Run]) -> None:
    for name, run in runs.items():
        loss, accuracy = run.curve("training loss"), run.curve("test accuracy")
        assert loss is not None
        assert accuracy is not None
        np.testing.assert_array_equal(loss.values, np.float32(logged[name].losses))
        np.testing.assert_array_equal(accuracy.values, np.float32(logged[name].accuracies))
        assert loss.steps.tolist() == list(range(4, logged[name].steps, 5))
        assert (np.diff(loss.walls) >= 0).all()
    assert runs["large"].settings == {"learning rate": 0.1, "batch size": 16}
    assert runs["large"].curve("no such tag") is None


def test_pictures_and_points_are_those_of_the_data(runs: dict[str, Run]) -> None:
    run = runs["small"]
    assert {tag: len(found) for tag, found in run.images.items()} == {
        "four_fashion_mnist_images": 1,
        "first layer": 4,
    }
    grid = Image.open(io.BytesIO(run.images["first layer"][0].png))
    assert grid.size == (242, 122)
    embedding = run.embedding
    assert embedding is not None
    test = fashion_mnist(train=False)
    assert embedding.labels == tuple(CLASSES[label] for label in test.labels[:20])
    assert embedding.features.shape == (20, 32)
    assert (embedding.features >= 0).all()  # they come out of a ReLU
    sheet = Image.open(io.BytesIO(embedding.sprite))
    assert sheet.mode == "L"  # half the bytes of what was written
    sprite = np.array(sheet)
    np.testing.assert_allclose(sprite[28:56, 28:56], test.images[6], atol=1)  # five in a row


def test_colored_pictures_of_points_stay_as_written(tmp_path: Path) -> None:
    draws = torch.Generator().manual_seed(0)
    for name, channels in {"gray": 1, "colored": 3}.items():
        with SummaryWriter(str(tmp_path / name)) as writer:
            images = torch.rand(4, channels, 8, 8, generator=draws)
            writer.add_embedding(torch.eye(4), metadata=list("abcd"), label_img=images)
        [written] = (tmp_path / name).rglob("sprite.png")
        embedding = read_run(tmp_path / name, name).embedding
        assert embedding is not None
        read = Image.open(io.BytesIO(embedding.sprite))
        assert read.mode == ("L" if channels == 1 else "RGB")
        np.testing.assert_array_equal(
            np.array(read.convert("RGB")), np.array(Image.open(written).convert("RGB"))
        )


def test_histograms_hold_every_number(runs: dict[str, Run]) -> None:
    for found in runs["small"].histograms.values():
        assert len(found) == 4
        for each in found:
            assert each.buckets[:, 2].sum() == 32 * 784
            assert (np.diff(each.bands) >= 0).all()
            assert each.bands[0] == pytest.approx(each.buckets[0, 0])


def test_the_graph_is_the_network(runs: dict[str, Run]) -> None:
    kinds = [op.kind for op in runs["small"].graph]
    assert kinds.count("aten::linear") == 2
    assert kinds.count("aten::relu") == 1
    assert kinds.count("prim::GetAttr") == 4
    shapes = {op.name.split("/")[0]: op.shape for op in runs["small"].graph if op.kind == "IO Node"}
    assert shapes == {"input": (16, 28, 28), "output": (16, 10)}


def test_the_same_seed_gives_the_same_numbers(logged: dict[str, Logged], tmp_path: Path) -> None:
    again = log_run(learning_rate=0.1, seed=1, log_dir=str(tmp_path / "a"), **SMALL)
    assert again == logged["large"]
    other = log_run(learning_rate=0.1, seed=2, log_dir=str(tmp_path / "b"), **SMALL)
    assert other != again


def test_it_refuses(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"learning_rate=2.0 is not one of: .*0.5"):
        log_run(learning_rate=2.0, log_dir=str(tmp_path))
    assert not list(tmp_path.iterdir())


def test_six_runs_are_one_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    def small(learning_rate: float, batch_size: int, **more: Any) -> Logged:
        return log_run(learning_rate, batch_size, **more, **SMALL)

    monkeypatch.setattr(charts_runs, "log_run", small)
    six = charts_runs.six_runs(batch_size=64, seed=3)
    opened = [charts_runs.opened(packed) for packed in six.packed]
    rates = charts_runs.learning_rates(3)
    assert [run.settings["learning rate"] for run in opened] == list(rates)
    assert sorted(rates) != list(rates)
    with zipfile.ZipFile(io.BytesIO(six.archive)) as archive:
        names = archive.namelist()
        assert len(names) == six.files
        assert sum(each.file_size for each in archive.infolist()) == six.size
    assert {name.split("/")[1] for name in names} == set(charts_runs.NAMES)
    for run, accuracy in zip(opened, six.accuracy, strict=True):
        curve = run.curve("test accuracy")
        assert curve is not None
        assert accuracy == pytest.approx(curve.values[-3:].mean())
    placed = charts_runs.placed_by_tsne("run_2", 2, 64, 3)
    assert placed.shape == (20, 2)
    assert np.isfinite(placed).all()


def test_the_thread_count_stays_one() -> None:
    assert torch.get_num_threads() == 1


# --- the real TensorBoard -------------------------------------------------------------------------


class Server:
    """TensorBoard on a folder, asked over HTTP as its own page asks it."""

    def __init__(self, address: str) -> None:
        self.address = address.rstrip("/")

    def bytes(self, path: str, **query: str) -> bytes:
        with urlopen(f"{self.address}/data/{path}?{urlencode(query)}", timeout=30) as answer:
            return bytes(answer.read())

    def json(self, path: str, **query: str) -> Any:
        return json.loads(self.bytes(path, **query))


@pytest.fixture(scope="module")
def server(folder: Path, logged: dict[str, Logged]) -> Iterator[Server]:
    command = [sys.executable, "-m", "tensorboard.main", "--logdir", str(folder), "--port", "0"]
    command += ["--host", "127.0.0.1", "--load_fast", "false", "--reload_interval", "1"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as process:
        try:
            assert process.stdout
            said = ""
            while not (found := re.search(r"at (http://\S+)", said)):
                line = process.stdout.readline().decode()
                assert line, said  # it has ended
                said += line
            started = Server(found[1])
            while not loaded(started):
                time.sleep(0.2)
            yield started
        finally:
            process.kill()


def loaded(server: Server) -> bool:
    """Whether the last thing written is there."""
    return {"small/hparams", "large/hparams"} <= set(server.json("runs"))


def test_tensorboard_serves_the_same_scalars(server: Server, runs: dict[str, Run]) -> None:
    for name, run in runs.items():
        assert {curve.tag for curve in run.curves} == {"training loss", "test accuracy"}
        for curve in run.curves:
            served = server.json("plugin/scalars/scalars", run=name, tag=curve.tag)
            walls, steps, values = map(np.array, zip(*served, strict=True))
            np.testing.assert_array_equal(steps, curve.steps)
            np.testing.assert_array_equal(values.astype(np.float32), curve.values)
            np.testing.assert_allclose(walls, curve.walls, rtol=0, atol=1e-6)


def test_tensorboard_serves_the_same_images(server: Server, runs: dict[str, Run]) -> None:
    for name, run in runs.items():
        for tag, pictures in run.images.items():
            served = server.json("plugin/images/images", run=name, tag=tag, sample="0")
            assert [each["step"] for each in served] == [each.step for each in pictures]
            for each, picture in zip(served, pictures, strict=True):
                path = f"{server.address}/data/plugin/images/individualImage?{each['query']}"
                with urlopen(path, timeout=30) as answer:
                    assert answer.read() == picture.png
                size = Image.open(io.BytesIO(picture.png)).size
                assert size == (picture.width, picture.height)


def test_tensorboard_serves_the_same_histograms(server: Server, runs: dict[str, Run]) -> None:
    for name, run in runs.items():
        for tag, found in run.histograms.items():
            served = server.json("plugin/histograms/histograms", run=name, tag=tag)
            assert [step for _, step, _ in served] == [each.step for each in found]
            for (_, _, buckets), each in zip(served, found, strict=True):
                np.testing.assert_allclose(buckets, each.buckets)
            served = server.json("plugin/distributions/distributions", run=name, tag=tag)
            for (_, _, bands), each in zip(served, found, strict=True):
                np.testing.assert_allclose([value for _, value in bands], each.bands, rtol=1e-9)
