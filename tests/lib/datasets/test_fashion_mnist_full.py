import gzip
import hashlib
import socket
import threading
import time
from functools import partial
from http.server import BaseHTTPRequestHandler, SimpleHTTPRequestHandler, ThreadingHTTPServer

import numpy as np
import pytest
from torchvision.datasets import FashionMNIST

from lib.datasets import fashion_mnist_full
from lib.datasets.fashion_mnist import TRAIN_SIZES, fashion_images, fashion_mnist
from lib.datasets.fashion_mnist_full import (
    DATA,
    FILES,
    available,
    downloader,
    full_fashion_mnist,
    raw,
    root,
)
from lib.export.snippets import program
from lib.runtime import downloads
from tests.lib.datasets.test_fashion_mnist import ORIGINAL, needs_original

REFUSED = ["http://127.0.0.1:9/"]  # the port of a service that nobody runs: nothing answers


def served(handler):
    """Run a web server in a thread; it ends with the process, or by ``shutdown``."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server, f"http://127.0.0.1:{server.server_address[1]}/"


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


class Stalls(BaseHTTPRequestHandler):
    """Sends a part of what it promises, and then nothing for as long as a test may take."""

    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Length", "1000000")
        self.end_headers()
        try:
            self.wfile.write(bytes(100_000))
            self.wfile.flush()
            threading.Event().wait(60)
        except OSError:
            pass

    def log_message(self, *_):
        pass


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """A folder for data sets, and everything put back that a download sets."""
    monkeypatch.setenv("no_proxy", "*")
    monkeypatch.setenv(DATA, str(tmp_path / "sets"))
    monkeypatch.setattr(FashionMNIST, "mirrors", FashionMNIST.mirrors)
    monkeypatch.setattr(downloader, "_last", None)
    yield tmp_path / "sets"
    downloader.stop()
    socket.setdefaulttimeout(None)


@pytest.fixture
def small(tmp_path, monkeypatch):
    """Four files of the same form with 7 and 3 pictures, packed, and a server that has them."""
    packed = tmp_path / "packed"
    packed.mkdir()
    resources = []
    for name in FILES:
        count = 7 if name.startswith("train") else 3
        lengths = (count, 28, 28) if "images" in name else (count,)
        head = bytes([0, 0, 8, len(lengths)]) + b"".join(n.to_bytes(4, "big") for n in lengths)
        data = head + bytes(number % 10 for number in range(np.prod(lengths)))
        monkeypatch.setitem(FILES, name, len(data))
        file = packed / f"{name}.gz"
        file.write_bytes(gzip.compress(data))
        resources.append((file.name, hashlib.md5(file.read_bytes()).hexdigest()))
    monkeypatch.setattr(FashionMNIST, "resources", resources)
    server, address = served(partial(Quiet, directory=str(packed)))
    yield packed, address
    server.shutdown()
    server.server_close()


def waited(condition):
    """Wait for a condition, for as long as the slowest machine may need; tell whether it came."""
    end = time.monotonic() + 120
    while not condition() and time.monotonic() < end:
        time.sleep(0.05)
    return condition()


def ended():
    return not downloader.progress().running


def test_the_folder_is_the_one_the_environment_names(folder, monkeypatch):
    assert root() == folder
    monkeypatch.setenv(DATA, "")
    assert str(root()) == "data"


def test_without_the_files_it_says_so_and_lessons_refuse(folder):
    assert not available()
    with pytest.raises(ValueError, match=r"full Fashion-MNIST is not in '.*raw'"):
        full_fashion_mnist()
    with pytest.raises(ValueError, match="data='full' is not on this computer"):
        fashion_images("full")


@pytest.mark.parametrize("data", ["all", "", None, 4000, True])
def test_another_size_is_refused(data):
    with pytest.raises(ValueError, match=r"data=.* is not one of: 'shipped', 'full'"):
        fashion_images(data)


def test_the_shipped_pictures_are_the_default():
    assert fashion_images().images is fashion_mnist(True).images
    assert fashion_images(train=False).labels is fashion_mnist(False).labels
    assert len(fashion_images("shipped").images) == TRAIN_SIZES["shipped"]


@needs_original
def test_the_full_set_is_read_by_torchvision(folder):
    raw(folder).mkdir(parents=True)
    for name in FILES:
        (raw(folder) / name).write_bytes(gzip.decompress((ORIGINAL / f"{name}.gz").read_bytes()))
    assert available()
    for train, count in ((True, TRAIN_SIZES["full"]), (False, 10_000)):
        images, labels = fashion_images("full", train)
        assert images.shape == (count, 28, 28)
        assert images.dtype == labels.dtype == np.uint8
        assert np.bincount(labels).tolist() == [count // 10] * 10
        assert not images.flags.writeable
        known = {image.tobytes() for image in images}
        assert {image.tobytes() for image in fashion_mnist(train).images} <= known
    cut = raw(folder) / "train-images-idx3-ubyte"
    cut.write_bytes(cut.read_bytes()[:-1])
    assert not available()


def test_a_download_of_a_lesson_downloads_the_full_set_itself():
    made = program(fashion_images, {"data": "full"})
    assert 'FashionMNIST("data", train=train, download=True)' in made.definitions
    assert "PLAYGROUND" not in made.text
    assert made.packages == ("numpy", "torchvision")


def test_a_download_leaves_whole_files_and_nothing_else(folder, small):
    fashion_mnist_full.fetch(folder, [small[1]])
    assert available()
    assert sorted(each.name for each in raw(folder).iterdir()) == sorted(FILES)
    images, labels = full_fashion_mnist()
    assert images.shape == (7, 28, 28)
    assert labels.tolist() == list(range(7))


def test_what_an_earlier_try_left_is_not_in_the_way(folder, small):
    left = raw(folder / fashion_mnist_full.UNFINISHED)
    left.mkdir(parents=True)
    for name in FILES:  # torchvision would take these for whole
        (left / name).write_bytes(b"half")
    fashion_mnist_full.fetch(folder, [small[1]])
    assert available()


@pytest.mark.parametrize("damage", ["cut short", "missing"])
def test_a_damaged_file_is_refused_and_the_next_try_works(damage, folder, small):
    packed, address = small
    file = packed / "t10k-images-idx3-ubyte.gz"
    whole = file.read_bytes()
    file.unlink()
    if damage == "cut short":
        file.write_bytes(whole[:-20])
    with pytest.raises(RuntimeError, match="t10k-images"):
        fashion_mnist_full.fetch(folder, [address])
    assert not available()
    file.write_bytes(whole)
    fashion_mnist_full.fetch(folder, [address])
    assert available()


def test_without_a_connection_a_sentence_says_so_and_nothing_is_left(folder):
    assert downloader.progress() == ("", 0, 0, None)
    fashion_mnist_full.start(REFUSED)
    assert waited(ended)
    template, fields = downloader.progress().problem
    assert template == fashion_mnist_full.NO_CONNECTION
    assert "127.0.0.1:9" in fields["error"]
    assert "\n" not in fields["error"]
    assert not available()
    assert waited(lambda: not list(folder.iterdir()))


def test_a_folder_that_cannot_be_made_is_named(folder):
    folder.write_text("a file")
    fashion_mnist_full.start(REFUSED)
    assert waited(ended)
    template, fields = downloader.progress().problem
    assert template == fashion_mnist_full.NO_PLACE
    assert fields["folder"] == str(folder)


def test_one_download_at_a_time_with_progress_that_can_be_stopped(folder):
    server, address = served(Stalls)
    fashion_mnist_full.start([address])
    first = downloader._last
    assert waited(lambda: downloader.progress().done)
    now = downloader.progress()
    assert now.running
    assert 0 < now.done <= 100_000 < now.total == fashion_mnist_full.TOTAL
    fashion_mnist_full.start([address])
    assert downloader._last is first
    downloader.stop()
    assert waited(ended)
    assert downloader.progress().problem is None
    assert waited(lambda: not list(folder.iterdir()))
    server.shutdown()
    server.server_close()


def test_a_server_that_falls_silent_is_given_up(folder, monkeypatch):
    monkeypatch.setattr(downloads, "TIMEOUT", 0.2)
    server, address = served(Stalls)
    with pytest.raises(TimeoutError):
        downloads.fetch_with_timeout(partial(fashion_mnist_full.fetch, folder, [address]))
    server.shutdown()
    server.server_close()
