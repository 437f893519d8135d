"""The classifier: its data against NumPy, its numbers against scikit-learn, its loop by hand."""

import numpy as np
import pytest
import torch
import torch.nn.functional as F  # noqa: N812
from sklearn.calibration import calibration_curve
from sklearn.metrics import accuracy_score, confusion_matrix, precision_recall_fscore_support
from torch import nn

from lib.datasets.fashion_mnist import fashion_mnist
from lib.lessons.training.classify.lesson import (
    augmented,
    evaluate,
    fit,
    get_data,
    get_model,
    shuffled,
    train,
    train_batches,
    valid_batches,
)
from lib.lessons.training.classify.metrics import (
    accuracy,
    by_class,
    calibration,
    confusion,
    most_confused,
    worst,
)
from lib.lessons.training.classify.networks import NETWORKS, Lambda, mlp, notes_cnn, with_extras

SMALL = {"network": mlp, "epochs": 2, "size": 250, "batch_size": 32}


@pytest.fixture
def said():
    """Probabilities and labels, some of them right, none of them close to each other."""
    generator = torch.Generator().manual_seed(0)
    labels = torch.randint(0, 10, (1000,), generator=generator)
    outputs = 2 * torch.randn(1000, 10, generator=generator)
    outputs[torch.arange(1000), labels] += 2
    return outputs.softmax(dim=1), labels


# --- data -----------------------------------------------------------------------------------------


def test_images_are_normalized_by_the_training_images_alone():
    part, test = get_data("shipped", 500)
    images = fashion_mnist().images[:500].reshape(500, 784) / 255
    assert part.mean == pytest.approx(images.mean(), rel=1e-5)
    assert part.std == pytest.approx(images.std(), rel=1e-4)
    np.testing.assert_allclose(part.x, (images - images.mean()) / images.std(), atol=1e-4)
    others = fashion_mnist(train=False).images.reshape(1000, 784) / 255
    np.testing.assert_allclose(test.x, (others - images.mean()) / images.std(), atol=1e-4)
    np.testing.assert_array_equal(part.y, fashion_mnist().labels[:500])


def test_each_epoch_sees_every_image_once_in_an_order_of_its_own():
    first, second = shuffled(100, 0, 0), shuffled(100, 0, 1)
    assert sorted(first.tolist()) == sorted(second.tolist()) == list(range(100))
    assert first.tolist() != second.tolist()
    assert first.tolist() == shuffled(100, 0, 0).tolist()
    part, _ = get_data("shipped", 250)
    batches = list(train_batches(part, shuffled(250, 3, 0).split(64), augment=False))
    assert [len(xb) for xb, _ in batches] == [64, 64, 64, 58]
    order = shuffled(250, 3, 0)
    assert torch.equal(torch.cat([xb for xb, _ in batches]), part.x[order])
    assert torch.equal(torch.cat([yb for _, yb in batches]), part.y[order])


def test_augmented_images_are_mirrored_and_moved():
    torch.manual_seed(1)
    image = torch.zeros(28, 28)
    image[10, 5] = 1.0
    made = augmented(image.expand(200, 28, 28).reshape(200, 784)).view(200, 28, 28)
    places = {tuple(each.nonzero()[0].tolist()) for each in made}
    rows, columns = {row for row, _ in places}, sorted(column for _, column in places)
    assert len(places) == 2
    assert len(rows) == 1
    assert abs(rows.pop() - 10) <= 2
    assert columns[1] - columns[0] == 22 - 5  # the mirrored one is where 27 - 5 is
    assert 0.3 < sum(bool(each[:, :14].any()) for each in made) / 200 < 0.7


# --- networks -------------------------------------------------------------------------------------


def test_the_networks_of_the_notes_are_as_written():
    kinds = [type(layer).__name__ for layer in notes_cnn()]
    convolution = ["Conv2d", "ReLU"]
    assert kinds == ["Lambda", *convolution * 3, "AvgPool2d", "Lambda"]
    x = torch.randn(5, 784)
    torch.manual_seed(0)
    ours = notes_cnn()
    torch.manual_seed(0)
    notes = nn.Sequential(
        Lambda(lambda x: x.view(-1, 1, 28, 28)),
        nn.Conv2d(1, 16, kernel_size=3, stride=2, padding=1),
        nn.ReLU(),
        nn.Conv2d(16, 16, kernel_size=3, stride=2, padding=1),
        nn.ReLU(),
        nn.Conv2d(16, 10, kernel_size=3, stride=2, padding=1),
        nn.ReLU(),
        nn.AvgPool2d(4),
        Lambda(lambda x: x.view(x.size(0), -1)),
    )
    assert torch.equal(ours(x), notes(x))


