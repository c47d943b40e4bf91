"""`vidstyle styles`"""

import typer


def styles() -> None:
    """List the names that --style takes.

    Example: vidstyle styles
    """
    from vidstyle.runs.loading import known_styles

    for method, names in known_styles().items():
        typer.echo(f"{method}: {', '.join(names) or 'no style is named'}")
    typer.echo("adain, adain-vgg19, adain-timm and gatys take any picture: --style picture.jpg")
    typer.echo("johnson and cyclegan also take a checkpoint: --style network.pth")
