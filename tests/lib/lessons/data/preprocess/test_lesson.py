import io
from contextlib import redirect_stdout
from itertools import permutations

import cv2
import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as some
from torchvision import tv_tensors
from torchvision.datasets import ImageFolder
from torchvision.transforms import v2

from lib.core.isolation import call_alone
from lib.datasets.assets import asset
from lib.datasets.images import PICTURES, picture
from lib.lessons.data.preprocess.lesson import (
    BINS,
    DRAWS,
    FIRST_CHAIN,
    MEAN,
    RANDOM,
    STD,
    STEPS,
    Chain,
    composed,
    draw,
    draws_at_random,
    follow,
    snapshot,
)
from lib.lessons.data.preprocess.normalization import NEAR, normalize_batch, reaches, views
from lib.lessons.data.preprocess.questions import (
    FEEDBACK,
    FEEDBACK_SHAPE,
    RED,
    asks,
    guesses,
    refusal,
    subject,
)

SCALED = "ToDtype(torch.float32, scale=True)"
likely = some.tuples(
    some.sampled_from(["chelsea", "fashion 3"]),
    some.one_of(
        some.lists(some.sampled_from([*STEPS]), max_size=4).map(tuple),
        some.lists(some.sampled_from([*STEPS]), max_size=6).map(lambda x: ("ToImage()", *x)),
        some.permutations(FIRST_CHAIN).map(tuple),
    ),
    some.integers(0, 99),
)


def sent(image: str, steps: tuple[str, ...], seed: int = 0) -> Chain:
    return call_alone(follow, {"image": image, "steps": steps, "seed": seed})


# --- the steps ------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", STEPS)
def test_each_step_is_named_by_the_call_that_makes_it(name):
    made = eval(f"v2.{name}", {"v2": v2, "torch": torch, "MEAN": MEAN, "STD": STD})
    assert repr(made) == repr(STEPS[name])
    assert vars(made).keys() == vars(STEPS[name]).keys()


def test_the_random_steps_are_those_whose_draws_differ():
    x = v2.functional.to_dtype(v2.functional.to_image(picture("chelsea")), scale=True)
    for name, step in STEPS.items():
        torch.manual_seed(0)
        drawn = {step(x).numpy().tobytes() for _ in range(8)}
        assert (len(drawn) > 1) == (name in RANDOM), name


# --- against NumPy and OpenCV ---------------------------------------------------------------------


@pytest.mark.parametrize("name", ["chelsea", "horse", "fashion 5"])
def test_scaling_and_normalizing_are_numpys_arithmetic(name):
    pixels = picture(name).astype(np.float64) / 255  # (H, W, 3)
    expected = (pixels - MEAN) / STD
    chain = sent(name, ("ToImage()", SCALED, "Normalize(MEAN, STD)"))
    scaled, normalized = chain.snapshots[2:]
    assert scaled.mean == pytest.approx(pixels.mean((0, 1)), abs=1e-5)
    assert scaled.std == pytest.approx(pixels.std((0, 1)), abs=1e-5)
    assert normalized.mean == pytest.approx(expected.mean((0, 1)), abs=1e-4)
    assert normalized.std == pytest.approx(expected.std((0, 1)), abs=1e-4)
    assert normalized.low == pytest.approx(expected.min(), abs=1e-5)
    assert normalized.high == pytest.approx(expected.max(), abs=1e-5)
    cut = (expected < 0) | (expected > 1)
    assert normalized.clipped == pytest.approx(cut.mean(), abs=1e-5)
    assert scaled.clipped == 0


def test_to_image_moves_the_channel_and_changes_no_number():
    before, after = sent("coffee", ("ToImage()",)).snapshots
    height, width, _ = picture("coffee").shape
    assert (before.shape, after.shape) == ((height, width, 3), (3, height, width))
    assert (before.kind, after.kind) == ("ndarray", "Image")
    assert (before.dtype, after.dtype) == ("uint8", "uint8")
    np.testing.assert_array_equal(before.histogram, after.histogram)
    assert before.mean == pytest.approx(after.mean)


