"""Files from visitors: what is good is read, what is not gets a message, nothing is lost."""

import csv
import io
import math

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as some

from lib.lessons.training.loop.config import Recipe
from lib.lessons.training.loop.points import own_points
from lib.uploads.points import EDGE, MOST_BYTES, SHOWN, points_from_csv, points_from_table

GOOD = "x1,x2,class\n1,2,0\n-1.5,2,1\n.5,-3e0,0\n+4,5,1\n"
LONG, CUT = "1" * 41, "1" * 40 + "…"
POINTS = ((1.0, 2.0, 0), (-1.5, 2.0, 1), (0.5, -3.0, 0), (4.0, 5.0, 1))


def read(text):
    return points_from_csv(text.encode())


def said(messages):
    return [str(each) for each in messages]


def rows(*lines):
    """Four good points of two classes, and these lines."""
    return read("\n".join(["1,1,0", "2,2,1", "3,3,0", "4,4,1", *lines]))


# --- what is good is read -------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        GOOD,
        "\ufeff" + GOOD,
        GOOD.replace("\n", "\r\n"),
        GOOD.replace("\n", "\r"),
        GOOD.replace("x1,x2,class\n", ""),
        GOOD.replace(",", ";"),
        GOOD.replace(",", "\t"),
        GOOD.replace(",", " , "),
        GOOD.replace("\n", "\n\n,,\n"),
        GOOD.replace("\n", ",,\n"),
        GOOD.replace(",", ";").replace(".", ","),
        '"x1","x2","class"\n"1","2","0"\n"-1.5","2","1"\n"0.5","-3","0"\n"4","5","1"',
    ],
)
def test_the_usual_ways_to_write_a_table(text):
    uploaded = read(text)
    assert uploaded.points == POINTS
    assert uploaded.problems == ()


def test_named_columns_may_stand_anywhere():
    uploaded = read("id,class,X2,note,X1\n7,0,2,a,1\n7,1,2,,-1.5\n7,0,-3,,.5\n7,1,5,b,4\n")
    assert uploaded.points == POINTS
    assert said(uploaded.notes) == [
        "Line 1 is taken for the names of the columns: 'id,class,X2,note,X1'."
    ]


@pytest.mark.parametrize(
    ("head", "order"),
    [
        ("label,x1,x2", "cab"), ("target,x1,x2", "cab"), ("y,x2,x1", "cba"), ("x1,label,x2", "acb"),
        ("label,width,height", "cab"), ("x,y,class", "abc"), ("x,y,color", "abc"),
        ("a,b,c", "abc"), (",x1,x2,class", "-abc"), ("Unnamed: 0,label,x2,x1", "-cba"),
    ],
)  # fmt: skip
def test_a_header_says_which_column_is_which(head, order):
    table = [dict(zip("abc-", (*point, 9), strict=True)) for point in POINTS]
    body = [",".join(str(row[column]) for column in order) for row in table]
    uploaded = read("\n".join([head, *body]))
    assert uploaded.points == POINTS
    assert uploaded.problems == ()


def test_four_columns_whose_names_say_nothing_are_not_guessed():
    uploaded = read("a,b,c,d\n1,2,0,4\n1,3,1,4\n2,2,0,4\n2,3,1,4")
    assert uploaded.points == ()
    assert "Columns: 4, not 3" in said(uploaded.problems)[0]


def test_a_point_beside_decimal_commas_is_not_guessed():
    good = ["1,5;2;a", "2,5;3;b", "3;4;a", "4;-5,25;b"]
    uploaded = read("\n".join([*good, "1.234;1,5;a"]))
    assert [point[:2] for point in uploaded.points] == [(1.5, 2), (2.5, 3), (3, 4), (4, -5.25)]
    [problem] = said(uploaded.problems)
    assert problem.startswith("Line 5: x1 is '1.234'. In a file with decimal commas")
    # Without a comma in a number, a point is one.
    assert read("1.234;2;a,b\n2;3;c\n3;4;c\n4;5;c").points[0][0] == 1.234


def test_a_file_that_another_program_wrote():
    places = np.random.default_rng(0).uniform(-6, 6, (200, 2))
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(["x1", "x2", "class"])
    writer.writerows([*map(float, place), i % 4] for i, place in enumerate(places))
    uploaded = read(file.getvalue())
    np.testing.assert_array_equal([point[:2] for point in uploaded.points], places)
    assert [point[2] for point in uploaded.points] == [i % 4 for i in range(200)]
    assert uploaded.problems == ()


