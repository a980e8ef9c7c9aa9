"""``python -m impasto`` is the ``impasto`` command."""

from impasto.cli.app import main

if __name__ == "__main__":
    main()
