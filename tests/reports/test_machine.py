import os

from impasto.reports.machine import machine_facts, machine_name
from impasto.version import __version__


def test_it_names_the_processor_and_its_cores() -> None:
    name = machine_name()
    assert f"{os.cpu_count()} core" in name
    assert not name.startswith((",", "None"))


def test_facts_have_memory_and_versions() -> None:
    facts = machine_facts()
    assert facts["machine"] == machine_name()
    assert facts["memory"].endswith(" GiB")
    assert f"impasto {__version__}" in facts["versions"]
    assert "torch " in facts["versions"]
