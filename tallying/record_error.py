"""What is raised where a record cannot be read: apart, so that a count of a file loads nothing of records."""


class RecordError(ValueError):
    """A file of a record, or the whole, cannot be read: ``file`` says which, ``what`` why."""

    def __init__(self, file: str, what: str) -> None:
        super().__init__(f"{file}: {what}")
        self.file = file
        self.what = what
