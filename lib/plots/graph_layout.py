"""Places for the nodes of a graph, such that lines cross no node and seldom each other."""

from itertools import pairwise

Place = tuple[float, float]  # column, row

# How far two lines between the same two nodes bend away from each other, in columns.
BEND = 0.16


def lay_out(
    count: int, links: list[tuple[int, int]]
) -> tuple[list[tuple[float, int]], list[tuple[Place, ...]]]:
    """Place the nodes ``0 ... count - 1`` and lead the links around them.

    Row 0 holds the last node; a node's row is its longest distance from there. A link over
    several rows gets a place of its own in each row it passes, so it crosses no node.

    Args:
        count: how many nodes.
        links: from node to node, always from a smaller number to a larger one.

    Returns:
        (column, row) of every node, and the places each link passes.

    >>> places, paths = lay_out(3, [(0, 2), (1, 2)])
    >>> places  # two inputs side by side, the output below them
    [(-0.5, 1), (0.5, 1), (0.0, 0)]
    """
    rows = [0] * count
    for source, target in sorted(links, key=lambda link: -link[1]):
        rows[source] = max(rows[source], rows[target] + 1)

    # The stops of a link: its two nodes, and between them a stop of its own in each row.
    height: dict[object, int] = dict(enumerate(rows))
    stops: list[list[object]] = []
    for i, (source, target) in enumerate(links):
        between = [(i, row) for row in range(rows[source] - 1, rows[target], -1)]
        height |= {stop: stop[1] for stop in between}
        stops.append([source, *between, target])

    users: dict[object, list[object]] = {}
    for path in stops:
        for above, below in pairwise(path):
            users.setdefault(above, []).append(below)

    column: dict[object, float] = {}
    for row in range(max(rows, default=0) + 1):
        # Each as near as possible to the middle of those it leads to, which have their places.
        members = sorted(
            (stop for stop in height if height[stop] == row),
            key=lambda stop: _mean([column[user] for user in users.get(stop, [])]),
        )
        for i, stop in enumerate(members):
            column[stop] = i - (len(members) - 1) / 2

    places = [(column[i], rows[i]) for i in range(count)]
    paths = []
    for i, path in enumerate(stops):
        points: list[Place] = [(column[stop], height[stop]) for stop in path]
        twins = [j for j, link in enumerate(links) if link == links[i]]
        if len(twins) > 1 and len(path) == 2:
            side = twins.index(i) - (len(twins) - 1) / 2
            middle = (points[0][0] + points[1][0]) / 2 + 2 * BEND * side
            points.insert(1, (middle, points[0][1] - 0.5))
        paths.append(tuple(points))
    return places, paths


def _mean(values: list[float]) -> float:
    return sum(values) / len(values) if values else 0.0
