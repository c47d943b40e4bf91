"""`vidstyle doctor`"""

import typer


def doctor() -> int:
    """Check what this machine has for vidstyle, with advice on what is missing.

    Example: vidstyle doctor
    """
    from vidstyle.runs.machine import examine

    findings = examine()
    width = max(len(finding.what) for finding in findings)
    for finding in findings:
        typer.echo(f"{'ok ' if finding.good else '-- '} {finding.what:{width}}  {finding.value}")
        if finding.advice:
            typer.echo(f"    {'':{width}}  -> {finding.advice}")
    return 0 if all(finding.good for finding in findings if finding.needed) else 1
