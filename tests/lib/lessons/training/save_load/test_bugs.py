from pickle import UnpicklingError

import pytest
import torch

from lib.core.bugs import bugs_of, outdated_of
from lib.core.isolation import attempt, call_alone
from lib.lessons.training.save_load.networks import net, train, trained
from tests.lib.core.test_bugs import check_loud, check_titles, pair

BUGS = bugs_of("lib.lessons.training.save_load")
WHOLE, STRICT = outdated_of("lib.lessons.training.save_load")


SAYS = {
    "whole_model": ("UnpicklingError", "Weights only load failed", "torch.load(path)"),
    "missing_keys": ("RuntimeError", 'Missing key(s) in state_dict: "stem.weight"', "new.load_"),
    "another_head": ("RuntimeError", "size mismatch for fc.weight", "strict=False"),
    "module_prefix": ("RuntimeError", '"module.conv1.weight"', "new.load_state_dict"),
    "runs_code": ("UnpicklingError", "Weights only load failed", "torch.load(path)"),
    "class_not_there": ("AttributeError", "Can't get attribute 'Net' on", "torch.load(path, weig"),
    "from_a_gpu": ("RuntimeError", "torch.cuda.is_available() is False", "torch.load(path)"),
}
SILENT = {"best_not_copied", "optimizer_forgotten"}


def test_every_bug_is_tested_and_says_if_it_is_silent():
    check_titles(BUGS, SAYS, SILENT)


@pytest.mark.parametrize("name", SAYS)
def test_a_loud_bug_raises_on_its_line_and_the_repair_does_not(name):
    if name == "from_a_gpu" and torch.cuda.is_available():
        pytest.skip("here such a file opens")
    check_loud(BUGS, name, *SAYS[name])


def test_plain_data_opens_and_other_classes_only_if_allowed(tmp_path):
    """What is said beside the whole model."""
    plain = {"numbers": [1, 2.5, None, True], "text": "x", "set": {1}, "tensor": torch.ones(2)}
    torch.save(plain, tmp_path / "plain.pt")
    loaded = torch.load(tmp_path / "plain.pt")
    assert torch.equal(loaded.pop("tensor"), plain.pop("tensor"))
    assert loaded == plain
    torch.save(torch.nn.ReLU(), tmp_path / "class.pt")
    with pytest.raises(UnpicklingError):
        torch.load(tmp_path / "class.pt")
    with torch.serialization.safe_globals([torch.nn.ReLU, set]):
        assert isinstance(torch.load(tmp_path / "class.pt"), torch.nn.ReLU)
    (whole,) = [bug for bug in BUGS if bug.broken.__name__ == "whole_model"]
    assert "tensors only" not in whole.why


@pytest.mark.parametrize("name", ["whole_model", "missing_keys", "module_prefix", "from_a_gpu"])
def test_the_repaired_load_loses_nothing(name):
    result = call_alone(pair(BUGS, name)[1], {})
    assert result.loaded == result.saved > 0.7


def test_only_the_head_is_left_out():
    result = call_alone(pair(BUGS, "another_head")[1], {})
    assert result == (("fc.weight", "fc.bias"), ())


def test_nothing_ran():
    result = call_alone(pair(BUGS, "runs_code")[1], {})
    assert (result.refused, result.code_ran) == (True, False)
    assert result.loaded > 0.7


def test_weights_that_are_not_copied_are_trained_on():
    broken, fixed = (attempt(each, {}) for each in pair(BUGS, "best_not_copied"))
    assert (broken.error, broken.warnings) == ("", ())
    assert broken.result.restored < broken.result.best - 0.1
    assert fixed.result.restored == fixed.result.best == broken.result.best


def test_what_was_saved_as_weights_opens_without_the_script():
    torch.manual_seed(0)
    layer = torch.nn.Linear(4, 2)
    scores = (layer.weight.sum(dim=1) + layer.bias).tolist()
    assert call_alone(pair(BUGS, "class_not_there")[1], {}) == pytest.approx(scores, rel=1e-5)


def test_a_training_goes_on_as_if_it_had_not_stopped_only_with_its_optimizer():
    broken, fixed = (attempt(each, {}) for each in pair(BUGS, "optimizer_forgotten"))
    assert (broken.error, broken.warnings) == ("", ())
    assert broken.result.resumed > broken.result.in_one_go + 0.05
    assert fixed.result.resumed == fixed.result.in_one_go == broken.result.in_one_go


def test_training_on_does_not_change_what_is_kept_of_the_optimizer():
    before = [each.clone() for each in moments(trained(net)[1])]
    train(*trained(net))
    for one, other in zip(before, moments(trained(net)[1]), strict=True):
        assert torch.equal(one, other)


def moments(optimizer):
    """What Adam remembers of each weight."""
    return [each["exp_avg"] for each in optimizer.state.values()]


def test_then_and_now():
    then, now = attempt(WHOLE.then, {}), attempt(WHOLE.now, {})
    assert then.error == "UnpicklingError"
    assert "\x1b" not in then.message
    assert now.result.loaded == now.result.saved
    then, now = call_alone(STRICT.then, {}), call_alone(STRICT.now, {})
    assert (then.keys_loaded, then.keys_not_loaded) == (0, 6)
    assert then.accuracy < 0.3
    assert now.accuracy > 0.7
    assert (now.keys_loaded, now.keys_not_loaded) == (6, 0)
