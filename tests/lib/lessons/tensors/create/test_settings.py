import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.lessons.tensors.create.settings import COLUMNS, LARGEST, ROWS, NumberRows, parse

NUMBERS = st.integers(-LARGEST, LARGEST) | st.floats(-LARGEST, LARGEST, allow_nan=False)
ROW = st.lists(NUMBERS, min_size=1, max_size=COLUMNS)


def written(row):
    return ", ".join(map(repr, row))


@given(ROW)
def test_one_row_comes_back_as_it_was(row):
    read = parse(written(row))
    assert read == tuple(row)
    assert [type(number) for number in read] == [type(number) for number in row]
    NumberRows().check("rows", read)


@given(st.lists(ROW, min_size=2, max_size=ROWS))
def test_several_rows_come_back_as_they_were(rows):
    read = parse(" ;".join(map(written, rows)))
    assert read == tuple(map(tuple, rows))
    NumberRows().check("rows", read)


@given(st.text(max_size=100) | st.text("0123456789.,;-+eE ", max_size=40))
def test_any_text_is_read_or_refused_with_a_sentence(text):
    read, said = None, ""
    try:
        read = parse(text)
    except ValueError as error:
        said = str(error)
    if read is None:
        assert len(said.split()) > 4
    else:
        NumberRows().check("rows", read)


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("5.5, 3", (5.5, 3)),
        ("1,2;3,4", ((1, 2), (3, 4))),
        ("1, 2;", ((1, 2),)),
        ("1, 2; 3", ((1, 2), (3,))),
        (" -3 ", (-3,)),
        ("−3, +4", (-3, 4)),
        (".5, 5., 1e3, 2E-1", (0.5, 5.0, 1000.0, 0.2)),
    ],
)
def test_what_can_be_read(text, rows):
    assert repr(parse(text)) == repr(rows)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "row 1 has an empty place where a number should be"),
        ("1,,2", "row 1 has an empty place"),
        ("1;;2", "row 2 has an empty place"),
        ("5, x", "'x' in row 1 is not a number such as 5.5, -3 or 1e3"),
        ("1; 2 3", "'2 3' in row 2 is not a number"),
        ("nan", "'nan' in row 1 is not a number"),
        ("1_000", "'1_000' in row 1 is not a number"),
        ("٣", "'٣' in row 1 is not a number"),
        ("0x10", "'0x10' in row 1 is not a number"),
        ("__import__('os')", "is not a number"),
        ("9" * 30, "is not a number"),
        ("1e9", "1e9 is out of range: -1000000 to 1000000"),
        ("1e999", "1e999 is out of range"),
        ("1,2,3,4,5,6,7,8,9", "row 1 has 9 numbers: up to 8 fit"),
        ("1;2;3;4;5;6;7", "7 rows are too many: up to 6 fit"),
    ],
)
def test_what_cannot_be_read_is_named(text, says):
    with pytest.raises(ValueError) as error:  # noqa: PT011
        parse(text)
    assert says in str(error.value)
