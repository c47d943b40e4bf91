"""Tables of plain text."""


def aligned(rows: list[list[str]]) -> list[str]:
    """The rows as lines, with their columns below one another."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]