def test_what_comes_out_can_be_learned():
    made = own_points(Recipe(data="own", own=read(GOOD).points).own)
    assert made.classes == 2
    assert made.x.shape == (4, 2)


# --- classes --------------------------------------------------------------------------------------


def test_words_get_numbers_as_they_appear_and_that_is_said():
    uploaded = read("1,1,dog\n2,2,cat\n3,3,dog\n4,4,an owl\n")
    assert [label for _, _, label in uploaded.points] == [0, 1, 0, 2]
    assert said(uploaded.notes) == ["The classes got numbers: 'dog' → 0, 'cat' → 1, 'an owl' → 2."]


def test_numbers_keep_their_order_and_one_is_one_however_it_is_written():
    uploaded = read("1,1,7\n2,2,-1\n3,3,7.0\n4,4,+7\n")
    assert [label for _, _, label in uploaded.points] == [1, 0, 1, 1]
    assert said(uploaded.notes) == ["The classes got numbers: '-1' → 0, '7' → 1."]


def test_nothing_is_said_of_classes_that_stay():
    assert read("1,1,1\n2,2,0\n3,3,2.0\n4,4,3\n").notes == ()


def test_a_fifth_class_is_told_line_by_line():
    uploaded = read("1,1,a\n1,1,b\n1,1,c\n1,1,d\n1,1,e\n1,1,a\n1,1,f\n")
    assert len(uploaded.points) == 5
    assert said(uploaded.problems) == [
        "Line 5: 'e' would be a fifth class. There can be four: 'a', 'b', 'c', 'd'.",
        "Line 7: 'f' would be a fifth class. There can be four: 'a', 'b', 'c', 'd'.",
    ]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "There are no points in it."),
        ("\n ; ;\n\n", "There are no points in it."),
        ("x1,x2,class\n", "There are no points in it."),
        ("1,1,0\n2,2,1\n3,3,0", "Points that can be used: 3. At least 4 are needed."),
        ("1,1,b\n" * 9, "All points have the class 'b'. To tell classes apart, two are needed."),
    ],
)
def test_too_little_to_learn_from_gives_no_points(text, words):
    uploaded = read(text)
    assert uploaded.points == ()
    assert said(uploaded.problems) == [words]


# --- places ---------------------------------------------------------------------------------------


def test_points_out_of_the_square_are_fitted_and_that_is_said():
    uploaded = read("150,-3,0\n190,1,1\n160,2,0\n170,6,1\n")
    assert [x1 for x1, _, _ in uploaded.points] == [-5.0, 5.0, -2.5, 0.0]
    assert [x2 for _, x2, _ in uploaded.points] == [-3.0, 1.0, 2.0, 6.0]
    assert said(uploaded.notes) == [
        "x1 went from 150 to 190, out of the square from -6 to 6. It was moved and scaled, and "
        "now goes from -5 to 5."
    ]


def test_points_that_all_have_one_place_go_to_the_middle():
    assert read("8,0,0\n8,0,1\n8,0,0\n8,0,1").points[0] == (0.0, 0.0, 0)


def test_the_edge_belongs_to_the_square():
    assert read("6,-6,0\n-6,6,1\n6,6,1\n0,0,0").notes == ()


