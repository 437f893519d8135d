"""A lesson of several views, of which one is open: each has the parts of a lesson for itself."""

from collections.abc import Callable, Mapping

from pages.parts.tabs import tabs


class View:
    """One view, and what its controls say; it shows nothing where it has no such part."""

    def picture(self) -> None:
        """Draw it."""

    def questions(self) -> None:
        """Ask what is to be predicted."""

    def numbers(self) -> None:
        """Show the numbers."""

    def program(self) -> None:
        """Show the program that ran."""

    def late(self) -> None:
        """Show what takes long, once all else is on the page."""


def open_view(views: Mapping[str, Callable[[], View]]) -> View:
    """Show tabs and the controls of the one that is open; return its view.

    Args:
        views: for each title, translated, what shows the controls and returns the view.
    """
    for tab, controls in zip(tabs("view", list(views)), views.values(), strict=True):
        if tab.open:
            with tab:
                return controls()
    return View()
