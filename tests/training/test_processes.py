import importlib.util

import pytest
import torch

from impasto.errors import DeviceError, MissingPackageError, OptionError
from impasto.training.processes import Machines, Processes, quieten, require_packages


@pytest.fixture
def alone() -> Processes:
    quieten()
    processes = Processes(Machines(accelerator="cpu"), "float32")
    processes.launch()
    return processes


def test_one_process(alone: Processes) -> None:
    assert (alone.rank, alone.count, alone.is_first) == (0, 1, True)
    assert alone.device.device == torch.device("cpu")
    assert alone.device.dtype == torch.float32
    assert alone.share([1, 2, 3]) == [1, 2, 3]
    assert alone.gather(torch.tensor([1.0, 2.0])).tolist() == [[1.0, 2.0]]
    assert alone.largest(1.0, 0.0) == [1.0, 0.0]
    alone.end()


def test_errors_of_one_process_stay_what_they_are(alone: Processes) -> None:
    with pytest.raises(RuntimeError, match="not ours"), alone.together():
        raise RuntimeError("not ours")
    with pytest.raises(OptionError), alone.together():
        raise OptionError("ours")


def test_a_lost_process_is_one_line(alone: Processes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Processes, "count", 2)
    with pytest.raises(DeviceError, match=r"process 0 of 2.*lost one \(reset by peer\)"):  # noqa: SIM117
        with alone.together():
            raise RuntimeError("reset by\npeer")


def test_bfloat16_is_mixed() -> None:
    processes = Processes(Machines(accelerator="cpu"), "bfloat16")
    processes.launch()
    model = processes.fabric.setup(torch.nn.Linear(2, 2))
    with torch.no_grad():
        assert model(torch.ones(1, 2)).dtype == torch.float32
    assert next(model.parameters()).dtype == torch.float32
    assert processes.device.dtype == torch.bfloat16


def test_missing_packages_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    require_packages()
    found = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util,
        "find_spec",
        lambda name, *rest: None if name == "lightning_fabric" else found(name, *rest),
    )
    with pytest.raises(MissingPackageError, match=r'pip install "impasto\[train\]"'):
        require_packages()


@pytest.mark.parametrize(
    "values", [{"accelerator": "tpu"}, {"devices": 0}, {"nodes": 0}, {"strategy": "magic"}]
)
def test_refusals(values: dict[str, object]) -> None:
    with pytest.raises(OptionError, match=next(iter(values))):
        Machines(**values)


def test_devices_that_are_not_there() -> None:
    if torch.cuda.is_available():
        pytest.skip("there is a GPU")
    with pytest.raises(DeviceError):
        Processes(Machines(accelerator="cuda"), "auto")
