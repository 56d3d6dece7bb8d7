"""``python -m localazure``."""

from localazure.cli import app


def main() -> None:
    """The ``localazure`` command."""
    app(prog_name="localazure")


if __name__ == "__main__":
    main()
