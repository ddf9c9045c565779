"""The room's long work: moving a file in."""


def register_all() -> None:
    """Importing this module registers the job."""
