import json
from itertools import product

import numpy as np
import plotly.graph_objects as go
import pytest

from lib.core.isolation import call_alone
from lib.lessons.tensors.create import distributions
from lib.lessons.tensors.create import lesson as create
from lib.lessons.tensors.create.distributions import GROWTH
from lib.lessons.tensors.create.figures import CROWDED, ONE_BY_ONE, WORDS, draws, sizes, values
from lib.plots.palette import POSITIVE

SHAPES = [(1,), (12,), (5, 3), (6, 6), (3, 4, 4), (2, 3, 4, 4)]
CASES = [
    (constructor, shape, dtype)
    for constructor, shape, dtype in product(
        (create.randn, create.rand, create.arange, create.full), SHAPES, create.DTYPES
    )
    if not create.make(constructor, shape, dtype).refused
]
# The widest a number may be, in letters, for the font sizes and cells below.
ROOM = {True: 7, False: 5}


def made(constructor, shape=(5, 3), dtype="default", **more):
    return call_alone(
        create.make, {"constructor": constructor, "shape": shape, "dtype": dtype, **more}
    )


def drawn(constructor, dtype="default"):
    return call_alone(distributions.draws, {"constructor": constructor, "dtype": dtype})


def maps(figure):
    """The grids, without the memory below them."""
    return [trace for trace in figure.data if trace.type == "heatmap"][:-1]


def memory(figure):
    return [trace for trace in figure.data if trace.type == "heatmap"][-1]


def texts(figure):
    """What stands in the cells, grid by grid, row by row."""
    return [text for each in maps(figure) for row in each.text for text in row]


def number(text):
    """The number a cell says."""
    plain = text.replace("−", "-").replace("<br>", "").rstrip(".")
    return {"True": 1, "False": 0}.get(plain) if plain.isalpha() else complex(plain)


# --- the values -----------------------------------------------------------------------------------


@pytest.mark.parametrize(("constructor", "shape", "dtype"), CASES)
def test_every_cell_says_its_number_and_fits(constructor, shape, dtype):
    x = made(constructor, shape, dtype)
    figure = values(x)
    shown = texts(figure)
    assert len(shown) == x.numel
    wide = figure.layout.xaxis.range[1]
    close = 0.006 if wide <= CROWDED + 1 else 0.075
    for text, exact in zip(shown, x.values.flat, strict=True):
        assert number(text) == pytest.approx(complex(exact), abs=close)
        assert max(map(len, text.split("<br>"))) <= ROOM[bool(wide < 9)] + (dtype == "complex64")
        assert text.strip()


@pytest.mark.parametrize(
    ("value", "dtype", "text"),
    [
        (7, "float32", "7."),
        (7, "int64", "7"),
        (2.5, "float64", "2.5"),
        (-1, "float16", "−1."),
        (7, "bool", "True"),
        (2.5, "complex64", "2.5<br>+0.j"),
    ],
)
def test_a_float_has_a_point_as_pytorch_prints_it(value, dtype, text):
    assert set(texts(values(made(create.full, dtype=dtype, fill=value)))) == {text}


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        (0.00012, "1e−4"),
        (0.4567, "0.457"),
        (-0.0456, "−0.046"),
        (123.456, "123."),
        (12345.5, "1.23e4"),
        (1e6, "1e6"),
        (99_999.0, "99999."),
    ],
)
def test_small_and_large_numbers_fit(typed, text):
    assert texts(values(made(create.tensor, rows=(typed, 0.5))))[0] == text


def test_infinity_of_a_small_dtype_is_drawn_and_can_be_sent():
    figure = values(made(create.tensor, dtype="float16", rows=(1e6, -1e6, 1)))
    assert texts(figure) == ["inf", "−inf", "1."]
    assert np.isfinite(np.asarray(maps(figure)[0].z)).all()
    json.loads(figure.to_json())


def test_the_sign_is_in_the_color():
    x = made(create.randn)
    [cells] = maps(values(x))
    np.testing.assert_allclose(cells.z, x.values, rtol=1e-6)
    assert (cells.zmin, cells.zmax) == pytest.approx((-cells.zmax, np.abs(x.values).max()))


