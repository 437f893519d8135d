"""How a repaired program differs from the broken one."""

from hypothesis import given
from hypothesis import strategies as some

from lib.export.difference import difference

programs = some.lists(some.sampled_from(["a = 1", "b = 2", "c = 3", "    d = 4"]), max_size=8)


def lines_but(text: str, left_out: tuple[int, ...]) -> list[str]:
    return [line for i, line in enumerate(text.splitlines()) if i not in left_out]


@given(programs, programs)
def test_both_programs_are_in_it(before: list[str], after: list[str]) -> None:
    broken, repaired = ("".join(f"{line}\n" for line in lines) for lines in (before, after))
    found = difference(broken, repaired)
    assert lines_but(found.text, found.removed) == after
    assert lines_but(found.text, found.added) == before
    assert [before[i] for i in found.wrong] == [found.text.splitlines()[i] for i in found.removed]
    assert all(0 <= gap < max(1, len(before)) for gap in found.gaps)


def test_a_docstring_is_no_difference() -> None:
    found = difference('"""Broken."""\na = 1\n', '"""Repaired."""\na = 1\n')
    assert (found.removed, found.added, found.wrong) == ((), (), ())
    assert found.text.startswith('"""Repaired."""')


def test_a_line_that_is_missing_leaves_a_gap_after_the_one_before() -> None:
    found = difference("a = 1\nc = 3\n", "a = 1\nb = 2\nc = 3\n")
    assert (found.wrong, found.gaps, found.added) == ((), (0,), (1,))
