"""Where the `pb` command comes in; the server comes in at `wsgi`."""

from __future__ import annotations

from pb_app.cli.main import run as main

if __name__ == "__main__":
    main()