@pytest.mark.parametrize(
    ("name", "parameters"),
    [
        ("notes' CNN", (9 + 1) * 16 + (144 + 1) * 16 + (144 + 1) * 10),
        ("small CNN", (9 + 1) * 16 + (144 + 1) * 32 + (1568 + 1) * 10),
        ("MLP", (784 + 1) * 64 + (64 + 1) * 10),
        ("Mnist_Logistic", (784 + 1) * 10),
    ],
)
def test_every_network_takes_rows_and_gives_ten_numbers(name, parameters):
    model = NETWORKS[name]()
    assert model(torch.randn(3, 784)).shape == (3, 10)
    assert sum(weights.numel() for weights in model.parameters()) == parameters
    richer = with_extras(NETWORKS[name](), 0.5, True)
    assert richer(torch.randn(3, 784)).shape == (3, 10)
    assert sum(isinstance(layer, nn.Dropout) for layer in richer) == 1
    kinds = (nn.BatchNorm1d, nn.BatchNorm2d)
    weighted = sum(isinstance(layer, nn.Conv2d | nn.Linear) for layer in richer)
    assert sum(isinstance(layer, kinds) for layer in richer) == weighted - 1


# --- the loop -------------------------------------------------------------------------------------


def test_fit_is_gradient_descent_by_hand():
    part, _ = get_data("shipped", 250)
    torch.manual_seed(0)
    model, opt = get_model(NETWORKS["Mnist_Logistic"], 0.0, False, "SGD", 0.1, 0.0)
    weight, bias = (each.detach().clone().double() for each in model.parameters())
    rows = shuffled(250, 0, 0).split(50)
    fit(model, opt, F.cross_entropy, train_batches(part, rows, augment=False))
    for row in rows:
        x, y = part.x[row].double(), part.y[row]
        off = ((x @ weight.T + bias).softmax(dim=1) - F.one_hot(y, 10)) / len(x)  # (B, 10)
        weight, bias = weight - 0.1 * off.T @ x, bias - 0.1 * off.sum(dim=0)
    for ours, by_hand in zip(model.parameters(), (weight, bias), strict=True):
        np.testing.assert_allclose(ours.detach(), by_hand, atol=1e-4)


def test_evaluate_is_the_last_block_of_the_notes():
    part, _ = get_data("shipped", 1000)
    torch.manual_seed(0)
    model = with_extras(mlp(), 0.5, True)
    model.train()
    valid_dl = valid_batches(part, 1000)
    loss, outputs = evaluate(model, F.cross_entropy, valid_dl)
    assert not model.training
    with torch.no_grad():
        valid_loss = sum(F.cross_entropy(model(xb), yb) for xb, yb in valid_dl)
        np.testing.assert_allclose(outputs, model(part.x), atol=1e-5)
    assert loss == (valid_loss / len(valid_dl)).item()
    assert loss == pytest.approx(F.cross_entropy(outputs, part.y).item(), rel=1e-5)
    assert not outputs.requires_grad


# --- training -------------------------------------------------------------------------------------


def test_training_learns_and_its_numbers_agree_with_each_other():
    result = train(**{**SMALL, "epochs": 6})
    assert len(result.train_loss) == len(result.test_accuracy) == 6
    assert result.train_loss[-1] < result.train_loss[0]
    assert result.test_accuracy[-1] > 0.6
    right = sum(result.confusion[i][i] for i in range(10))
    assert right / 1000 == pytest.approx(result.test_accuracy[-1])
    assert [sum(row) for row in result.confusion] == [100] * 10
    assert result.parameters == 785 * 64 + 65 * 10


def test_the_same_seed_gives_the_same_numbers_and_another_one_others():
    noisy = {**SMALL, "dropout": 0.3, "augment": True, "batch_norm": True}
    first, again, other = train(**noisy), train(**noisy), train(**noisy, seed=1)
    assert first == again
    assert first.test_loss != other.test_loss


def test_no_epochs_are_a_network_that_guesses():
    result = train(**{**SMALL, "epochs": 0})
    assert result.test_loss == ()
    assert sum(map(sum, result.confusion)) == 1000


