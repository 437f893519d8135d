"""Drawing code that lessons share: figures as plain dictionaries, with traces, grids and colors.

It draws and computes nothing else. The figures of lessons import it, pages for their colors and
Plotly's script, and ``uploads`` for thumbnails; it imports ``core`` at most.
"""
