"""Files from visitors, which nobody trusts: read within bounds, with a message for each fault.

What comes out is plain values and small pictures, never objects that a file describes. Pages
import it, and the lesson on saving for its scan of pickles.
"""
