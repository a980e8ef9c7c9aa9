"""The ``impasto`` command: its subcommands, and the one place where errors end."""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer

from impasto.cli import compare, doctor, methods, metrics, styles, stylize, texture, weights
from impasto.cli.console import stderr, stdout
from impasto.errors import ImpastoError, OptionError, UnknownNameError
from impasto.version import __version__

EXIT_FAILED = 1
EXIT_USAGE = 2
EXIT_INTERRUPTED = 130

app = typer.Typer(
    name="impasto",
    help="Paint photographs in the style of other pictures.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("stylize")(stylize.stylize_command)
app.command("compare")(compare.compare_command)
app.command("texture")(texture.texture_command)
app.command("metrics")(metrics.metrics_command)
app.command("styles")(styles.styles_command)
app.command("methods")(methods.methods_command)
app.command("weights")(weights.weights_command)
app.command("doctor")(doctor.doctor_command)


def _print_version(wanted: bool) -> None:
    if wanted:
        stdout.print(__version__)
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Version.")
    ] = False,
) -> None:
    """Paint photographs in the style of other pictures."""


def main() -> None:
    """Run the command line; errors of Impasto become one line and an exit code."""
    try:
        app()
    except ImpastoError as error:
        stderr.print(f"[bold red]error:[/] {_plain(str(error))}", soft_wrap=True)
        usage = isinstance(error, OptionError | UnknownNameError)
        sys.exit(EXIT_USAGE if usage else EXIT_FAILED)
    except KeyboardInterrupt:
        stderr.print("interrupted")
        sys.exit(EXIT_INTERRUPTED)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(EXIT_FAILED)


def _plain(text: str) -> str:
    """Keep rich from reading brackets in a message as markup."""
    return text.replace("[", r"\[")
