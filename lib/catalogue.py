"""The register of lessons: one row each. Navigation, the map and the tests are built from it."""

from typing import NamedTuple

from lib.words import mark


class Lesson(NamedTuple):
    """One lesson.

    Attributes:
        slug: its name everywhere: file, URL path, prefix of its widgets' keys.
        section: the folder it lives in, under pages/, lib/ and lib/figures/.
        title: what the visitor reads in the navigation.
        goal: what you can do afterwards, in one sentence.
        minutes: how long it takes to play through.
        icon: a Material symbol.
        docs: the matching page of the official documentation.
        terms: further words that find it in the search.
    """

    slug: str
    section: str
    title: str
    goal: str
    minutes: int
    icon: str
    docs: str
    terms: str


SECTIONS = {
    "tensors": mark("Tensors"),
    "autograd": mark("Autograd"),
    "data": mark("Data"),
    "models": mark("Models"),
    "training": mark("Training"),
    "inside": mark("Look inside"),
    "scale": mark("Scale up"),
}

LESSONS = (
    Lesson(
        slug="numpy_bridge",
        section="tensors",
        title=mark("To NumPy and back"),
        goal=mark("Tell whether a tensor and an array are one piece of memory or two."),
        minutes=10,
        icon=":material/sync_alt:",
        docs="https://docs.pytorch.org/docs/stable/generated/torch.from_numpy.html",
        terms="from_numpy as_tensor numpy item copy share memory clone dtype",
    ),
    Lesson(
        slug="gradients",
        section="autograd",
        title=mark("What backward() leaves behind"),
        goal=mark("Say what backward() puts into x.grad, before you run it."),
        minutes=15,
        icon=":material/trending_down:",
        docs="https://docs.pytorch.org/docs/stable/notes/autograd.html",
        terms="autograd requires_grad backward grad_fn no_grad detach retain_graph leaf chain rule",
    ),
)


def find(slug: str) -> Lesson:
    """Return the lesson named ``slug``.

    Raises:
        ValueError: if there is none, naming those there are.
    """
    for lesson in LESSONS:
        if lesson.slug == slug:
            return lesson
    raise ValueError(f"no lesson {slug!r}; there are: {', '.join(row.slug for row in LESSONS)}")


def by_section() -> dict[str, list[Lesson]]:
    """Return the lessons of each section that has any, in teaching order."""
    rows = {name: [row for row in LESSONS if row.section == name] for name in SECTIONS}
    return {name: lessons for name, lessons in rows.items() if lessons}


def after(slug: str) -> Lesson | None:
    """Return the lesson that follows ``slug``, or None after the last one."""
    position = LESSONS.index(find(slug))
    return LESSONS[position + 1] if position + 1 < len(LESSONS) else None


def search(words: str) -> list[Lesson]:
    """Return the lessons in which every one of ``words`` occurs, in any case; all for none."""
    wanted = words.lower().split()
    return [
        row
        for row in LESSONS
        if all(
            word in f"{row.title} {row.goal} {row.section} {row.terms}".lower() for word in wanted
        )
    ]
