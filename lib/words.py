"""Words that ``lib`` holds and a page shows: marked, so that `make words` finds them."""


def mark(words: str) -> str:
    """Return ``words`` as they are; the page translates them when it shows them."""
    return words
