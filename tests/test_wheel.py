"""The wheel, built, installed alone into a clean environment, and used."""

import json
import os
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder)]
    subprocess.run([*command, str(ROOT)], check=True, capture_output=True)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def program(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """``impasto`` from the wheel; third-party packages are lent by this environment.

    A ``.pth`` file lends them: it adds a folder to the path without reading the ``.pth``
    files in it, so this checkout's own editable install stays invisible.
    """
    folder = tmp_path_factory.mktemp("clean")
    venv.create(folder, with_pip=False)
    python = folder / "bin" / "python"
    where = [str(python), "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]
    site = Path(subprocess.run(where, check=True, capture_output=True, text=True).stdout.strip())
    (site / "lent.pth").write_text(sysconfig.get_path("purelib") + "\n")
    install = [sys.executable, "-m", "pip", "--python", str(python), "install", "--no-index"]
    subprocess.run([*install, "--no-deps", "--quiet", str(wheel)], check=True, capture_output=True)
    return folder / "bin" / "impasto"


def test_wheel_carries_what_it_needs_and_nothing_else(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    assert "impasto/py.typed" in names
    assert "impasto/styles/files/starry-night.jpg" in names
    assert any(name.endswith("licenses/LICENSE") for name in names)
    assert all(name.startswith(("impasto/", "impasto-")) for name in names)
    assert wheel.stat().st_size < 54 * 2**20


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="looks for programs in bin/")
def test_installed_program_paints(program: Path, photo: Path, tmp_path: Path) -> None:
    run = {"check": True, "capture_output": True, "text": True, "cwd": tmp_path}
    listed = json.loads(subprocess.run([program, "styles", "--json"], **run).stdout)  # type: ignore[call-overload]
    images = [style["image"] for style in listed if style["image"] is not None]
    assert all(str(program.parents[1]) in image for image in images)
    output = tmp_path / "painting.png"
    arguments = ["stylize", str(photo), "--style", "candy", "--output", str(output)]
    subprocess.run([program, *arguments, "--iterations", "2"], **run)  # type: ignore[call-overload]
    assert output.stat().st_size > 1000