def test_crop_flip_and_resize_are_those_of_numpy_and_opencv():
    pixels = picture("astronaut")  # (256, 256, 3)
    image = STEPS["ToImage()"](pixels)

    cropped = STEPS["CenterCrop(112)"](image).permute(1, 2, 0).numpy()
    np.testing.assert_array_equal(cropped, pixels[72:184, 72:184])

    torch.manual_seed(3)
    random = STEPS["RandomCrop(112)"](image).permute(1, 2, 0).numpy()
    corners = [
        (top, left)
        for top, left in np.argwhere((pixels[:145, :145] == random[0, 0]).all(-1))
        if np.array_equal(pixels[top : top + 112, left : left + 112], random)
    ]
    assert len(corners) == 1

    flipped = v2.functional.horizontal_flip(image).permute(1, 2, 0).numpy()
    np.testing.assert_array_equal(flipped, cv2.flip(pixels, 1))
    torch.manual_seed(0)
    drawn = {STEPS["RandomHorizontalFlip(p=0.5)"](image).numpy().tobytes() for _ in range(9)}
    assert drawn == {image.numpy().tobytes(), flipped.transpose(2, 0, 1).tobytes()}

    # To a half, with antialias, is nearly the mean of two by two.
    half = STEPS["Resize(128)"](image).permute(1, 2, 0).numpy().astype(float)
    area = cv2.resize(pixels, (128, 128), interpolation=cv2.INTER_AREA)
    assert np.abs(half - area).mean() < 3


def test_the_histogram_is_numpys():
    for steps in (("ToImage()",), ("ToImage()", SCALED, "Normalize([0.5], [0.5])")):
        x = picture("rocket").astype(np.float32)
        if len(steps) > 1:
            x = (x / 255 - 0.5) / 0.5
        seen = sent("rocket", steps).snapshots[-1]
        for channel, counts in enumerate(seen.histogram):
            expected, edges = np.histogram(x[..., channel], BINS, seen.ends)
            width = edges[1] - edges[0]
            # A number on an edge may fall to either side.
            near = np.abs((x[..., channel] - edges[0]) / width % 1 - 0.5) > 0.499
            assert np.abs(expected - counts).sum() <= 2 * near.sum()
            assert counts.sum() == x[..., channel].size


def test_a_picture_of_one_color_can_be_looked_at():
    flat = snapshot("", torch.full((3, 4, 5), -2.0))
    assert flat.ends[0] < -2 < flat.ends[1]
    assert flat.histogram.sum(1).tolist() == [20, 20, 20]
    assert flat.std == (0, 0, 0)
    assert flat.clipped == 1
    assert not flat.shown.any()


# --- the chain ------------------------------------------------------------------------------------


@given(likely)
@settings(max_examples=60)
def test_step_by_step_is_what_compose_does_at_once(choice):
    image, steps, seed = choice
    chain = sent(*choice)
    assert chain.steps == steps
    assert len(chain.snapshots) <= len(steps) + 1
    assert [each.call for each in chain.snapshots[1:]] == list(steps[: len(chain.snapshots) - 1])
    if not steps:
        return
    torch.manual_seed(seed)
    compose = v2.Compose([STEPS[name] for name in steps])
    if chain.error:
        with pytest.raises((TypeError, ValueError, RuntimeError)) as raised:
            compose(picture(image))
        assert chain.error == f"{raised.type.__name__}: {raised.value}"
        assert len(chain.snapshots) <= len(steps)
        return
    same = snapshot(steps[-1], compose(picture(image)))
    last = chain.snapshots[-1]
    assert (last.shape, last.dtype, last.mean, last.std) == (
        same.shape,
        same.dtype,
        same.mean,
        same.std,
    )
    np.testing.assert_array_equal(last.shown, same.shown)


def test_boxes_go_along_with_their_image_and_a_data_set_takes_a_chain(tmp_path):
    image = STEPS["ToImage()"](picture("astronaut"))  # (3, 256, 256)
    box = tv_tensors.BoundingBoxes([[10, 20, 50, 60]], format="XYXY", canvas_size=(256, 256))
    chain = v2.Compose([v2.RandomHorizontalFlip(p=1), v2.Resize((128, 128))])
    _, moved = chain(image, box)
    assert moved.tolist() == [[(256 - 50) / 2, 20 / 2, (256 - 10) / 2, 60 / 2]]
    (tmp_path / "clothes").mkdir()
    cv2.imwrite(str(tmp_path / "clothes" / "0.png"), picture("fashion 0"))
    chain = v2.Compose([STEPS[name] for name in ("ToImage()", "Resize(64)", SCALED)])
    x, _ = ImageFolder(str(tmp_path), transform=chain)[0]
    assert (tuple(x.shape), x.dtype) == ((3, 64, 64), torch.float32)


