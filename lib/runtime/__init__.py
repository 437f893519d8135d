"""Where computations run: in worker processes, in sandboxes, chunk by chunk, and in a cache.

Pages and the server import it. Of lib, ``datasets`` and ``uploads`` do, and the modules of lessons
that describe a long run, a download or this machine.
"""
