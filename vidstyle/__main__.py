"""The program: `vidstyle`, and `python -m vidstyle`."""


def main() -> None:
    """Run the command line."""
    try:
        from vidstyle.cli.app import main as run

        run()
    except KeyboardInterrupt:  # Before a command begins there is nothing to tell.
        raise SystemExit(130) from None


if __name__ == "__main__":
    main()
