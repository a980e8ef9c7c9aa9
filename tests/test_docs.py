"""The documentation is true: it builds, its links lead somewhere, its commands exist."""

from __future__ import annotations

import ast
import importlib
import importlib.util
import inspect
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import typer.main

import impasto
from impasto import errors
from impasto.cli.app import app
from impasto.encoders.catalog import ENCODERS
from impasto.styles.catalog import STYLES
from impasto.stylizers.catalog import METHODS
from impasto.weights.catalog import WEIGHTS

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
PAGES = sorted(DOCS.rglob("*.md"))
PROSE = [*PAGES, *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md"))]
GUIDES = [*PAGES, ROOT / "README.md"]

FENCE = re.compile(r"^```(\w*)[^\n]*\n(.*?)^```", re.MULTILINE | re.DOTALL)
INLINE = re.compile(r"`([^`\n]+)`")
LINK = re.compile(r"\]\(([^)\s]+)\)|(?:src|href)=\"([^\"]+)\"")
COMMAND = re.compile(r"^(?:\$ )?(?:\w+=\S+ )*(?:\S*/)?impasto (.*)$")
FLAG = re.compile(r"(?<!\S)(--[a-z][a-z-]*)")
MACHINE_PATH = re.compile(r"(?<![\w.~}>/])(?:/(?:work|home|root|Users|tmp|mnt)/|[A-Z]:\\)")
SHELL = ("sh", "bash", "console", "shell", "")

CLI: Any = typer.main.get_command(app)
MAIN_FLAGS = {"--help", *(flag for parameter in CLI.params for flag in parameter.opts)}
FLAGS = {
    name: {"--help", *(flag for parameter in command.params for flag in parameter.opts)}
    for name, command in CLI.commands.items()
}


def shell_lines(path: Path) -> list[str]:
    """Lines of the page's shell blocks, continued lines joined, comments dropped."""
    blocks = [body for kind, body in FENCE.findall(path.read_text("utf-8")) if kind in SHELL]
    lines = "\n".join(blocks).replace("\\\n", " ").splitlines()
    return [line.split(" #")[0].strip() for line in lines]


def inline_code(path: Path) -> list[str]:
    return INLINE.findall(FENCE.sub("", path.read_text("utf-8")))


def wrong_words(arguments: str) -> list[str]:
    """What an ``impasto`` command line names that does not exist."""
    name = arguments.split()[0]
    if name.startswith("-"):
        return [name] if name.startswith("--") and name not in MAIN_FLAGS else []
    if name not in FLAGS:
        return [name]
    return [flag for flag in FLAG.findall(arguments) if flag not in FLAGS[name]]


@pytest.mark.slow
def test_site_builds_without_warnings_and_loads_nothing_from_elsewhere(tmp_path: Path) -> None:
    if importlib.util.find_spec("mkdocs") is None:
        pytest.skip("needs mkdocs-material: pip install 'impasto[docs]'")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "-d", str(tmp_path)]
    built = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stderr
    for page in tmp_path.rglob("*.html"):
        text = page.read_text("utf-8")
        assert not re.findall(r"<(?:script|img)[^>]+src=\"?(?:https?:)?//", text), page.name
        assert "fonts.googleapis" not in text, page.name


@pytest.mark.parametrize("page", PROSE, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    found = ["".join(pair) for pair in LINK.findall(FENCE.sub("", page.read_text("utf-8")))]
    local = [link for link in found if not re.match(r"[a-z]+:|#", link)]
    assert not [link for link in local if not (page.parent / link.split("#")[0]).exists()]


@pytest.mark.parametrize("page", PROSE, ids=lambda page: page.name)
def test_no_paths_of_one_machine(page: Path) -> None:
    assert not MACHINE_PATH.findall(page.read_text("utf-8"))


@pytest.mark.parametrize("page", GUIDES, ids=lambda page: page.name)
def test_commands_and_flags_exist(page: Path) -> None:
    candidates = [*shell_lines(page), *inline_code(page)]
    calls = [match[1] for text in candidates if (match := COMMAND.match(text))]
    assert not {call: wrong for call in calls if (wrong := wrong_words(call))}


@pytest.mark.parametrize("page", GUIDES, ids=lambda page: page.name)
def test_flags_named_alone_exist(page: Path) -> None:
    known = set().union(MAIN_FLAGS, *FLAGS.values())
    named = {code.split()[0] for code in inline_code(page) if code.startswith("--")}
    assert named <= known


@pytest.mark.parametrize("page", PROSE, ids=lambda page: page.name)
def test_make_targets_exist(page: Path) -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    targets = set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE))
    named = {
        word
        for text in [*shell_lines(page), *inline_code(page)]
        if re.match(r"(?:\$ )?make\s", text)
        for word in re.split(r"\bmake\b", text, maxsplit=1)[1].split()
        if re.fullmatch(r"[a-z]+", word)
    }
    assert named <= targets


@pytest.mark.parametrize("page", GUIDES, ids=lambda page: page.name)
def test_python_examples_use_what_there_is(page: Path) -> None:
    """Examples parse, what they import exists, and so do the names they take from impasto."""
    examples = [body for kind, body in FENCE.findall(page.read_text("utf-8")) if kind == "python"]
    for node in (node for body in examples for node in ast.walk(ast.parse(body))):
        if isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            module = importlib.import_module(node.module)
            assert not [each.name for each in node.names if not hasattr(module, each.name)]
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            assert node.value.id != "impasto" or hasattr(impasto, node.attr), node.attr


def script(name: str) -> Any:
    """A script as a module."""
    path = ROOT / "scripts" / f"{name}.py"
    specification = importlib.util.spec_from_file_location(name, path)
    assert specification is not None
    assert specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


def test_option_tables_are_up_to_date() -> None:
    page = (DOCS / "options.md").read_text("utf-8")
    written = script("write_option_tables").with_tables(page)
    assert written == page, "run: python scripts/write_option_tables.py"


def test_the_table_of_controls_is_up_to_date() -> None:
    page = (DOCS / "guidance.md").read_text("utf-8")
    written = script("write_control_table").with_table(page)
    assert written == page, "run: python scripts/write_control_table.py"


ERRORS = [
    name
    for name, found in vars(errors).items()
    if inspect.isclass(found) and issubclass(found, errors.ImpastoError)
]


@pytest.mark.parametrize(
    ("page", "names"),
    [
        ("errors.md", ERRORS),
        ("styles.md", list(STYLES)),
        ("methods.md", list(METHODS)),
        ("encoders.md", list(ENCODERS)),
        ("weights.md", list(WEIGHTS)),
        ("weights.md", [spec.licence for spec in WEIGHTS.values()]),
        ("getting-started.md", [f"impasto {name}" for name in FLAGS]),
    ],
)
def test_pages_name_everything_there_is(page: str, names: list[str]) -> None:
    text = (DOCS / page).read_text("utf-8")
    assert not [name for name in names if name not in text]


def test_architecture_names_every_folder_and_module() -> None:
    text = (DOCS / "architecture.md").read_text("utf-8")
    source = ROOT / "src" / "impasto"
    folders = {f"`{path.parent.name}/`" for path in source.glob("*/__init__.py")}
    modules = {f"`{path.name}`" for path in source.glob("[a-z]*.py")}
    assert not [name for name in folders | modules if name not in text]


def test_gallery_is_a_small_file() -> None:
    assert (DOCS / "images" / "styles.jpg").stat().st_size < 400_000
