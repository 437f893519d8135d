"""The page of a lesson: what it is, the stage, and beside it a card to predict, play and solve."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import streamlit as st

from lib import catalogue
from lib.core.bugs import bugs_of, outdated_of
from lib.core.glossary import explained
from lib.runtime.scenes import module_of, settings_of
from pages.parts import control, lesson_context
from pages.parts.bugs import bugs
from pages.parts.challenge import Goal, finished, goal
from pages.parts.hints import Hints
from pages.parts.prediction import Question, predict, predictions
from pages.parts.program import program
from pages.parts.share import share, title
from pages.parts.stage import stage
from pages.parts.text import _
from pages.parts.then_and_now import then_and_now

Settings = dict[str, Any]
Labels = Mapping[str, str]


class Program(NamedTuple):
    """A lesson function and the settings it ran with."""

    function: Callable[..., Any]
    settings: Settings


LEFT = "left"  # lesson -> how its controls stood last

# Streamlit keeps a band free above a page, for a toolbar that is not shown here.
STYLE = """<style>
.st-key-page { margin-top: -3.5rem; gap: 0.6rem; }
@media (max-width: 640px) { .st-key-page { margin-top: -1.5rem; } }
.st-key-page h1 { padding: 0.2rem 0; }
.st-key-idea { border-left: 4px solid var(--st-primary-color, #0b63a5); border-radius: 0.4rem;
  background: rgba(128, 140, 155, 0.1); padding: 0.5rem 0.9rem 1.1rem; }
.st-key-idea p { margin: 0; }
/* A colored symbol inside a line of code stands close to its neighbors. */
.st-key-idea code { padding: 0.1em 0.15em; background: none; }
.st-key-card { gap: 0.4rem; padding: 0.7rem 0.9rem; }
.st-key-verdict { min-height: 6.5rem; gap: 0.2rem; }
/* On a phone the pictures stay in sight while the controls scroll below them. They stick within
   the whole lesson once nothing between the two has a box of its own. */
@media (max-width: 640px) {
  .st-key-lesson { gap: 0.5rem; align-items: stretch; }
  .st-key-lesson :has(.pictures) { display: contents; }
  .stage > * { width: 100%; box-sizing: border-box; }
  .st-key-lesson .pictures { position: sticky; top: 3.75rem; z-index: 90;
    background: var(--st-background-color); border-bottom: 1px solid var(--st-border-color); }
}
</style>"""


def page(
    slug: str,
    *,
    controls: Callable[[], Settings],
    questions: Callable[[Settings], Sequence[Question]],
    challenge: Callable[[Settings], Goal] | None = None,
    hints: Callable[[Settings], Hints] | None = None,
    program_of: Callable[[Settings], Program] | None = None,
    picture: Callable[[Settings], None] = stage,
    below: Callable[[Settings], None] | None = None,
) -> None:
    """Show the lesson ``slug`` of the catalogue; idea and pictures come from its ``scene`` module.

    The parts stand in this order on every page: title, idea, stage with the card beside it, the
    whole program, what this lesson alone has, mistakes, then and now, where to go next.

    Args:
        slug: the lesson.
        controls: shows the controls; returns what they say.
        questions: returns the questions at some settings.
        challenge: returns the goal, and how far these settings are from it.
        hints: returns what helps with it.
        program_of: returns the lesson function that stands behind the numbers.
        picture: draws the stage. A lesson that trains has a player of its own there, which also
            shows the program and the challenge, since both change while it plays.
        below: shows what this lesson alone has.
    """
    row = catalogue.find(slug)
    _come_back(slug)
    st.html(STYLE)
    with st.container(key="page"):
        place = title(_(row.title), _status(slug, row.minutes))
        with st.container(key="idea"):
            # HTML of our own alone: the text is the lesson's.
            st.markdown(explained(_(module_of(slug).IDEA), _), unsafe_allow_html=True)

    @st.fragment
    def steered() -> None:
        lesson_context.begin(slug)
        with st.container(key="lesson"):
            seen, beside = st.columns([1.72, 1], gap="medium")
        with beside, st.container(key="card", border=True):
            asked = st.container(gap="small")
            settings = settings_of(module_of(slug), controls())
            solved = st.container()
        with seen, st.container(key="picture"):
            picture(settings)
        with asked:  # after the picture: a run may have come to the answer there
            predict(slug, questions, settings)
        if challenge:
            with solved:
                goal(challenge(settings), hints(settings) if hints else None)
        if program_of:
            whole_program(*program_of(settings))
        if below:
            below(settings)
        _remember(slug)

    steered()
    _mistakes(row)
    _where_next(row)
    share(place, lesson_context.last())


def whole_program(function: Callable[..., Any], settings: Settings) -> None:
    """Show the program behind the numbers, once the visitor opens it."""
    lesson_context.current().programs[function.__name__] = (function, settings)
    with folded("program", _("The whole program that made these numbers")) as is_open:
        if is_open:
            program(function, **settings)


def _remember(slug: str) -> None:
    """Note how the controls stand, for a visitor who leaves the lesson and comes back."""
    keys = lesson_context.current().controls
    left: dict[str, Settings] = st.session_state.setdefault(LEFT, {})
    left[slug] = {key: st.session_state[key] for key in keys if key in st.session_state}


def _come_back(slug: str) -> None:
    """Set the controls as they were left: Streamlit forgets them, and so does the way Back.

    An address with settings of its own counts more.
    """
    last = lesson_context.last()
    stays = last is not None and last.slug == slug
    if stays or any(name.startswith(f"{slug}.") for name in st.query_params):
        return
    left = st.session_state.get(LEFT, {}).get(slug, {})
    if left:
        st.query_params.update({key: _text(value) for key, value in left.items()})
        st.rerun()  # a control takes its value from the address when it is first shown


def _text(value: Any) -> str | list[str]:
    """Return a control's value as the address has it."""
    if isinstance(value, list | tuple):
        return [str(each) for each in value]
    return str(value).lower() if isinstance(value, bool) else str(value)


def _status(slug: str, minutes: int) -> str:
    """Return how long the lesson takes, and how much of it is done."""
    asked = predictions(slug).asked
    done = [bool(each.chosen) for each in asked.values()] or [False]
    steps = [all(done), slug in finished()]
    dots = "".join(":green[●]" if each else ":gray[○]" for each in steps)
    return f":gray[{minutes} {_('min')}] {dots}"


def _mistakes(row: catalogue.Lesson) -> None:
    """Show what goes wrong and what is outdated; nothing of it runs before it is opened."""
    lesson_context.current().bugs = [bug.broken for bug in bugs_of(row.package)]

    @st.fragment
    def broken() -> None:
        with folded("break", _("Break it: {count} real mistakes",
                                count=len(bugs_of(row.package)))) as is_open:  # fmt: skip
            if is_open:
                bugs(bugs_of(row.package))

    @st.fragment
    def outdated() -> None:
        with folded("then", _("Then and now: what the notes or old tutorials say")) as is_open:
            if is_open:
                for each in outdated_of(row.package):
                    then_and_now(each)

    broken()
    if outdated_of(row.package):
        outdated()


class folded:  # noqa: N801 - used like a function
    """A section, closed unless the address leads there; entering it tells whether it is open."""

    def __init__(self, name: str, label: str, is_open: bool = False) -> None:
        slug = lesson_context.current().slug
        key = f"{slug}.{name}.open"
        self.section = st.expander(label, expanded=is_open, key=key, on_change="rerun")

    def __enter__(self) -> bool:
        """Begin the section; tell whether it is open."""
        self.section.__enter__()
        return bool(self.section.open)

    def __exit__(self, *error: Any) -> None:
        """End the section."""
        self.section.__exit__(*error)


def more() -> Any:
    """Return the place for controls that matter less."""
    return st.expander(_("More"))


def shown(labels: Labels, rest: Labels | None = None) -> Settings:
    """Show a lesson's controls by their labels, those of ``rest`` under More.

    Returns:
        What they say, by the names of the settings.
    """
    values = {name: control.show(name, label) for name, label in labels.items()}
    if rest:
        with more():
            values |= {name: control.show(name, label) for name, label in rest.items()}
    return values


def _where_next(row: catalogue.Lesson) -> None:
    with st.container(horizontal=True):
        if following := catalogue.after(row.slug):
            st.page_link(
                f"{following.section}/{following.slug}.py",
                label=f"{_('Next lesson')}: {_(following.title)}",
                icon=":material/arrow_forward:",
            )
        st.page_link(row.docs, label=_("PyTorch's own page on this"), icon=":material/menu_book:")
        if not st.context.is_embedded:
            st.page_link("home.py", label=_("All lessons"), icon=":material/home:")
