"""A check around every test: nobody writes into the network that all visitors share."""

import pytest
import torch

from lib.lessons.models.pretrained.networks import trained


@pytest.fixture(autouse=True)
def nobody_writes():
    before = {name: x.clone() for name, x in trained("mobilenet_v2").state_dict().items()}
    yield
    model = trained("mobilenet_v2")
    assert not any(module.training for module in model.modules())
    assert not any(parameter.requires_grad for parameter in model.parameters())
    for name, x in model.state_dict().items():
        assert torch.equal(x, before[name]), name
