"""Random texts of indices, and random numbers of index tensors, as a visitor may type them."""

from hypothesis import strategies as st

NUMBERS = st.integers(-4, 6)
ENDS = st.just("") | NUMBERS.map(str)
STEPS = st.sampled_from(["", ":", ":1", ":2", ":3", ":-1", ":-2"])
COMPARED = st.builds(
    lambda parts, turned: " ".join(reversed(parts) if turned else parts),
    st.tuples(
        st.just("x"),
        st.sampled_from(["<", "<=", ">", ">=", "==", "!="]),
        st.sampled_from(["-1", "0", "3", "7.5", "11", "100"]),
    ),
    st.booleans(),
)
MASKS = st.recursive(
    COMPARED,
    lambda inner: (
        inner.map(lambda mask: f"~({mask})")
        | st.builds(
            lambda a, b, sign: f"({a}) {sign} ({b})", inner, inner, st.sampled_from(["&", "|"])
        )
    ),
    max_leaves=3,
)


def lists(entries, most):
    """Return texts of lists."""
    return st.lists(entries, max_size=most).map(lambda each: f"[{', '.join(map(str, each))}]")


PLAIN = st.one_of(
    NUMBERS.map(str),
    st.builds(lambda low, high, step: f"{low}:{high}{step}", ENDS, ENDS, STEPS),
    st.sampled_from(["None", "..."]),
)
PICKING = st.one_of(
    st.sampled_from(["True", "False"]),
    lists(NUMBERS, 4),
    lists(st.booleans(), 5),
    MASKS,
)
ENTRIES = st.one_of(PLAIN, PLAIN, PICKING)
INSIDES = st.one_of(
    ENTRIES,
    st.lists(ENTRIES, min_size=2, max_size=5).map(", ".join),
    ENTRIES.map(lambda entry: f"{entry},"),
    st.just("()"),
)
INDEX_TEXTS = INSIDES.map(lambda inside: f"x[{inside}]").filter(
    lambda text: len(text) <= 100 and text.count("...") < 2
)


def nested(lengths):
    """Return tuples within tuples, as long as ``lengths`` says."""
    if not lengths:
        return st.integers(-2, 5)
    inner = nested(lengths[1:])
    return st.lists(inner, min_size=lengths[0], max_size=lengths[0]).map(tuple)


NESTED_NUMBERS = st.lists(st.integers(1, 4), min_size=1, max_size=3).flatmap(nested)
