"""What every lesson builds on: rules for settings, calls in isolation, bugs, questions and words.

Everything may import it: the rest of lib, pages and tests. It imports no page and no lesson.
"""
