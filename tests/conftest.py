"""Set up for all tests."""

import torch

# As the server does. With more, small operations wait for each other on a busy machine: one run
# of the training tests took eight minutes with two threads and one minute with one.
torch.set_num_threads(1)
