from pathlib import Path

import pytest

from impasto.errors import OutputError
from impasto.training.folder import check_folder, replace_folder
from impasto.weights.style_networks import CARD


def put(folder: Path, text: str, *, overwrite: bool = False) -> None:
    with replace_folder(folder, overwrite=overwrite) as temporary:
        (temporary / CARD).write_text(text)


def test_appears_whole_and_is_replaced_whole(tmp_path: Path) -> None:
    folder = tmp_path / "above" / "net"
    put(folder, "one")
    (folder / "old").touch()
    with pytest.raises(OutputError, match="--force"):
        put(folder, "two")
    put(folder, "two", overwrite=True)
    assert [path.name for path in folder.iterdir()] == [CARD]
    assert (folder / CARD).read_text() == "two"
    assert list(folder.parent.iterdir()) == [folder]


def test_a_failure_leaves_what_was_there(tmp_path: Path) -> None:
    folder = tmp_path / "net"
    put(folder, "one")
    with pytest.raises(OutputError, match="unchanged"), replace_folder(folder, overwrite=True):
        raise OSError("disk full")

    def interrupted() -> None:
        with replace_folder(folder, overwrite=True) as temporary:
            (temporary / CARD).write_text("two")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert (folder / CARD).read_text() == "one"
    assert list(tmp_path.iterdir()) == [folder]


def test_nothing_but_networks_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "file").touch()
    for name in ("mine", "file"):
        with pytest.raises(OutputError, match="another file or folder"):
            check_folder(tmp_path / name, overwrite=True)
    with pytest.raises(OutputError, match="no folder"):
        check_folder(tmp_path / "file" / "net", overwrite=False)
