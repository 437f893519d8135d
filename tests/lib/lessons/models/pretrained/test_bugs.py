import pytest
import torch

from lib.core.bugs import bugs_of
from lib.core.isolation import attempt
from lib.lessons.models.pretrained import bugs as wrong
from lib.lessons.models.pretrained import download as pretrained_download
from lib.lessons.models.pretrained.bugs_then import pretrained_true, weights_named
from lib.lessons.models.pretrained.download import download_of, downloader
from lib.lessons.models.pretrained.networks import cached, trained
from lib.runtime.downloads import ActiveDownload
from lib.runtime.workers import Stopped
from tests.lib.core.test_bugs import check_loud, check_titles, pair

BUGS = bugs_of("lib.lessons.models.pretrained")


SAYS = {
    "loop_not_indented": ("IndentationError", "expected an indented block after 'for'", "compile("),
    "fc_of_sequential": (
        "AttributeError",
        "'Sequential' object has no attribute 'fc'",
        "resnet.fc",
    ),
    "gray_picture": ("RuntimeError", "to have 3 channels, but got 1", "model("),
    "not_pooled": ("RuntimeError", "cannot be multiplied (8960x7 and 1280x10)", "head(body(x))"),
}
SILENT = {"not_normalized", "eval_forgotten", "frozen_in_training", "frozen_too_late"}


def both(name):
    broken, fixed = (attempt(program, {}) for program in pair(BUGS, name))
    for each in (broken, fixed):
        assert (each.error, each.warnings) == ("", ())
    return broken.result, fixed.result


def test_every_bug_is_tested_and_says_if_it_is_silent():
    check_titles(BUGS, SAYS, SILENT)


@pytest.mark.parametrize("name", SAYS)
def test_a_loud_bug_raises_on_its_line_and_the_repair_does_not(name):
    check_loud(BUGS, name, *SAYS[name])


def test_the_repairs_give_the_right_shapes():
    assert wrong.loop_not_indented_fixed() == 0
    assert wrong.fc_of_sequential_fixed() == (256, 2048)
    assert wrong.gray_picture_fixed() == (1, 1000)
    assert wrong.not_pooled_fixed() == (1, 10)


def test_without_normalizing_most_answers_change_and_are_less_sure():
    broken, fixed = both("not_normalized")
    changed = [a != b for a, b in zip(broken.answers, fixed.answers, strict=True)]
    assert sum(changed) > len(changed) / 2
    assert broken.mean_chance < fixed.mean_chance
    assert fixed.answers[:2] == ("Egyptian cat", "espresso")


def test_without_eval_two_runs_differ():
    broken, fixed = both("eval_forgotten")
    assert broken.largest_difference > 0.01
    assert fixed.largest_difference == 0
    assert fixed.first == fixed.second


def test_batch_norm_moves_in_frozen_blocks():
    before = trained("mobilenet_v2").features[0][1].running_mean.clone()
    broken, fixed = both("frozen_in_training")
    assert broken.answers != fixed.answers
    assert fixed.answers[:2] == ("Egyptian cat", "espresso")
    assert torch.equal(trained("mobilenet_v2").features[0][1].running_mean, before)


def test_a_frozen_weight_moves_only_while_it_has_a_gradient_of_zeros():
    broken, fixed = both("frozen_too_late")
    assert broken.with_grad_none == 0 < broken.with_grad_zero
    assert fixed == (0, 0)


def test_pretrained_true_warns_and_gives_the_same_weights():
    before = torch.hub.get_dir()
    then, now = attempt(pretrained_true, {}), attempt(weights_named, {})
    assert (then.error, now.error, now.warnings) == ("", "", ())
    assert any("'pretrained' is deprecated" in words for words in then.warnings)
    assert any("IMAGENET1K_V1" in words for words in then.warnings)
    assert then.result == now.result
    assert torch.hub.get_dir() == before


# --- weights that are not there -------------------------------------------------------------------


@pytest.fixture
def nowhere(monkeypatch, tmp_path):
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    monkeypatch.setattr(torch.hub, "_hub_dir", None)
    monkeypatch.setattr(downloader, "_last", None)


class Done:
    """A future that has ended."""

    def __init__(self, error):
        self.error = error

    def done(self):
        return True

    def exception(self):
        return self.error


def test_nothing_runs_at_first(nowhere):
    assert downloader.progress() == ("", 0, 0, None)


@pytest.mark.parametrize("name", ["mobilenet_v2", "alexnet"])
def test_only_missing_weights_can_be_downloaded(nowhere, name):
    with pytest.raises(ValueError, match=f"name='{name}' is no network whose weights are missing"):
        pretrained_download.start(name)


def test_a_failed_download_is_told_in_a_sentence(nowhere, monkeypatch):
    last = ActiveDownload(download_of("resnet18"), None, Done(OSError("no way\nout")))
    monkeypatch.setattr(downloader, "_last", last)
    template, fields = downloader.progress().problem
    assert "resnet18" in template.format(**fields)
    assert template.format(**fields).endswith("no way out")


@pytest.mark.parametrize("error", [None, Stopped()])
def test_one_that_ended_well_or_was_stopped_has_no_problem(nowhere, monkeypatch, error):
    last = ActiveDownload(download_of("resnet18"), None, Done(error))
    monkeypatch.setattr(downloader, "_last", last)
    assert downloader.progress().problem is None


def test_progress_counts_the_unfinished_file(nowhere, monkeypatch):
    running = Done(None)
    running.done = lambda: False
    last = ActiveDownload(download_of("resnet18"), None, running)
    monkeypatch.setattr(downloader, "_last", last)
    file = cached("resnet18")
    file.parent.mkdir(parents=True)
    file.with_name(file.name + ".1234.partial").write_bytes(b"." * 2**20)
    now = downloader.progress()
    assert (now.running, now.done) == ("resnet18", 2**20)
    assert now.total / 2**20 == pytest.approx(44.7, abs=0.1)
