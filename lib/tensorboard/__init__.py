"""What TensorBoard's event files hold, as plain values, and the reader that gets them out.

The records are light; the reader is slow to import and belongs into a worker process. The lesson
on charts, its page and ``uploads`` may import it.
"""
