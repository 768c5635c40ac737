"""``python -m tallying`` is ``pb-tally``."""

import sys

from tallying.cli import main

sys.exit(main())
