"""`python -m breachkit` is `breachkit`."""

from breachkit.cli import main

if __name__ == "__main__":
    main()
