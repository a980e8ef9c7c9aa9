import json
from collections.abc import Callable
from pathlib import Path

import pytest

from impasto.errors import OptionError, OutputError
from impasto.training.job import TrainingJob, find_destination
from impasto.weights.style_networks import CARD, CARD_FORMAT

Make = Callable[..., TrainingJob]


def network(folder: Path, *rows: str) -> None:
    folder.mkdir(parents=True)
    card = {
        "format": CARD_FORMAT,
        "name": folder.name,
        "architecture": "realtime",
        "shape": {},
        "rows": ["identity", *rows],
        "sha256": {},
    }
    (folder / CARD).write_text(json.dumps(card))


def test_names_and_paths(tmp_path: Path, styles_folder: Path) -> None:
    named = find_destination("blue")
    assert (named.folder, named.name, named.listed) == (styles_folder / "blue", "blue", True)
    placed = find_destination(str(tmp_path / "blue"))
    assert (placed.folder, placed.listed) == (tmp_path / "blue", False)
    assert placed.run_folder == tmp_path / "blue.training"
    with pytest.raises(OptionError, match="lower-case"):
        find_destination("Blue Sea")
    with pytest.raises(OutputError, match="does not exist"):
        find_destination(str(tmp_path / "none" / "blue"))


def test_taken_names(make_job: Make, styles_folder: Path, tmp_path: Path) -> None:
    make_job().check()
    with pytest.raises(OptionError, match="'mosaic' is taken"):
        make_job("mosaic").check()
    with pytest.raises(OptionError, match="'candy' is taken"):
        make_job(sources=("candy", "sea=mosaic")).check()
    make_job(str(tmp_path / "mosaic")).check()
    network(styles_folder / "theirs", "sea")
    with pytest.raises(OptionError, match="'sea' is taken"):
        make_job("sea").check()
    network(styles_folder / "blue", "blue")
    with pytest.raises(OutputError, match="--force"):
        make_job().check()


def test_force_takes_names(make_job: Make, styles_folder: Path) -> None:
    job = make_job("mosaic")
    network(styles_folder / "mosaic", "mosaic")
    forced = TrainingJob(**{**vars(job), "force": True})
    forced.check()


def test_the_papers_network_has_one_style(make_job: Make) -> None:
    with pytest.raises(OptionError, match="expected one for the architecture 'transform'"):
        make_job(sources=("candy", "mosaic"), architecture="transform", shape=())


def test_command_names_no_folder_of_the_machine(make_job: Make, tmp_path: Path) -> None:
    command = make_job(steps=9).command()
    assert str(tmp_path) not in command
    assert command.startswith(
        "impasto train --style 'blue=Blue_Painting 1.png' --photos coco -o blue --steps 9 "
    )


def test_fingerprint_is_json_and_tells_differences(make_job: Make) -> None:
    one, same, other = (make_job(seed=seed).fingerprint("x") for seed in (0, 0, 1))
    assert json.loads(json.dumps(one)) == one == same != other
    assert one != make_job().fingerprint("y")
    assert make_job(content_target=None).content_targets == [0.0]
