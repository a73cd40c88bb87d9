"""``python -m wuye``: the command line."""

from wuye.cli import main

if __name__ == "__main__":
    raise SystemExit(main())