# --- what is bad gets a message -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("1,two,0", "Line 5: x2 is 'two', which is not a number."),
        ("nan,1,0", "Line 5: x1 is 'nan', which is not a number."),
        ("inf,1,0", "Line 5: x1 is 'inf', which is not a number."),
        ("1_0,1,0", "Line 5: x1 is '1_0', which is not a number."),
        ("٣,1,0", "Line 5: x1 is '٣', which is not a number."),
        ("0x10,1,0", "Line 5: x1 is '0x10', which is not a number."),
        ("__import__('os'),1,0", "Line 5: x1 is \"__import__('os')\", which is not a number."),
        ("=1+1,1,0", "Line 5: x1 is '=1+1', which is not a number."),
        ("1e999,1,0", "Line 5: x1 is '1e999', which is out of range: -1e+09 to 1e+09."),
        ("1,-2e9,0", "Line 5: x2 is '-2e9', which is out of range: -1e+09 to 1e+09."),
        ("1,,0", "Line 5: x2 is missing."),
        ("1,2, ", "Line 5: class is missing."),
        ("1,2", "Line 5: '1,2'. Columns: 2, not 3."),
        ("1,2,3,4", "Line 5: '1,2,3,4'. Columns: 4, not 3."),
        (
            '1,2,"a',
            "Line 5 cannot be split into columns: '1,2,\"a'. A quote is left open, or a cell is "
            "far too long.",
        ),
        ("1,2\0,0", "Line 5: x2 is '2\\x00', which is not a number."),
        ("1,{line},0", "Line 5: x2 is '{line}', which is not a number."),
        (
            f"1,2,{'a' * 41}",
            f"Line 5: the class {'a' * 40 + '…'!r} has 41 letters. 40 are allowed.",
        ),
        (f"1,{'1' * 41},0", f"Line 5: x2 is {'1' * 40 + '…'!r}, which is not a number."),
    ],
)
def test_a_bad_line_is_told_with_its_number_and_its_value(line, words):
    uploaded = rows(line, "5,5,0")
    assert len(uploaded.points) == 5
    assert said(uploaded.problems) == [words]


def test_a_quote_left_open_does_not_swallow_the_lines_after_it():
    assert len(rows('1,1,"0', "5,5,0", "5,5,1").points) == 6


def test_of_many_problems_the_first_are_shown_and_the_others_counted():
    uploaded = rows(*["1,a,0"] * 25)
    assert len(uploaded.points) == 4
    assert len(uploaded.problems) == SHOWN + 1
    assert str(uploaded.problems[-1]) == "And 15 more lines that cannot be used."


def test_too_many_points_are_thinned_and_every_class_stays():
    uploaded = read("\n".join(f"{i % 7 - 3},{i % 5},{i % 2}" for i in range(1000)))
    assert len(uploaded.points) == 500
    assert said(uploaded.problems) == [
        "There are 1000 points. 500 of them are used, picked at random."
    ]
    assert 200 < sum(label for _, _, label in uploaded.points) < 300


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (
            "1,1,naïve".encode("latin-1"),
            "The file is not text in UTF-8: its byte number 7 is 0xef. If it comes from a "
            'spreadsheet, save it as "CSV UTF-8".',
        ),
        (
            GOOD.encode("utf-16"),
            "The file is not text in UTF-8: its byte number 1 is 0xff. If it comes from a "
            'spreadsheet, save it as "CSV UTF-8".',
        ),
        (b"1" * (MOST_BYTES + 1), "The file has 200001 bytes. 200000 are allowed."),
        (b"1,1,1\n" * 5_001, "There are 5001 lines. 5000 are allowed."),
    ],
)
def test_some_files_are_refused_as_a_whole(data, words):
    assert points_from_csv(data).points == ()
    assert said(points_from_csv(data).problems) == [words]


# --- a table that is being edited -----------------------------------------------------------------


def row(x1=None, x2=None, label=None):
    return {"x1": x1, "x2": x2, "class": label}


def test_a_table_with_empty_and_half_empty_rows():
    nan = float("nan")
    uploaded = points_from_table(
        [row(1, 2.0, 0), row(), row(nan, None, ""), row(-1.5, 2, "1"),
         row(np.float64(0.5), -3, 0.0), row(None, 5, 1),
         row(4, nan, 1), row(4, 5), row(4, 5, 1), {}]
    )  # fmt: skip
    assert uploaded.points == POINTS
    assert said(uploaded.problems) == [
        "Line 6: x1 is missing.",
        "Line 7: x2 is missing.",
        "Line 8: class is missing.",
    ]


def test_a_table_and_a_file_with_the_same_rows_say_the_same():
    cells = [(9, 2, "a"), (1, -30, "b"), (5, 5, "a"), ("x", 1, "a"), (0, 0, "c")]
    from_file = read("\n".join(",".join(map(str, each)) for each in cells))
    assert points_from_table([row(*each) for each in cells]) == from_file


def test_a_table_is_bounded_too():
    assert said(points_from_table([row(1, 1, 1)] * 5_001).problems) == [
        "There are 5001 lines. 5000 are allowed."
    ]


NO_NUMBERS = [10**5000, True, [1], {"a": 1}, "\ud800", b"1", 1j, math.inf]


