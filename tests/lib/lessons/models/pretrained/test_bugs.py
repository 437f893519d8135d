import pytest
import torch
from torchvision.models import ResNet50_Weights

from lib.core.bugs import bugs_of
from lib.core.isolation import attempt
from lib.lessons.models.pretrained import bugs
from lib.lessons.models.pretrained.networks import trained
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
    assert bugs.loop_not_indented_fixed() == 0
    assert bugs.fc_of_sequential_fixed() == (256, 2048)
    assert bugs.gray_picture_fixed() == (1, 1000)
    assert bugs.not_pooled_fixed() == (1, 10)


def test_without_normalizing_most_answers_change_and_are_less_sure():
    broken, fixed = both("not_normalized")
    changed = [a != b for a, b in zip(broken.classes, fixed.classes, strict=True)]
    assert sum(changed) > len(changed) / 2
    assert broken.mean_probability < fixed.mean_probability
    assert fixed.classes[:2] == ("Egyptian cat", "espresso")


def test_without_eval_two_runs_differ():
    broken, fixed = both("eval_forgotten")
    assert broken.largest_difference > 0.01
    assert fixed.largest_difference == 0
    assert fixed.first == fixed.second


def test_batch_norm_moves_in_frozen_blocks():
    before = trained("mobilenet_v2").features[0][1].running_mean.clone()
    broken, fixed = both("frozen_in_training")
    assert broken.classes != fixed.classes
    assert fixed.classes[:2] == ("Egyptian cat", "espresso")
    assert torch.equal(trained("mobilenet_v2").features[0][1].running_mean, before)


def test_a_frozen_weight_moves_only_while_it_has_a_gradient_of_zeros():
    broken, fixed = both("frozen_too_late")
    assert broken.with_grad_none == 0 < broken.with_grad_zero
    assert fixed == (0, 0)


def test_pretrained_true_warns_and_gives_the_same_weights():
    before = torch.hub.get_dir()
    then, now = (attempt(each, {}) for each in (bugs.pretrained_true, bugs.weights_named))
    assert (then.error, now.error, now.warnings) == ("", "", ())
    assert any("'pretrained' is deprecated" in words for words in then.warnings)
    assert any("IMAGENET1K_V1" in words for words in then.warnings)
    assert then.result == now.result
    assert torch.hub.get_dir() == before


def test_the_newer_weights_of_resnet50_are_better_and_resize_to_another_size():
    older, newer = ResNet50_Weights.IMAGENET1K_V1, ResNet50_Weights.DEFAULT
    assert [*ResNet50_Weights] == [older, newer]
    accuracies = [each.meta["_metrics"]["ImageNet-1K"]["acc@1"] for each in (older, newer)]
    assert accuracies[0] < accuracies[1]
    assert [each.transforms().resize_size for each in (older, newer)] == [[256], [232]]
    assert older.transforms().crop_size == newer.transforms().crop_size == [224]
