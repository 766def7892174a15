"""`python -m filed`: the command line. See `filed.cli`."""

import sys

from .cli.main import main

if __name__ == "__main__":
    sys.exit(main())
