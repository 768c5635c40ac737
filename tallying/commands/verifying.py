"""``pb-tally verify``: whether a public record holds."""

import argparse

from tallying import verify


def add(parsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the sub-command."""
    parser = parsers.add_parser(
        "verify",
        usage="%(prog)s RECORD [options]",
        help="check a public record, offline",
        description="Check a public record. Exit code 0: it holds; 1: it does not; 2: there is\nno record here.",
        epilog=(
            "examples:\n  pb-tally verify record.zip\n"
            '  pb-tally verify record.zip --signer "0123 abcd 0123 abcd 0123 abcd 0123 abcd"\n'
            "  pb-tally verify record.zip --since checkpoint.txt\n"
        ),
    )
    parser.add_argument("record", metavar="RECORD", help="a record: folder or .zip")
    parser.add_argument("--signer", metavar="FINGERPRINT", help="the council's key, as on your letter")
    parser.add_argument("--since", metavar="CHECKPOINT", help="the file of a checkpoint that you saved earlier")
    parser.set_defaults(run=verify.run)