def test_a_loss_that_is_no_number_raises_nothing():
    result = train(**{**SMALL, "optimizer": "SGD", "learning_rate": 10.0, "weight_decay": 1.0})
    assert len(result.test_loss) == 2
    assert 0 <= result.test_accuracy[-1] <= 1


@pytest.mark.parametrize(
    ("setting", "value", "said"),
    [
        ("learning_rate", 20.0, r"learning_rate=20.0 is out of range: 1e-05 to 10.0"),
        ("epochs", 21, r"epochs=21 is out of range: 0 to 20"),
        ("optimizer", "Rprop", r"optimizer='Rprop' is not one of: 'momentum', 'SGD'"),
        ("network", nn.Linear, r"network=Linear is not one of: notes_cnn, small_cnn"),
        ("size", 300, r"size=300 is not one of: 250, 500"),
        ("batch_size", 0, r"batch_size=0 is not one of: 16, 32"),
        ("source", "web", r"source='web' is not one of: 'shipped', 'full'"),
    ],
)
def test_settings_out_of_range_are_refused(setting, value, said):
    with pytest.raises(ValueError, match=said):
        train(**{setting: value})


# --- metrics --------------------------------------------------------------------------------------


def test_confusion_and_accuracy_are_those_of_scikit_learn(said):
    probabilities, labels = said
    answers = probabilities.argmax(dim=1)
    assert confusion(probabilities, labels) == tuple(map(tuple, confusion_matrix(labels, answers)))
    assert accuracy(probabilities, labels) == pytest.approx(accuracy_score(labels, answers))
    assert accuracy(probabilities[:300], labels) == pytest.approx(
        accuracy_score(labels[:300], answers[:300])
    )


def test_calibration_is_that_of_scikit_learn(said):
    probabilities, labels = said
    sure, right = probabilities.max(dim=1).values, probabilities.argmax(dim=1) == labels
    true, predicted = calibration_curve(right, sure.double(), n_bins=10, strategy="uniform")
    result = calibration(probabilities, labels)
    there = [i for i, count in enumerate(result.counts) if count]
    np.testing.assert_allclose([result.accuracy[i] for i in there], true)
    np.testing.assert_allclose([result.confidence[i] for i in there], predicted)
    assert sum(result.counts) == 1000
    weights = np.array([result.counts[i] for i in there]) / 1000
    assert result.error == pytest.approx(float(weights @ abs(true - predicted)))


def test_a_certain_and_right_network_is_perfectly_calibrated():
    labels = torch.arange(10)
    result = calibration(torch.eye(10), labels)
    assert result.counts == (0,) * 9 + (10,)
    assert result.error == 0
    assert calibration(torch.eye(10), (labels + 1) % 10).error == 1


def test_the_worst_mistakes_are_wrong_and_in_order(said):
    probabilities, labels = said
    found = worst(probabilities, labels, most=20)
    assert len(found) == 20
    assert all(each.label != each.predicted for each in found)
    assert all(each.label == labels[each.place] for each in found)
    assert [each.confidence for each in found] == sorted(
        (each.confidence for each in found), reverse=True
    )
    wrong = probabilities.argmax(dim=1) != labels
    assert found[0].confidence == pytest.approx(probabilities[wrong].max().item())
    assert worst(torch.eye(10), torch.arange(10)) == ()


def test_recall_and_precision_are_those_of_scikit_learn():
    generator = np.random.default_rng(0)
    labels = generator.integers(0, 9, 500)  # no image is of class 9
    predicted = np.where(generator.random(500) < 0.6, labels, generator.integers(1, 10, 500))
    predicted[predicted == 0] = 1  # and class 0 is never predicted
    counts = confusion_matrix(labels, predicted, labels=range(10))
    found = by_class(tuple(map(tuple, counts.tolist())))
    precision, recall, *_ = precision_recall_fscore_support(
        labels, predicted, labels=range(10), zero_division=np.nan
    )
    assert [np.nan if each.recall is None else each.recall for each in found] == pytest.approx(
        recall, nan_ok=True
    )
    assert [
        np.nan if each.precision is None else each.precision for each in found
    ] == pytest.approx(precision, nan_ok=True)
    assert (found[9].recall, found[0].precision) == (None, None)


def test_the_most_confused_pair_counts_both_ways():
    counts = np.zeros((10, 10), dtype=int)
    counts[2, 6], counts[6, 2], counts[4, 3], counts[5, 5] = 3, 4, 6, 99
    assert most_confused(tuple(map(tuple, counts.tolist()))) == (2, 6, 7)
