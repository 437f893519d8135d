"""Random conversions, and what the documentation says of each."""

from hypothesis import strategies as st

from lib.lessons.tensors.numpy_bridge import lesson as bridge

# What the documentation says of each conversion, and what NumPy and PyTorch call the same numbers.
ALWAYS_SHARES = {
    "torch.from_numpy(a)",
    "torch.as_tensor(a)",
    "t.numpy()",
    "t.numpy(force=True)",
    "t.detach().cpu().numpy()",
}
NEVER_SHARES = {
    "torch.tensor(a)",
    "torch.from_numpy(a).clone()",
    "t.clone().numpy()",
    "t.numpy().astype(np.float32)",
}
SHARES_IF_FLOAT32 = {"torch.from_numpy(a).float()"}
TURNS_FLOAT32 = {"torch.from_numpy(a).float()", "t.numpy().astype(np.float32)"}
REBINDS = {"a = a + 1", "t = t + 1"}
ITEM_BYTES = {"float64": 8, "float32": 4, "float16": 2, "int64": 8, "int32": 4, "uint8": 1}


@st.composite
def conversions(draw):
    direction = draw(st.sampled_from([bridge.TO_TORCH, bridge.TO_NUMPY]))
    rules = bridge.CONVERSIONS[direction].rules
    method = draw(st.sampled_from(list(bridge.METHODS[direction])))
    change = draw(st.sampled_from(list(bridge.CHANGES[direction])))
    dtype = draw(st.sampled_from(rules["dtype"].options))
    size = draw(st.integers(rules["size"].low, rules["size"].high))
    return direction, method, change, dtype, size


def converted(direction, method, change, dtype, size):
    return bridge.CONVERSIONS[direction](
        method=bridge.METHODS[direction][method],
        change=bridge.CHANGES[direction][change],
        dtype=dtype,
        size=size,
    )


def should_share(method, dtype):
    return method in ALWAYS_SHARES or (method in SHARES_IF_FLOAT32 and dtype == "float32")