def test_what_was_there_before_a_refusal_is_kept():
    chain = sent("chelsea", ("ToImage()", "Resize(64)", "Normalize(MEAN, STD)", "Grayscale()"))
    assert chain.error == "TypeError: Input tensor should be a float tensor. Got torch.uint8."
    assert [each.call for each in chain.snapshots] == ["", "ToImage()", "Resize(64)"]
    small = sent("fashion 0", ("ToImage()", "RandomCrop(112)"))
    assert "larger than input image size (28, 28)" in small.error


@pytest.mark.parametrize(
    "name", [name for name in STEPS if name not in {"ToImage()", "RandomCrop(112)"}]
)
def test_without_to_image_an_array_passes_as_it_is(name):
    before, after = sent("chelsea", (name,)).snapshots
    assert after.kind == "ndarray"
    assert (after.shape, after.dtype, after.mean) == (before.shape, before.dtype, before.mean)


def test_the_order_matters():
    ends = set()
    for order in permutations(("Normalize(MEAN, STD)", "ColorJitter(0.5, 0.5, 0.5)", SCALED)):
        chain = sent("chelsea", ("ToImage()", *order))
        ends.add((chain.error, chain.snapshots[-1].mean))
    assert len(ends) > 2
    late = sent(
        "chelsea", ("ToImage()", SCALED, "Normalize(MEAN, STD)", "ColorJitter(0.5, 0.5, 0.5)")
    )
    assert late.snapshots[-2].low < 0 == late.snapshots[-1].low


def test_same_seed_same_picture_and_another_seed_another():
    once, again, other = (sent("chelsea", FIRST_CHAIN, seed) for seed in (4, 4, 5))
    np.testing.assert_array_equal(once.snapshots[-1].shown, again.snapshots[-1].shown)
    assert once.snapshots[-1].mean == again.snapshots[-1].mean != other.snapshots[-1].mean


@pytest.mark.parametrize(
    ("bad", "says"),
    [
        ({"image": "dog"}, "image='dog' is not one of: 'chelsea'"),
        ({"steps": ["ToImage()"]}, r"steps=\['ToImage\(\)'\] is not a tuple"),
        (
            {"steps": ("ToTensor()",)},
            r"steps\[0\]='ToTensor\(\)' is not one of: 'ToImage\(\)', ",
        ),
        ({"steps": ("ToImage()",) * 9}, "the length of steps=9 is out of range: 0 to 8"),
        ({"seed": 100}, "seed=100 is out of range: 0 to 99"),
    ],
)
def test_a_setting_that_is_not_allowed_is_refused(bad, says):
    with pytest.raises(ValueError, match=says):
        follow(**bad)


# --- the chain as text ----------------------------------------------------------------------------


@given(likely)
@settings(max_examples=25)
def test_the_chain_as_text_runs_and_gives_the_same(choice):
    image, _, seed = choice
    chain = sent(*choice)
    whole, quiet = (composed(chain, image, seed, shown) for shown in (True, False))
    assert [line.partition("  #")[0] for line in whole.splitlines()] == [
        line.partition("  #")[0] for line in quiet.splitlines()
    ]
    for name in ("chelsea.jpg", "fashion_mnist.npz"):
        whole = whole.replace(f'"{name}"', repr(str(asset(name))))
    names: dict[str, object] = {}
    run = compile(whole, "chain", "exec")
    with redirect_stdout(io.StringIO()):
        if chain.error:
            with pytest.raises((TypeError, ValueError, RuntimeError)) as raised:
                exec(run, names)
            assert chain.error == f"{raised.type.__name__}: {raised.value}"
            return
        exec(run, names)
    x = names["x"]
    assert tuple(x.shape) == chain.snapshots[-1].shape
    assert snapshot("", x).mean == chain.snapshots[-1].mean


def test_the_text_tells_shapes_only_when_asked_to():
    chain = sent("chelsea", ("ToImage()", "Normalize(MEAN, STD)", "Resize(64)"))
    whole, quiet = (composed(chain, "chelsea", 0, shown) for shown in (True, False))
    assert "v2.ToImage(),  # (3, 256, 385) uint8" in whole
    assert "v2.Normalize(MEAN, STD),  # TypeError" in whole
    assert "v2.Resize(64),\n" in whole
    assert "TypeError" not in quiet
    assert "(3, 256, 385)" not in quiet


