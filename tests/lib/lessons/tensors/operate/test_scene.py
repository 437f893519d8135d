"""The scene of the lesson: its code makes the numbers shown, and what is asked stays hidden."""

import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lib.core.scene import Revealed
from lib.lessons.tensors.operate.conversion import SOURCES, TARGETS, convert
from lib.lessons.tensors.operate.forms import FORMS, operation_of
from lib.lessons.tensors.operate.lesson import DTYPES, combine
from lib.lessons.tensors.operate.questions import reaches, wraps_to_44
from lib.lessons.tensors.operate.scene import CONTROLS, MATMUL, scene
from lib.lessons.tensors.operate.scene import settings as joined
from lib.runtime.scenes import scene_json
from tests.lib.core.scene_code import run_code
from tests.lib.lessons.tensors.operate.test_lesson import NUMPY
from tests.pages.strategies import strategy

forms = st.sampled_from([form for row in FORMS.values() for form in row.values()])
shapes, dtypes = strategy(combine.rules["x_shape"]), st.sampled_from(DTYPES)
values = strategy(convert.rules["value"])


def shown(made: Any) -> dict[str, str]:
    return {row.name: row.value for row in made.numbers}


def sent(revealed: tuple[str, ...], **changed: Any) -> dict[str, Any]:
    return json.loads(scene_json("operate", joined(**changed), Revealed(revealed)))


def drawn(picture: dict[str, Any]) -> str:
    return json.dumps(picture["figure"])


@settings(max_examples=150, deadline=None)
@given(forms, shapes, shapes, dtypes, dtypes)
def test_the_code_makes_the_result_that_is_shown(compute, x_shape, y_shape, x_dtype, y_dtype):
    made = scene(
        compute=compute, x_shape=x_shape, y_shape=y_shape, x_dtype=x_dtype, y_dtype=y_dtype
    )
    ran, rows = run_code(made), shown(made)
    assert ran.error == made.error
    if ran.error:
        assert rows["PyTorch"] == f"{ran.error}: {ran.message}"
        return
    result = ran.names["result"]
    assert rows["`result.shape`"] == f"`{tuple(result.shape)}`"
    assert rows["`result.dtype`"] == f"`{result.dtype}`"
    if x_dtype == y_dtype == "float64" and not compute.__name__.endswith(("in_place", "into_y")):
        x = 10 * np.arange(1, np.prod(x_shape) + 1).reshape(x_shape)
        y = np.arange(1, np.prod(y_shape) + 1).reshape(y_shape)
        theirs = NUMPY[operation_of(compute)](x.astype(float), y.astype(float))
        np.testing.assert_allclose(result.numpy(), theirs, rtol=1e-6)


@settings(max_examples=150, deadline=None)
@given(values, st.sampled_from(SOURCES), st.sampled_from(TARGETS))
def test_the_code_converts_the_number_that_is_shown(value, source, target):
    made = scene("convert", value=value, source=source, target=target)
    ran, rows = run_code(made), shown(made)
    assert ran.error == made.error
    if ran.error:
        assert rows["`x`"] == f"RuntimeError: {ran.message}"
        return
    x, y = ran.names["x"], ran.names["y"]
    assert rows["`x`"] == f"`{x.item()}`"
    assert rows[f"`y = x.to(torch.{target})`"] == f"`{y.item()}`"
    is_same = y.data_ptr() == x.data_ptr()
    assert rows["bytes of new memory"] == str(0 if is_same else y.nbytes)
    if target == "uint8" and source in ("int32", "int64"):
        assert y.item() == int(value) % 256


def test_neither_answer_uncovers_the_other():
    nothing, shape, dtype = sent(()), sent(("shape",)), sent(("dtype",))
    assert not nothing["pictures"][0]["figure"]["frames"]
    assert drawn(nothing["pictures"][0]) == drawn(dtype["pictures"][0])
    assert nothing["numbers"] == []
    assert "float32" not in drawn(shape["pictures"][0])
    assert " = 10 + 1" not in drawn(shape["pictures"][0])
    assert "`result.dtype`" not in dict(shape["numbers"])
    assert "`result.shape`" not in dict(dtype["numbers"])
    assert sent(("shape", "dtype"))["asked"] == 0


def test_where_the_number_lands_is_not_in_the_picture_before_it_is_asked():
    before, after = sent((), part="convert"), sent(("value",), part="convert")
    assert "44" not in drawn(before["pictures"][0])
    assert "44" in drawn(after["pictures"][0])
    assert "bytes of new memory" not in dict(after["numbers"])
    near = sent((), part="convert", value=0.3, target="bfloat16")
    assert "0.3008" not in drawn(near["pictures"][0])


def test_matmul_does_not_begin_with_an_error():
    made = scene(**joined(operation=MATMUL))
    assert made.error == ""
    assert not run_code(made).error


def test_new_shapes_end_with_frames_of_their_own():
    # After the shapes are changed, the frame at rest is one of the new result.
    after = sent(("shape", "dtype"), x_shape=(2, 1))
    assert after["rest"] == -1
    names = [frame["name"] for frame in after["pictures"][0]["figure"]["frames"]]
    assert names[-1] == "result[1, 2] = x[1, 0] + y[2] = 20 + 3 = 23"


@pytest.mark.parametrize("name", ["x_shape", "matmul.y_shape"])
def test_errors_name_the_label_on_the_page(name):
    with pytest.raises(ValueError, match=r"shape of [xy].*9 is out of range: 1 to 4"):
        CONTROLS[name].read(["4, 9"])


def test_no_challenge_is_solved_at_the_start():
    first = joined()
    made = combine(**{name: each for name, each in first.items() if name != "part"})
    assert not reaches(made, first["x_shape"], first["y_shape"])
    assert reaches(combine(x_shape=(2, 4, 1)), (2, 4, 1), (3,))
    assert not wraps_to_44(convert(), "uint8")
    assert wraps_to_44(convert(1068.0), "uint8")
