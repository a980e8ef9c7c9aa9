"""The shape of the project itself: tests mirror the source, everything imports, API is known."""

import importlib
import pkgutil
import re
import subprocess
import sys
from pathlib import Path

import pytest

import impasto

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "impasto"
MODULES = sorted(
    module.name
    for module in pkgutil.walk_packages(impasto.__path__, prefix="impasto.")
    if not module.name.endswith("__main__")
)


def test_tests_mirror_the_source() -> None:
    """Every module has its test file."""
    missing = [
        str(path.relative_to(SOURCE))
        for path in SOURCE.rglob("*.py")
        if path.stem not in ("__init__", "__main__", "version")
        and not (ROOT / "tests" / path.relative_to(SOURCE).with_name(f"test_{path.name}")).exists()
    ]
    assert not missing


@pytest.mark.parametrize("name", MODULES)
def test_every_module_imports_and_says_what_it_is(name: str) -> None:
    assert importlib.import_module(name).__doc__


def test_public_names() -> None:
    assert impasto.__all__ == [
        "AdainOptions",
        "Cancellation",
        "FastOptions",
        "GatysOptions",
        "ImpastoError",
        "LapStyleOptions",
        "Picture",
        "ProgressEvent",
        "RenderRequest",
        "RenderResult",
        "SanetOptions",
        "TextureOptions",
        "WctOptions",
        "__version__",
        "open_image",
        "render",
        "save_image",
        "stylize",
    ]
    for name in impasto.__all__:
        assert getattr(impasto, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = impasto.nothing


TORCH_FREE = (
    "impasto",
    "impasto.cli.app",
    "impasto.cli.fast_files",
    "impasto.pipeline",
    "impasto.provenance.redo",
    "impasto.stylizers.catalog",
)


@pytest.mark.parametrize("module", TORCH_FREE)
def test_importing_is_free_of_torch(module: str) -> None:
    code = f"import sys, {module}; assert 'torch' not in sys.modules, 'torch was imported'"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_pillow_is_imported_only_where_the_rules_say() -> None:
    rules = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    rule = rules[rules.index("- Pillow is imported only") :].split(". ")[0]
    allowed = {f"image/{name}.py" for name in re.findall(r"`([a-z_]+)`", rule)}
    reports = {"image/codec.py", "cli/doctor.py"}
    found = {
        str(path.relative_to(SOURCE).as_posix())
        for path in SOURCE.rglob("*.py")
        if re.search(r"^\s*(from|import) PIL\b", path.read_text("utf-8"), re.MULTILINE)
    }
    assert found - reports == allowed


def test_modules_are_short() -> None:
    long = {
        str(path.relative_to(ROOT)): count
        for path in SOURCE.rglob("*.py")
        if (count := len(path.read_text(encoding="utf-8").splitlines())) > 300
    }
    assert not long
