"""Mistakes with layers of your own, each with its repair, and what old tutorials still teach."""
