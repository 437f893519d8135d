"""What is found on this machine, and on machines that are not here."""

import os
import platform
from types import SimpleNamespace

import pytest
import torch

from lib.runtime import environment


def test_the_processor_is_the_one_the_system_names():
    found = environment.cpu()
    assert found.machine == platform.machine()
    assert 1 <= found.cores <= (os.cpu_count() or 1)
    assert found.threads == torch.get_num_threads()
    assert f": {found.kernels}\n" in torch.__config__.show() or found.kernels in (
        "DEFAULT",
        "NO AVX",
        "AVX2",
        "AVX512",
        "SVE256",
    )
    if os.path.exists("/proc/cpuinfo") and platform.machine() == "x86_64":
        with open("/proc/cpuinfo") as file:
            flags = file.read().split("flags", 1)[1].partition("\n")[0].split()
        linux = {"avx2": "avx2", "fma3": "fma", "avx512_f": "avx512f", "avx512_bf16": "avx512_bf16"}
        for name in found.instructions:
            assert linux.get(name, "fpu") in flags


def test_a_version_of_torch_that_tells_less(monkeypatch):
    monkeypatch.delattr(torch.cpu, "get_capabilities", raising=False)
    found = environment.cpu()
    assert found.name
    assert found.instructions == ()


def test_cores_are_those_the_process_may_use(monkeypatch):
    monkeypatch.setattr(environment, "cpu_quota", lambda: None)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {3, 5, 8}, raising=False)
    assert environment.cores() == 3
    monkeypatch.delattr(os, "sched_getaffinity")
    monkeypatch.setattr(os, "cpu_count", lambda: 12)
    assert environment.cores() == 12


@pytest.mark.parametrize(
    ("files", "quota", "used"),
    [
        ({"cpu.max": "max 100000\n"}, None, 8),
        ({"cpu.max": "250000 100000\n"}, 2.5, 2),
        ({"cpu.max": "50000 100000\n"}, 0.5, 1),
        ({"cpu.max": "9900000 100000\n"}, 99.0, 8),
        ({"cpu.max": "something else\n"}, None, 8),
        ({"cpu/cpu.cfs_quota_us": "-1\n", "cpu/cpu.cfs_period_us": "100000\n"}, None, 8),
        ({"cpu/cpu.cfs_quota_us": "300000\n", "cpu/cpu.cfs_period_us": "100000\n"}, 3.0, 3),
        ({"cpu/cpu.cfs_quota_us": "300000\n"}, None, 8),
        ({}, None, 8),
    ],
)
def test_a_containers_quota_bounds_the_cores(monkeypatch, tmp_path, files, quota, used):
    (tmp_path / "cpu").mkdir()
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    assert environment.cpu_quota(tmp_path) == quota
    monkeypatch.setattr(environment, "cpu_quota", lambda: quota)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(8)), raising=False)
    assert environment.cores() == used


def test_every_kind_of_accelerator(monkeypatch):
    gpu = SimpleNamespace(name="NVIDIA H100", total_memory=85 * 10**9, major=9, minor=0)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)
    monkeypatch.setattr(torch.cuda, "get_device_properties", lambda _: gpu)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: True)
    monkeypatch.setattr(torch.mps, "recommended_max_memory", lambda: 17 * 10**9)
    intel = SimpleNamespace(name="Intel Arc", total_memory=16 * 10**9)
    monkeypatch.setattr(torch.xpu, "is_available", lambda: True)
    monkeypatch.setattr(torch.xpu, "device_count", lambda: 1)
    monkeypatch.setattr(torch.xpu, "get_device_properties", lambda _: intel)
    assert environment.accelerators() == (
        ("cuda:0", "NVIDIA H100", 85 * 10**9, "9.0"),
        ("cuda:1", "NVIDIA H100", 85 * 10**9, "9.0"),
        ("mps", "Apple GPU", 17 * 10**9, ""),
        ("xpu:0", "Intel Arc", 16 * 10**9, ""),
    )
    assert list(environment.devices()) == ["cpu", "cuda:0", "cuda:1", "mps", "xpu:0"]
    assert environment.devices()["xpu:0"] == "Intel Arc"


def test_this_build_is_for_what_it_says():
    assert ("cuda" in environment.built_for()) == (torch.version.cuda is not None) or (
        torch.version.hip is not None
    )
    assert ("mps" in environment.built_for()) <= (platform.system() == "Darwin")


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA GPU")
def test_the_gpus_of_this_machine():
    found = [each for each in environment.accelerators() if each.device.startswith("cuda")]
    assert len(found) == torch.cuda.device_count()
    assert found[0].memory == torch.cuda.mem_get_info(0)[1]
    assert found[0].name == torch.cuda.get_device_name(0)
