"""Train one network on several processes, which torchrun starts.

torchrun --standalone --nproc_per_node=2 train.py
"""

import os

import torch
import torch.distributed as dist
from torch import nn
from torch.nn.parallel import DistributedDataParallel
from torch.utils.data import DataLoader, DistributedSampler, TensorDataset


def main() -> None:
    """Be one of the processes; torchrun tells each who it is."""
    local_rank = int(os.environ["LOCAL_RANK"])  # which one on this machine
    if torch.cuda.is_available():
        device = torch.device("cuda", local_rank)  # one GPU for each process
        torch.cuda.set_device(device)
        dist.init_process_group("nccl")
    else:
        device = torch.device("cpu")
        dist.init_process_group("gloo")
    rank, processes = dist.get_rank(), dist.get_world_size()  # over all machines

    torch.manual_seed(0)  # the same data everywhere
    x = torch.randn(64, 5)  # (64, 5)
    y = x.amax(dim=1, keepdim=True)  # (64, 1)
    dataset = TensorDataset(x, y)
    # Shares the samples out among the processes.
    sampler = DistributedSampler(dataset)  # type: ignore[var-annotated]
    loader = DataLoader(dataset, batch_size=8, sampler=sampler)

    network = nn.Sequential(nn.Linear(5, 8), nn.Tanh(), nn.Linear(8, 1)).to(device)
    model = DistributedDataParallel(network)
    criterion = nn.MSELoss()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    for epoch in range(3):
        sampler.set_epoch(epoch)  # another order in every epoch; without it always the same
        for xb, yb in loader:
            loss = criterion(model(xb.to(device)), yb.to(device))  # ()
            optimizer.zero_grad()
            loss.backward()  # averages the gradients over all processes
            optimizer.step()

    norm = torch.stack([p.grad.norm() for p in network.parameters() if p.grad is not None]).norm()
    norms = [torch.empty_like(norm) for _ in range(processes)]
    dist.all_gather(norms, norm)
    if rank == 0:  # one of them is enough to speak and to save
        print("processes:", processes, "samples for each:", len(sampler))
        print("size of the gradient in each:", [round(each.item(), 6) for each in norms])
        print("equal:", all(torch.equal(each, norm) for each in norms))
        torch.save(network.state_dict(), "network.pt")
    dist.destroy_process_group()


if __name__ == "__main__":
    main()
