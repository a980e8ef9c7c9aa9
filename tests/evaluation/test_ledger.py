from dataclasses import replace
from pathlib import Path

import pytest

from impasto.errors import OutputError
from impasto.evaluation.ledger import FILE, Ledger, Measured

ENTRY = Measured(
    method="gatys",
    content="cat",
    style="red",
    painting="a" * 64,
    judge="vgg19",
    measures={"ssim": 0.5},
    duration_s=3.0,
)


def test_what_is_added_is_there_the_next_time(folder: Path) -> None:
    Ledger(folder, "vgg19").add(ENTRY)
    ledger = Ledger(folder, "vgg19")
    assert ledger.find(ENTRY.key, "a" * 64) == ENTRY
    assert ledger.find(ENTRY.key, "b" * 64) is None
    assert ledger.find(("gatys", "cat", "blue"), "a" * 64) is None
    assert ledger.duration_s(ENTRY.key) == 3.0
    newer = ledger.add(replace(ENTRY, painting="b" * 64))
    assert Ledger(folder, "vgg19").find(ENTRY.key, "b" * 64) == newer


def test_another_judge_measures_anew(folder: Path) -> None:
    Ledger(folder, "vgg19").add(ENTRY)
    assert Ledger(folder, "vgg16").find(ENTRY.key, "a" * 64) is None


def test_a_line_that_was_cut_off_loses_itself_alone(folder: Path) -> None:
    Ledger(folder, "vgg19").add(ENTRY)
    path = folder / FILE
    path.write_text(path.read_text() + '{"method": "gatys", "content": "d')
    ledger = Ledger(folder, "vgg19")
    other = ledger.add(replace(ENTRY, content="dog"))
    again = Ledger(folder, "vgg19")
    assert again.find(ENTRY.key, "a" * 64) == ENTRY
    assert again.find(other.key, "a" * 64) == other


def test_a_file_that_cannot_be_read(folder: Path) -> None:
    (folder / FILE).write_bytes(b"\xff\xfe\xff")
    with pytest.raises(OutputError, match="cannot be read"):
        Ledger(folder, "vgg19")
