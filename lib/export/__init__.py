"""Turn a lesson function and its settings into a program that runs without the playground.

It cuts the source of what runs here out of its modules and writes it as a script or a notebook.
Pages import it to show and offer programs, and lessons to show their own source; ``core``,
``plots`` and ``datasets`` do not.
"""
