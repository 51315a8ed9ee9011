"""`python -m mhud`."""

import sys

from mhud.cli import main

sys.exit(main())
