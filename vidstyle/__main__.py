"""The program: `vidstyle`, and `python -m vidstyle`."""


def main() -> None:
    """Run the command line."""
    try:
        from vidstyle.cli.app import main as run
    except KeyboardInterrupt:  # Imports take a tenth of a second: no time for a traceback.
        raise SystemExit(130) from None
    run()


if __name__ == "__main__":
    main()
