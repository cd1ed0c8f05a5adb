"""The errors that this package raises; whoever calls it turns them into words on a screen."""


class ReportError(Exception):
    """A report that cannot be rendered or may not be published: one paragraph that says what, where and how
    to mend.
    """


class UnknownError(ReportError):
    """What was asked for does not exist: no such report, no such period."""


class NoRowsError(ReportError):
    """A period of which no reporting table has a row."""