@pytest.mark.parametrize("shape", SHAPES)
def test_the_axes_are_named_with_their_lengths(shape):
    note, _ = values(made(create.zeros, shape)).layout.annotations
    parts = note.text.split("   ")
    assert len(parts) == len(shape)
    for axis, (part, length) in enumerate(zip(parts, shape, strict=True)):
        assert part.startswith(f"axis {axis}: {length} ")
    assert parts[-1].endswith("→")


@pytest.mark.parametrize("shape", SHAPES)
def test_hidden_values_are_nowhere_in_the_picture(shape):
    x = made(create.arange, shape)
    figure = values(x, revealed=False)
    assert set(texts(figure)) == {"?"}
    assert len(texts(figure)) == x.numel
    assert not any(np.asarray(cells.z).any() for cells in maps(figure))
    assert not np.asarray(memory(figure).z).any()
    assert not figure.frames
    assert figure.layout.meta is None
    assert figure.layout.height == values(x).layout.height


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("dtype", ["float32", "int8", "complex64", "bool"])
def test_the_table_holds_every_element_in_full(shape, dtype):
    x = made(create.full, shape, dtype, fill=2.5)
    table = json.loads(json.dumps(values(x).layout.meta["numbers"]))
    assert table["columns"] == ["x[…]", "value"]
    assert [row[0] for row in table["rows"]] == [
        ", ".join(map(str, place)) for place in np.ndindex(shape)
    ]
    written = {"float32": "2.5", "int8": "2", "complex64": "2.5+0j", "bool": "True"}[dtype]
    assert {row[1] for row in table["rows"]} == {written}


@pytest.mark.parametrize("shape", SHAPES)
def test_memory_fills_from_its_first_place_to_its_last(shape):
    x = made(create.arange, shape)
    frames = values(x).frames
    counts = [int(np.asarray(frame.data[-1].z).sum()) for frame in frames]
    assert counts[0] == 0
    assert counts[-1] == x.numel
    assert len(set(np.diff(counts))) == 1
    for count, frame in zip(counts, frames, strict=True):
        grids = [text for each in frame.data[:-1] for row in each.text for text in row]
        assert [text != " " for text in grids] == [n < count for n in range(x.numel)]
    if x.numel <= ONE_BY_ONE:
        assert [frame.name for frame in frames[1:]] == [
            f"x[{', '.join(map(str, place))}] = {n}" for n, place in enumerate(np.ndindex(shape))
        ]


def test_nobody_fills_empty_memory():
    assert not values(made(create.empty), fills=False).frames


def test_the_bytes_are_said_only_to_whoever_may_know():
    x = made(create.rand)
    assert "60" in values(x).layout.annotations[1].text
    assert "60" not in values(x, sized=False).layout.annotations[1].text


def test_no_tensor_no_cells():
    figure = values(made(create.rand, dtype="int64"))
    assert not figure.data
    assert [note.text for note in figure.layout.annotations] == [WORDS["nothing"]]
    hidden = values(made(create.rand, dtype="int64"), revealed=False)
    assert [note.text for note in hidden.layout.annotations] == ["?"]


# --- the draws ------------------------------------------------------------------------------------

each_random = pytest.mark.parametrize("constructor", create.RANDOM, ids=lambda f: f.__name__)


@each_random
@pytest.mark.parametrize("dtype", ["default", "float16"])
def test_the_bars_are_the_draws_and_the_line_is_theory(constructor, dtype):
    found, x = drawn(constructor, dtype), made(constructor, dtype=dtype)
    figure = draws(found, x)
    bars, theory, rival, own = figure.data
    area = (np.asarray(bars.y) * bars.width / (0.9 if found.is_whole else 1)).sum()
    assert area == pytest.approx(1, abs=0.002)  # a draw beyond 4 is seldom
    np.testing.assert_allclose(theory.y, found.theory.density, rtol=1e-6)
    assert rival.name == found.rival
    assert rival.visible is not found.is_whole
    np.testing.assert_allclose(own.x, x.values.ravel(), rtol=1e-6)
    low, high = figure.layout.yaxis.range
    seen = [trace for trace in figure.data if trace.visible is not False]
    assert all(low <= y <= high for trace in seen for y in np.asarray(trace.y))
    assert low < min(own.y) <= max(own.y) < 0


