"""`vidstyle engines`"""

from typing import Annotated

import typer

from vidstyle.cli.build_engine import parity_label
from vidstyle.cli.tables import aligned


def engines(
    verify: Annotated[
        bool,
        typer.Option("--verify", help="Verify checksums, and that each engine fits this machine."),
    ] = False,
    remove: Annotated[
        list[str] | None,
        typer.Option(
            "--remove",
            metavar="NAME",
            help="Remove the engines whose names start like this; 'stale' for those that are "
            "damaged or no longer fit this machine, 'all' for all; repeatable.",
        ),
    ] = None,
) -> int:
    """List the stored engines (compiled networks); see `vidstyle build-engine`.

    Example: vidstyle engines --verify
    """
    from vidstyle.runs.stored_engines import (
        StoredEngine,
        engines_folder,
        remove_engines,
        stored_engines,
    )

    def row(engine: StoredEngine) -> list[str]:
        record = engine.record
        facts = [parity_label(record), record.built] if record else ["", ""]
        return [engine.path.name, f"{engine.bytes / 1e6:.1f} MB", *facts]

    if remove:
        removed = [f"removed {path}" for path in remove_engines(remove)]
        typer.echo("\n".join(removed) or "there is nothing to remove")
        return 0
    stored = stored_engines(verify=verify)
    if not stored:
        typer.echo(f"no engine is stored in {engines_folder()}: see vidstyle build-engine --help")
        return 0
    typer.echo(f"in {engines_folder()}:")
    for line in aligned([row(engine) for engine in stored]):
        typer.echo(line)
    problems = [engine.problem for engine in stored if engine.problem]
    for problem in problems:
        typer.echo(f"note: {problem}", err=True)
    if verify and not problems:
        typer.echo("all are whole, and none is stale")
    return 1 if problems else 0
