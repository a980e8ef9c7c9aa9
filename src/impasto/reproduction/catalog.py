"""The parts of the report, by name. No torch here: a part is imported when it is made."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Protocol, cast

from impasto.errors import MissingPackageError, UnknownNameError

if TYPE_CHECKING:
    from impasto.reproduction.bench import Bench
    from impasto.reproduction.exhibit import Exhibit


class Part(Protocol):
    """What the module of a part has.

    ``Result`` is a frozen dataclass that :mod:`~impasto.reproduction.record` can keep.
    """

    Result: Any

    def measure(self, bench: Bench) -> Any:
        """Do the work and return a ``Result``."""
        ...

    def show(self, result: Any) -> Exhibit:
        """How a ``Result`` is shown; does no work of its own."""
        ...


@dataclass(frozen=True, kw_only=True)
class PartSpec:
    """A part of the report.

    Attributes:
        name: Its key in :data:`PARTS`.
        title: Its heading.
        source: What it makes again.
        module: Where it is; see :class:`Part`.
        cost_s: Seconds it takes at full size on two cores, about; for the time left.
        packages: What it imports beyond what Impasto always comes with.
        extra: The extra that installs them.
    """

    name: str
    title: str
    source: str
    module: str
    cost_s: float
    packages: tuple[str, ...] = ()
    extra: str = ""

    def load(self) -> Part:
        """Import the part; what it only needs to measure may be missing."""
        return cast("Part", import_module(self.module))

    def require_packages(self) -> None:
        """Make sure that it can be measured here.

        Raises:
            MissingPackageError: naming the extra that is missing.
        """
        missing = [name for name in self.packages if find_spec(name) is None]
        if missing:
            raise MissingPackageError(
                f"part {self.name!r} needs {' and '.join(missing)}, which are part of "
                f'impasto[{self.extra}]: pip install "impasto[{self.extra}]".'
            )


_PARTS = "impasto.reproduction.parts"

PARTS: Mapping[str, PartSpec] = {
    "table1": PartSpec(
        name="table1",
        title="Time of each method",
        source="PKU, table 1; CH, sections 2 and 3",
        module=f"{_PARTS}.method_times",
        cost_s=270,
    ),
    "table2": PartSpec(
        name="table2",
        title="One object against the whole frame",
        source="PKU, table 2",
        module=f"{_PARTS}.region_latency",
        cost_s=30,
        packages=("cv2",),
        extra="studio",
    ),
    "lapstyle": PartSpec(
        name="lapstyle",
        title="Gatys beside LapStyle",
        source="PKU, section 2.2",
        module=f"{_PARTS}.contours",
        cost_s=120,
    ),
    "styles": PartSpec(
        name="styles",
        title="The four styles",
        source="PKU, section 2.3",
        module=f"{_PARTS}.four_styles",
        cost_s=20,
    ),
    "blend": PartSpec(
        name="blend",
        title="Two styles at once",
        source="ST, section 3.4 and figure 5",
        module=f"{_PARTS}.style_blend",
        cost_s=60,
    ),
    "colors": PartSpec(
        name="colors",
        title="The photograph's colours kept",
        source="ST, section 3.5; CH, section 4",
        module=f"{_PARTS}.kept_colors",
        cost_s=120,
    ),
    "masks": PartSpec(
        name="masks",
        title="Objects and backgrounds",
        source="ST, section 3.6; CH, section 4",
        module=f"{_PARTS}.segmented",
        cost_s=120,
        packages=("cv2", "higra"),
        extra="studio",
    ),
    "losses": PartSpec(
        name="losses",
        title="All losses over 300 steps",
        source="SP, figure 1",
        module=f"{_PARTS}.loss_summary",
        cost_s=45,
    ),
}


def choose_parts(names: Iterable[str] = ()) -> tuple[PartSpec, ...]:
    """The parts of these names, in the report's order; all where none is named.

    Raises:
        UnknownNameError: if there is no part of a name.
    """
    wanted = set(names)
    for name in sorted(wanted - set(PARTS)):
        near = get_close_matches(name, PARTS, n=1)
        raise UnknownNameError(
            f"part: expected one of {', '.join(PARTS)}, got {name!r}."
            f"{f' Did you mean {near[0]!r}?' if near else ''}"
        )
    return tuple(spec for spec in PARTS.values() if not wanted or spec.name in wanted)
