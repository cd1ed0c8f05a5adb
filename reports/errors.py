"""The one error that this package raises; whoever calls it turns it into words on a screen."""


class ReportError(Exception):
    """A report that cannot be rendered or may not be published: one paragraph that says what, where and how
    to mend.
    """
