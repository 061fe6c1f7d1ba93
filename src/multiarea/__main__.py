"""`python -m multiarea`."""

from multiarea.cli import main

if __name__ == "__main__":
    raise SystemExit(main())
