"""What every worker process is born with, for the fork server to import once.

PyTorch imports a good part of itself only when the first optimizer is made: about a second that
no visitor should wait for. Nothing here may start a thread, since a process that has threads
cannot be forked safely; going backward would.
"""

import torch

torch.set_num_threads(1)
torch.optim.SGD([torch.zeros(1)], lr=0.1)