# --- questions ------------------------------------------------------------------------------------


@given(likely)
@settings(max_examples=60)
def test_each_question_has_one_right_answer(choice):
    _image, steps, _ = choice
    chain = sent(*choice)
    feedback = {"normalized": FEEDBACK, "shape": FEEDBACK_SHAPE}
    for question, rows in guesses(chain).items():
        assert {row.code for row in rows} <= feedback[question].keys()
        assert sum(row.right for row in rows) == 1
        assert len({row.value for row in rows}) == len(rows) >= 2
    if about := subject(chain):
        before, after, _number = about
        mean, std = RED[after.call]
        [right] = [row for row in guesses(chain)["normalized"] if row.right]
        said = [float(each) for each in str(right.value).split(", ")]
        expected = [(before.mean[0] - mean) / std, before.std[0] / std]
        assert said == pytest.approx(expected, abs=0.006)
    [right] = [row for row in guesses(chain)["shape"] if row.right]
    assert right.value == ("error" if chain.error else str(chain.snapshots[-1].shape))
    assert (right.code == "untouched") == (not chain.error and "ToImage()" not in steps)
    assert (right.code == "late") == (
        not chain.error and "ToImage()" in steps and steps[0] != "ToImage()"
    )
    for row in guesses(chain)["shape"]:
        about_error = row.code in {"refused", "reached"}
        assert (row.code == "accepted") == (row.value == "error" and not row.right)
        assert not about_error or chain.error
        FEEDBACK_SHAPE[row.code].format(**refusal(chain))  # KeyError: no step refused


def coded(question: str, chain: Chain) -> dict[str, object]:
    return {row.code: row.value for row in guesses(chain)[question]}


def test_the_step_that_refuses_is_named():
    chain = sent("chelsea", ("ToImage()", "Resize(64)", "Normalize(MEAN, STD)", "Grayscale()"))
    assert chain.error
    assert refusal(chain) == {"number": 3, "step": "Normalize(MEAN, STD)"}
    said = coded("shape", chain)
    assert said["refused"] == "error"
    assert said["reached"] == str(chain.snapshots[-1].shape)  # that is what arrives there
    assert refusal(sent("chelsea", FIRST_CHAIN)) == {}


def test_normalize_makes_three_channels_of_a_gray_one_and_the_question_says_so():
    gray = ("ToImage()", "Grayscale()", SCALED)
    three, one = (
        sent("coffee", (*gray, "Normalize(MEAN, STD)")),
        sent("coffee", (*gray, "Normalize([0.5], [0.5])")),
    )
    height, width, _ = picture("coffee").shape
    assert coded("shape", three)["shape"] == str((3, height, width))
    assert coded("shape", three)["gray"] == str((1, height, width))
    assert coded("shape", one)["shape"] == str((1, height, width))
    assert "gray" not in coded("shape", one)
    for chain in (three, one):
        about = subject(chain)
        assert about
        template, fields = asks(about)
        text = template.format(**fields)
        assert "gray channel" in text
        assert "red" not in text
    about = subject(sent("coffee", FIRST_CHAIN))
    assert about
    template, fields = asks(about)
    assert "red has a mean" in template.format(**fields)


@given(likely)
@settings(max_examples=40)
def test_only_a_crop_or_two_equal_sides_make_a_square_of_what_was_none(choice):
    _image, steps, seed = choice
    chain = sent("chelsea", steps, seed)
    height, width = chain.snapshots[-1].shape[-2:]
    if chain.snapshots[-1].kind != "ndarray" and height == width:
        done = [each.call for each in chain.snapshots]
        assert any("Crop" in call or call == "Resize((128, 128))" for call in done)


# --- eight draws, views, the batch ----------------------------------------------------------------


def test_draws_differ_only_if_a_step_is_random():
    random = call_alone(draw, {"steps": FIRST_CHAIN})
    assert len(random.images) == DRAWS
    assert 1 < random.different <= DRAWS
    fixed = call_alone(draw, {"steps": ("ToImage()", "CenterCrop(112)")})
    assert fixed.different == 1
    assert len(set(fixed.mean)) == 1
    assert call_alone(draw, {"steps": ("RandomCrop(112)", "ToImage()")}) == ((), 0, ())
    assert call_alone(draw, {"steps": ()}).different == 1


