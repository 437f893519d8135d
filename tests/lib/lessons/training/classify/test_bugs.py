"""Every mistake really fails or really does damage; every repair really repairs."""

import numpy as np
import pytest
import torch
import torch.nn.functional as F  # noqa: N812 - the name it has everywhere

from lib.core.bugs import bugs_of
from lib.core.isolation import attempt
from lib.datasets.fashion_mnist import fashion_mnist
from lib.export import snippets
from lib.lessons.training.classify.bugs import pixels

BUGS = bugs_of("lib.lessons.training.classify")


def pair(title):
    (bug,) = [bug for bug in BUGS if bug.title.startswith(title)]
    return attempt(bug.broken, {}), attempt(bug.fixed, {})


@pytest.mark.parametrize(
    ("title", "error", "said", "line"),
    [
        (
            "labels as floats",
            "RuntimeError",
            "target",
            "return F.cross_entropy(model(x), y).item()",
        ),
        (
            "labels from 1 on",
            "IndexError",
            "Target 10 is out of bounds",
            "return F.cross_entropy(model(x), y).item()",
        ),
        (
            "labels in a column",
            "RuntimeError",
            "0D or 1D target tensor expected, multi-target not supported",
            "return F.cross_entropy(model(x), y).item()",
        ),
        (
            "rows that are no images",
            "ValueError",
            "Expected input batch_size (512) to match target batch_size (64)",
            "return F.cross_entropy(model(rows), y).item()",
        ),
        (
            "pictures where rows are expected",
            "RuntimeError",
            "mat1 and mat2 shapes cannot be multiplied (1792x28 and 784x10)",
            "return tuple(model(x.view(-1, 1, 28, 28)).shape)  # (64, 1, 28, 28)",
        ),
    ],
)
def test_the_real_error_on_its_line_and_the_repair(title, error, said, line):
    broken, fixed = pair(title)
    assert broken.error == error
    assert said in broken.message
    (bug,) = [bug for bug in BUGS if bug.title == title]
    shown = snippets.listing(bug.broken)
    assert shown.text.split("\n")[shown.index(broken.line)].strip() == line
    assert fixed.error == ""


@pytest.mark.parametrize(
    "title", ["sorted, not shuffled", "labels shifted by one", "rate too large"]
)
def test_no_error_and_about_one_in_ten_is_right(title):
    broken, fixed = pair(title)
    assert broken.error == fixed.error == ""
    assert broken.warnings == ()
    assert broken.result.on_test_images < 0.3
    assert fixed.result.on_test_images > 0.7


def test_what_the_words_say_of_batches_of_sorted_labels():
    _, y = pixels(train=True, count=2000)
    batches = np.sort(y.numpy()).reshape(40, 50)
    counts = [len(np.unique(batch)) for batch in batches]
    assert set(counts) == {1, 2}
    why = next(bug.why for bug in BUGS if bug.title == "sorted, not shuffled")
    assert "one class, or two" in why


def test_what_the_words_say_of_targets():
    out, y = torch.randn(64, 10), torch.arange(64) % 10
    expected = -out.log_softmax(1)[range(64), y].mean().item()
    for target in (y, y.byte(), F.one_hot(y).float()):
        assert F.cross_entropy(out, target).item() == pytest.approx(expected)
    with pytest.raises(RuntimeError, match="expected target dtype"):
        F.cross_entropy(out, y.int())


def test_without_eval_each_measurement_is_another_one():
    broken, fixed = pair("eval forgotten")
    assert broken.result.first != broken.result.second
    assert broken.result.two_by_two < broken.result.first - 0.1
    assert fixed.result.first == fixed.result.second
    assert fixed.result.two_by_two == pytest.approx(fixed.result.first)
    assert fixed.result.first > max(broken.result)


def test_without_train_only_the_first_epoch_has_dropout():
    broken, fixed = pair("train forgotten")
    assert (broken.error, broken.warnings) == ("", ())
    assert broken.result.epochs_with_dropout == 1
    assert fixed.result.epochs_with_dropout == 8
    assert broken.result.on_test_images < fixed.result.on_test_images - 0.015


def test_without_no_grad_the_same_accuracy_keeps_what_the_layers_need():
    broken, fixed = pair("no_grad forgotten")
    assert (broken.error, broken.warnings) == ("", ())
    assert broken.result.on_test_images == fixed.result.on_test_images > 0.5
    # Of every image what the ReLU returned, and once the weights of the last layer; float32.
    assert broken.result.bytes_kept == 4 * (1000 * 512 + 512 * 10)
    assert fixed.result.bytes_kept == 0


def test_the_largest_of_the_wrong_axis_is_right_by_chance():
    broken, fixed = pair("argmax over the images")
    assert (broken.error, broken.warnings) == ("", ())
    assert broken.result < 0.2
    assert fixed.result > 0.7
    best, labels = torch.ones(50, 10).argmax(dim=0), torch.ones(50)  # (10,), (50,)
    with pytest.raises(RuntimeError, match="must match the size"):  # as the words say
        best.eq(labels)


def test_the_repaired_losses_are_those_of_the_formula():
    x, y = pixels(train=True, count=64)
    torch.manual_seed(0)
    layer = torch.nn.Linear(784, 10)
    scores = (x @ layer.weight.T + layer.bias).detach().double().numpy()  # (64, 10)
    chances = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
    expected = -np.log(chances[range(64), y.numpy()]).mean()
    for title in ("labels as floats", "labels from 1 on", "labels in a column"):
        assert pair(title)[1].result == pytest.approx(expected, rel=1e-5)


def test_programs_side_by_side_fit_their_columns():
    for bug in BUGS:
        for program in (bug.broken, bug.fixed):
            lines = snippets.listing(program).text.split("\n")
            assert max(map(len, lines)) <= 95, bug.title


def test_memorized_is_not_learned():
    broken, fixed = pair("measured on the training images")
    assert broken.result > 0.97
    assert 0.6 < fixed.result < broken.result - 0.1


def test_silent_means_without_an_error():
    for bug in BUGS:
        assert bug.silent == (attempt(bug.broken, {}).error == "")


def test_the_programs_see_the_real_images():
    x, y = pixels(train=True, count=20)
    images = fashion_mnist().images[:20].reshape(20, 784)
    assert torch.equal(x * 128 + 128, torch.tensor(images).float())
    assert y.tolist() == fashion_mnist().labels[:20].tolist()
