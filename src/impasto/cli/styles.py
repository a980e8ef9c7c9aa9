"""``impasto styles``: the styles there are, as pictures and as trained networks."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from impasto.cli.console import print_entry, print_json, stdout
from impasto.styles.catalog import STYLES, style_path
from impasto.weights.style_networks import StyleNetwork, fast_styles, user_folder


def styles_command(
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """List the styles: those that ship as pictures, and those that a network paints."""
    fast = fast_styles()
    names = dict.fromkeys((*STYLES, *sorted(fast)))
    listed = [_described(name, fast.get(name)) for name in names]
    if json:
        print_json(listed)
        return
    for style in listed:
        print_entry(style["name"], *_facts(style))
    stdout.print("\nAny other picture works too: impasto stylize PHOTO --style PICTURE.jpg")


def _described(name: str, network: StyleNetwork | None) -> dict[str, Any]:
    """What there is to know of a style, as JSON values."""
    spec = STYLES.get(name)
    trained = {} if network is None else network.card.get("styles", {}).get(name, {})
    return {
        "name": name,
        "title": spec.title if spec else trained.get("title", name),
        "image": None if spec is None else str(style_path(spec)),
        "fast": network is not None,
        "network": None if network is None else _network(network),
        "made_by": spec.made_by if spec else "",
        "licence": spec.licence if spec else trained.get("licence", "unstated"),
    }


def _network(network: StyleNetwork) -> dict[str, Any]:
    return {
        "name": network.name,
        "folder": str(network.folder),
        "licence": network.card.get("licence", "unstated"),
        "yours": network.folder.parent == user_folder(),
    }


def _facts(style: dict[str, Any]) -> list[str]:
    """The lines under a style's name."""
    facts = [style["made_by"] or style["title"]]
    if style["network"] is None:
        facts.append("fast: no")
    else:
        whose = "your network" if style["network"]["yours"] else "network"
        network = style["network"]
        facts.append(f"fast: yes, {whose} {network['name']} ({network['licence']})")
    return [*facts, style["image"] or f"no picture; licence {style['licence']}"]