@given(likely)
@settings(max_examples=25)
def test_whoever_draws_at_random_holds_an_image(choice):
    image, steps, seed = choice
    if not draws_at_random(steps):
        assert call_alone(draw, {"image": image, "steps": steps, "seed": seed}).different <= 1


def test_a_random_step_may_have_no_effect_on_an_image():
    steps = ("ToImage()", "CenterCrop(112)", "RandomCrop(112)")
    assert draws_at_random(steps)
    assert call_alone(draw, {"steps": steps}).different == 1
    assert not draws_at_random(("RandomRotation(30)", "ToImage()"))


def test_the_first_draw_is_the_chain_with_that_seed():
    first = call_alone(draw, {"seed": 7}).images[0]
    np.testing.assert_array_equal(first, sent("chelsea", FIRST_CHAIN, 7).snapshots[-2].shown)
    last = ("ToImage()", "RandomRotation(30)")
    first = call_alone(draw, {"steps": last, "seed": 7}).images[0]
    np.testing.assert_array_equal(first, sent("chelsea", last, 7).snapshots[-1].shown)


def test_views_are_what_their_names_say():
    right, swapped, normalized, undone = views("coffee")
    pixels = picture("coffee")
    np.testing.assert_array_equal(right.shown, pixels)
    np.testing.assert_array_equal(swapped.shown, cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR))
    x = (pixels / 255 - MEAN) / STD
    assert normalized.clipped == pytest.approx(((x < 0) | (x > 1)).mean(), abs=1e-5)
    np.testing.assert_allclose(normalized.shown, x.clip(0, 1) * 255, atol=0.51)
    np.testing.assert_allclose(undone.shown, pixels, atol=1)
    assert (right.off, undone.clipped) == (0, 0)
    assert swapped.off == pytest.approx(np.abs(pixels[..., ::-1] - pixels.astype(float)).mean())


def whitening(image: str) -> dict[str, float]:
    """Mean and std as read off a Normalize that changes nothing, on the sliders' steps."""
    colors = ("red", "green", "blue")
    nothing = {f"mean_{c}": 0.0 for c in colors} | {f"std_{c}": 1.0 for c in colors}
    seen = call_alone(normalize_batch, {"image": image, **nothing})
    means = {f"mean_{c}": round(m, 2) for c, m in zip(colors, seen.mean, strict=True)}
    return means | {f"std_{c}": round(s, 2) for c, s in zip(colors, seen.std, strict=True)}


@pytest.mark.parametrize("image", [*PICTURES, "fashion 0", "fashion 1", "fashion 2"])
def test_the_challenge_can_be_reached_with_the_sliders(image):
    assert not reaches(call_alone(normalize_batch, {"image": image}))
    result = call_alone(normalize_batch, {"image": image, **whitening(image)})
    assert reaches(result)
    assert result.histogram.sum(1) == pytest.approx([1, 1, 1])
    assert not result.flat


def test_the_challenge_is_about_every_channel():
    good = whitening("chelsea")
    for name in good:
        moved = {**good, name: good[name] + 0.05}
        assert not reaches(call_alone(normalize_batch, {"image": "chelsea", **moved})), name
    assert NEAR < 0.1


def test_a_picture_of_one_color_is_said_to_be_flat():
    good, png = cv2.imencode(".png", np.full((40, 40, 3), 90, np.uint8))
    assert good
    result = call_alone(normalize_batch, {"image": png.tobytes()})
    assert result.flat
    assert not reaches(result)
    assert sent(png.tobytes(), FIRST_CHAIN).error == ""


def test_the_batch_refuses_a_std_of_zero():
    with pytest.raises(ValueError, match=r"std_red=0 is out of range: 0.01 to 1.0"):
        normalize_batch(std_red=0)


def test_a_picture_of_ones_own_has_a_file_of_its_own():
    _, png = cv2.imencode(".png", np.arange(240, dtype=np.uint8).reshape(8, 10, 3))
    chain = sent(png.tobytes(), ("ToImage()",))
    assert 'Image.open("own.png")' in composed(chain, png.tobytes(), 0)
    assert chain.snapshots[-1].shape == (3, 8, 10)