@pytest.mark.parametrize("value", NO_NUMBERS, ids=range(len(NO_NUMBERS)))
def test_a_cell_that_is_no_number_is_told(value):
    problems = points_from_table([row(value, 1, 0)]).problems
    assert "Line 1: x1 is " in str(problems[0])
    assert "which is not a number" in str(problems[0])


# --- whatever comes in ----------------------------------------------------------------------------


def check(uploaded):
    """Either a recipe takes the points, or there are none and something is said."""
    if uploaded.points:
        Recipe(data="own", own=uploaded.points)
        labels = {label for _, _, label in uploaded.points}
        assert labels == set(range(len(labels)))
        assert all(abs(x) <= EDGE for point in uploaded.points for x in point[:2])
        assert all(type(x) is float for point in uploaded.points for x in point[:2])
    else:
        assert uploaded.problems
    assert len(uploaded.problems) <= SHOWN + 3
    for each in (*uploaded.problems, *uploaded.notes):
        assert len(str(each)) < 1000
        assert "\n" not in str(each)


@given(some.binary(max_size=400))
@example(b"\xef\xbb\xbf")
@example(b"\0")
@example(b'"')
@example(b'"\n"\n')
def test_any_bytes_come_back_as_points_and_problems(data):
    check(points_from_csv(data))


PARTS = some.sampled_from(
    ["1", "-2.5", "1e999", "9e8", "nan", "", " ", '"', "a", "b", "c", "d", "e", "0", "\0", "{x}",
     "%s", "\u2028", "\x0b", "x1", "x2", "class", "1,5", "=A1", "\ufeff", "...",
     "1e", "-", "1e-999"]
)  # fmt: skip


@given(
    some.lists(some.lists(PARTS, max_size=5), max_size=30), some.sampled_from([",", ";", "\t", "|"])
)
def test_anything_like_a_table_comes_back_as_points_and_problems(table, sign):
    check(read("\n".join(sign.join(cells) for cells in table)))


@given(
    some.lists(
        some.tuples(
            some.floats(-1e9, 1e9), some.floats(-1e9, 1e9), some.sampled_from(["a", "b", "7", "2"])
        ),
        min_size=4,
        max_size=40,
    )
)
def test_no_line_is_lost_and_all_keep_their_order(table):
    uploaded = read("\n".join(f"{x1!r},{x2!r},{label}" for x1, x2, label in table))
    check(uploaded)
    if len({label for _, _, label in table}) < 2:
        return
    assert len(uploaded.points) == len(table)
    assert uploaded.problems == ()
    for axis in (0, 1):
        given_order = np.array([each[axis] for each in table])
        fitted = np.array([point[axis] for point in uploaded.points])
        # Fitted to four digits, so places may fall together, but none may change sides.
        assert (np.diff(fitted[np.argsort(given_order, kind="stable")]) >= 0).all()
    # One class of the table is one class of the recipe.
    pairs = {(each[2], point[2]) for each, point in zip(table, uploaded.points, strict=True)}
    assert len(pairs) == len({label for _, _, label in table}) == len({new for _, new in pairs})


CELLS = some.one_of(
    some.none(), some.floats(), some.integers(), some.text(max_size=50), some.booleans(),
    some.just("1"), some.lists(some.none(), max_size=2), some.just(math.inf),
)  # fmt: skip


@given(some.lists(some.dictionaries(some.sampled_from(["x1", "x2", "class", "more"]), CELLS)))
def test_any_table_comes_back_as_points_and_problems(table):
    check(points_from_table(table))


@pytest.mark.parametrize(
    "data",
    [
        b"1,1," + b"a" * 10_000_000,
        b"," * MOST_BYTES,
        b'"' * MOST_BYTES,
        b'1,1,"' + b"\n" * (MOST_BYTES - 5),
        b"9" * MOST_BYTES,
        b"9" * 100_000 + b"," + b"9" * 99_000 + b",1",
        b"1,1," + b"a" * 150_000,
        b"1,1,a\n" * 30_000,
        b"\n" * MOST_BYTES,
        b"\0" * MOST_BYTES,
        b"\xff" * MOST_BYTES,
        b"1e999,1,0\n" * 4_900,
    ],
    ids=range(12),
)
def test_hostile_files_come_back_like_any_other(data):
    check(points_from_csv(data))  # 20 ms at most, on a core of its own
