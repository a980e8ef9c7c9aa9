from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import torch

from impasto.encoders.vgg import VGG
from impasto.errors import OptionError, OutputError
from impasto.image.codec import open_image
from impasto.training import reports as module
from impasto.training.checkpoint import CHECKPOINT, find_checkpoint
from impasto.training.descent import Descent
from impasto.training.job import TrainingJob
from impasto.training.processes import Machines, Processes, quieten
from impasto.training.reports import ReportTimes, RunReports, open_run_folder


@pytest.fixture
def descent(make_job: Callable[..., TrainingJob], judge: VGG) -> Descent:
    quieten()
    processes = Processes(Machines(accelerator="cpu"), "float32")
    processes.launch()
    return Descent(make_job(steps=4), processes, judge, [torch.rand(1, 3, 32, 32)])


def batches() -> Iterator[torch.Tensor]:
    while True:
        yield torch.rand(2, 3, 32, 32)


def run(descent: Descent, reports: RunReports) -> None:
    descent.run(batches(), is_cancelled=lambda: False, after_step=reports.after_step)


def test_what_is_due_is_written(descent: Descent, tmp_path: Path) -> None:
    run_folder = tmp_path / "run"
    run_folder.mkdir()
    (run_folder / "samples-000099.png").touch()
    times = ReportTimes(sample_every=2, checkpoint_every=3)
    reports = RunReports(run_folder, times, descent, {"steps": 4}, [torch.rand(1, 3, 32, 32)])
    run(descent, reports)
    assert sorted(path.name for path in run_folder.iterdir()) == [
        CHECKPOINT,
        "losses.jsonl",
        "losses.png",
        "recipe.json",
        "samples-000002.png",
        "samples-000004.png",
    ]
    state = find_checkpoint(run_folder, {"steps": 4})
    assert state is not None
    assert state["step"] == 3
    assert open_image(run_folder / "samples-000004.png").size[1] > 100


def test_time_makes_things_due(
    descent: Descent, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "SAMPLES_S", -1.0)
    monkeypatch.setattr(module, "CHECKPOINT_S", -1.0)
    reports = RunReports(tmp_path, ReportTimes(), descent, {}, [torch.rand(1, 3, 32, 32)])
    run(descent, reports)
    assert len(list(tmp_path.glob("samples-*.png"))) == 4
    assert (tmp_path / CHECKPOINT).is_file()


def test_one_training_a_folder(tmp_path: Path) -> None:
    with open_run_folder(tmp_path / "a" / "run") as folder:
        assert folder.is_dir()
        with pytest.raises(OutputError, match="another process is training there"):
            open_run_folder(tmp_path / "a" / "run").__enter__()
    with open_run_folder(tmp_path / "a" / "run"):
        pass
    (tmp_path / "file").touch()
    with pytest.raises(OutputError, match="could not be made"):
        open_run_folder(tmp_path / "file" / "run").__enter__()


def test_refusals() -> None:
    with pytest.raises(OptionError, match="sample_every"):
        ReportTimes(sample_every=0)
