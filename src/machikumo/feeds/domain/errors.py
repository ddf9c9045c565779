"""Errors of the feeds."""

from machikumo.kernel.errors import Conflict, MachikumoError


class FeedError(MachikumoError):
    """Base of the feeds' errors."""


class BadRule(FeedError):
    """A feed was described in a way that cannot work."""


class NotNow(FeedError, Conflict):
    """The file or row is in a state in which that cannot be done."""

    status = 409