@each_random
def test_hidden_draws_show_the_tensors_own_numbers_alone(constructor):
    x = made(constructor)
    figure = draws(drawn(constructor), x, revealed=False)
    bars, theory, rival, own = figure.data
    assert len(bars.x) == len(theory.x) == len(rival.x) == 0
    assert len(own.x) == x.numel
    assert figure.layout.meta is None
    assert "15" in figure.layout.annotations[0].text
    assert figure.layout.height == draws(drawn(constructor), x).layout.height


@each_random
def test_the_table_holds_every_bin_beside_theory(constructor):
    found = drawn(constructor)
    table = json.loads(json.dumps(draws(found, made(constructor)).layout.meta["numbers"]))
    assert table["columns"][1:] == ["10 000 draws", "theory"]
    width = found.theory.edges[1] - found.theory.edges[0]
    shares = np.array([row[1:] for row in table["rows"]]) * width
    assert shares.sum(axis=0) == pytest.approx([1, 1], abs=0.002)
    np.testing.assert_allclose(shares[:, 0], shares[:, 1], atol=0.012)


@each_random
@pytest.mark.parametrize("revealed", [True, False])
def test_the_numbers_fall_one_by_one_and_then_the_bars_grow(constructor, revealed):
    found, x = drawn(constructor), made(constructor)
    figure = draws(found, x, revealed)
    low, high = figure.layout.yaxis.range
    assert len(figure.frames) == 1 + x.numel + len(GROWTH) * revealed
    for count, frame in enumerate(figure.frames[: 1 + x.numel]):
        bars, own = frame.data
        assert not any(bars.y)
        assert sum(0 < y < high for y in own.y) == count  # the others wait above the picture
        assert len(own.y) == len(figure.data[3].x)  # so that the stage can blend
    for grown, frame in zip(found.grown, figure.frames[1 + x.numel :], strict=False):
        bars, own = frame.data
        np.testing.assert_allclose(bars.y, grown, atol=1e-4)
        assert all(low < y < 0 for y in own.y)
    assert [frame.name for frame in figure.frames[: 1 + x.numel]] == [
        frame.name for frame in values(x).frames
    ]


def test_complex_draws_name_the_real_part():
    figure = draws(drawn(create.randn, "complex64"), made(create.randn, dtype="complex64"))
    assert figure.layout.xaxis.title.text == WORDS["real"]


# --- the bytes ------------------------------------------------------------------------------------

EACH = create.element_sizes()


@pytest.mark.parametrize("chosen", [*EACH, ""])
def test_there_is_a_box_for_every_byte(chosen):
    figure = sizes(EACH, chosen)
    [boxes] = figure.data
    filled = np.asarray(boxes.z)
    for name, row in zip(boxes.y, filled, strict=True):
        assert (row > 0).sum() == EACH[name]
        assert (row == 2).any() == (name == chosen)
    assert [color for at, color in boxes.colorscale if at == 1] == [POSITIVE]
    assert dict(figure.layout.meta["numbers"]["rows"]) == EACH


def test_hidden_is_which_of_them_is_that_of_the_tensor():
    figure = sizes(EACH, "int8", revealed=False)
    assert figure == sizes(EACH, "float64", revealed=False)
    assert not (np.asarray(figure.data[0].z) == 2).any()
    assert figure.layout.height == sizes(EACH, "int8").layout.height


# --- all of them ----------------------------------------------------------------------------------

FIGURES = {
    "values": lambda words: values(made(create.randn, (2, 2, 3)), words=words),
    "draws": lambda words: draws(drawn(create.randn), made(create.randn), words=words),
    "sizes": lambda words: sizes(EACH, "bool", words=words),
}
each_figure = pytest.mark.parametrize("draw", FIGURES.values(), ids=FIGURES)


@each_figure
def test_same_settings_same_picture_with_a_height_and_few_bytes(draw):
    figure = draw(WORDS)
    assert isinstance(figure, go.Figure)
    assert figure == draw(WORDS)
    assert figure.layout.height > 0
    assert len(figure.to_json()) < 30_000


@each_figure
def test_the_words_can_be_those_of_another_language(draw):
    words = {name: "@" + text for name, text in WORDS.items()}
    plain, other = draw(WORDS).to_json(), draw(words).to_json()
    seen = [text for text in WORDS.values() if f'"{text}"' in plain]
    assert "@" in other
    assert not [text for text in seen if f'"{text}"' in other]
