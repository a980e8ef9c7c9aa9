"""A training as it is asked for: recipe, styles, photographs, and where the result goes."""

from __future__ import annotations

import os
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from impasto.errors import OptionError, OutputError
from impasto.styles.catalog import STYLES
from impasto.training.folder import check_folder
from impasto.training.recipe import TrainingRecipe
from impasto.training.styles import TrainingStyle, check_name
from impasto.weights.style_networks import fast_styles, user_folder


@dataclass(frozen=True, kw_only=True)
class Destination:
    """Where a network goes, and what it is called.

    Attributes:
        folder: The network's folder, which need not exist.
        name: Its name.
        listed: Whether it lies where fast styles are looked for, so that names must be free.
    """

    folder: Path
    name: str
    listed: bool

    @property
    def run_folder(self) -> Path:
        """Beside it: checkpoints, samples and losses of the training."""
        return self.folder.with_name(f"{self.name}.training")


def find_destination(output: str) -> Destination:
    """Where ``output`` leads: a plain name to the person's styles, anything else to a path.

    Raises:
        OptionError: if its last part is no name for a network.
        OutputError: if the folder above a path does not exist.
    """
    separators = tuple(filter(None, (os.sep, os.altsep)))
    if not any(separator in output for separator in separators):
        return Destination(folder=user_folder() / check_name(output), name=output, listed=True)
    folder = Path(output)
    check_name(folder.name)
    if not folder.parent.is_dir():
        raise OutputError(
            f"{output}: expected to write into {folder.parent}, but it does not exist; "
            "create it first."
        )
    return Destination(folder=folder, name=folder.name, listed=False)


@dataclass(frozen=True, kw_only=True)
class TrainingJob:
    """One training.

    Attributes:
        recipe: How.
        styles: What to learn; one for a network without rows.
        photos: The folder of photographs.
        destination: Where the network goes.
        licence: Of the network, as its card will say.
        preview_photos: Photographs for the preview; held-out ones where there are none.
        force: Whether names in use may be taken, and a network be replaced.

    Raises:
        OptionError: if there are several styles for a network of one.
    """

    recipe: TrainingRecipe
    styles: tuple[TrainingStyle, ...]
    photos: Path
    destination: Destination
    licence: str = "unstated"
    preview_photos: tuple[Path, ...] = ()
    force: bool = False

    def __post_init__(self) -> None:
        if not self.styles or (len(self.styles) > 1 and not self.recipe.has_rows):
            raise OptionError(
                f"style: expected one for the architecture {self.recipe.architecture!r}, "
                f"got {len(self.styles)}; train each by itself, or use realtime."
            )

    @property
    def style_names(self) -> list[str]:
        """The names of the styles, in order."""
        return [style.name for style in self.styles]

    @property
    def content_targets(self) -> list[float]:
        """The content distance each style is steered to; 0 for none."""
        default = self.recipe.content_target or 0.0
        return [
            default if style.content_target is None else style.content_target
            for style in self.styles
        ]

    def command(self) -> str:
        """The command line that asks for this training, without the machine's folders."""
        words = ["impasto", "train"]
        for style in self.styles:
            words += ["--style", f"{style.name}={style.image}"]
            if style.content_target is not None:
                words += ["--style-target", f"{style.name}={style.content_target}"]
        words += ["--photos", self.photos.absolute().name, "-o", self.destination.name]
        return shlex.join(words + self.recipe.flags())

    def fingerprint(self, photos_digest: str) -> dict[str, Any]:
        """What must be the same for a run to be resumed, as JSON has it."""
        return {
            **self.recipe.as_dict(),
            "styles": [[style.name, style.image_sha256] for style in self.styles],
            "style targets": self.content_targets,
            "photographs": photos_digest,
        }

    def check(self) -> None:
        """Make sure the names are free and the network can be written.

        Raises:
            OptionError: if a style or a style image has one of the names.
            OutputError: if the network cannot be written.
        """
        check_folder(self.destination.folder, overwrite=self.force)
        if self.force or not self.destination.listed:
            return
        for name in dict.fromkeys([self.destination.name, *self.style_names]):
            if name in STYLES or name in _others(fast_styles(), self.destination.folder):
                raise OptionError(
                    f"name: {name!r} is taken by a style that is here already; choose another "
                    "(--style NAME=IMAGE, -o NAME), or take it over with --force."
                )


def _others(styles: Mapping[str, Any], folder: Path) -> set[str]:
    return {name for name, network in styles.items() if network.folder != folder}
