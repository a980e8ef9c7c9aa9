from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from impasto.errors import CancelledError, MissingPackageError, UnknownNameError
from impasto.progress import Cancellation
from impasto.reproduction import catalog
from impasto.reproduction.catalog import PARTS, choose_parts

if TYPE_CHECKING:
    from impasto.reproduction.bench import Bench


def test_parts_are_chosen_in_the_reports_order() -> None:
    assert choose_parts() == tuple(PARTS.values())
    assert [spec.name for spec in choose_parts(["losses", "table1"])] == ["table1", "losses"]
    with pytest.raises(UnknownNameError, match=r"got 'tabel1'. Did you mean 'table1'\?"):
        choose_parts(["table1", "tabel1"])


def test_what_is_not_installed_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    for spec in PARTS.values():
        spec.require_packages()
    monkeypatch.setattr(catalog, "find_spec", lambda _name: None)
    PARTS["losses"].require_packages()
    with pytest.raises(MissingPackageError, match=r"cv2 and higra.*impasto\[studio\]"):
        PARTS["masks"].require_packages()


def test_names_are_those_of_the_entries() -> None:
    assert all(spec.name == name for name, spec in PARTS.items())
    assert sum(spec.cost_s for spec in PARTS.values()) < 15 * 60


@pytest.mark.parametrize("name", PARTS)
def test_every_part_can_be_stopped(name: str, make_bench: Callable[..., Bench]) -> None:
    cancellation = Cancellation()
    cancellation.cancel()
    with pytest.raises(CancelledError):
        PARTS[name].load().measure(make_bench(cancellation=cancellation))
