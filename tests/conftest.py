"""Set up for all tests."""

import torch
from hypothesis import settings

# As the server does. With more, small operations wait for each other on a busy machine: one run
# of the training tests took eight minutes with two threads and one minute with one.
torch.set_num_threads(1)

# How long an example takes says more about the machine than about the code.
settings.register_profile("project", deadline=None)
settings.load_profile("project")
