import os
import subprocess
import sys
from pathlib import Path

import pytest

from impasto.errors import OutputError
from impasto.weights import file_lock
from impasto.weights.file_lock import exclusive


class GaveUpError(Exception):
    pass


def give_up() -> None:
    raise GaveUpError


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(file_lock, "RETRY_S", 0.01)


def test_a_held_lock_makes_others_wait(tmp_path: Path) -> None:
    lock = tmp_path / "lock"
    with exclusive(lock, on_wait=give_up), pytest.raises(GaveUpError):
        exclusive(lock, on_wait=give_up).__enter__()


def test_a_lock_is_free_after_use_and_after_an_error(tmp_path: Path) -> None:
    lock = tmp_path / "lock"
    with pytest.raises(ZeroDivisionError), exclusive(lock, on_wait=give_up):
        raise ZeroDivisionError
    with exclusive(lock, on_wait=give_up):
        pass


def test_two_files_are_two_locks(tmp_path: Path) -> None:
    with (
        exclusive(tmp_path / "a", on_wait=give_up),
        exclusive(tmp_path / "b", on_wait=give_up),
    ):
        pass


def test_a_killed_process_leaves_no_lock(tmp_path: Path) -> None:
    lock = tmp_path / "lock"
    program = (
        "import sys, time, pathlib\n"
        "from impasto.weights.file_lock import exclusive\n"
        "with exclusive(pathlib.Path(sys.argv[1]), on_wait=sys.exit):\n"
        "    print('held', flush=True)\n"
        "    time.sleep(60)\n"
    )
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen(
        [sys.executable, "-c", program, str(lock)], stdout=subprocess.PIPE, env=environment
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(GaveUpError):
            exclusive(lock, on_wait=give_up).__enter__()
        holder.kill()
        holder.wait()
        with exclusive(lock, on_wait=give_up):
            pass


def test_no_folder(tmp_path: Path) -> None:
    with (
        pytest.raises(OutputError, match="writable"),
        exclusive(tmp_path / "none" / "lock", on_wait=give_up),
    ):
        pass


def test_a_file_system_without_locks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(descriptor: int) -> None:
        raise OSError(95, "Operation not supported")

    monkeypatch.setattr(file_lock, "_lock", refuse)
    with (
        pytest.raises(OutputError, match="file system with locks"),
        exclusive(tmp_path / "lock", on_wait=give_up),
    ):
        pass
