"""Numbers that addresses and forms send."""


def number(told: str | None) -> int | None:
    """The number that somebody sent; None for anything else."""
    return int(told) if told and told.isascii() and told.isdigit() and len(told) < 10 else None
