"""The data that lessons learn from: photos, Fashion-MNIST, and files that come with the playground.

Lessons, ``export``, ``uploads`` and pages may import it. It imports ``core`` and ``runtime``, and
no lesson.
"""
