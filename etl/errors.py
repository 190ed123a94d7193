"""The only errors this product raises on purpose: each says where and what, the rule, and what to do."""

from __future__ import annotations


class ProductError(Exception):
    """Root of our errors.

    Attributes:
        where: The place and the offender ("culture_musees, entrees.csv, line 12").
        rule: The rule that was broken.
        remedy: What the reader can do about it.
    """

    def __init__(self, where: str, rule: str, remedy: str) -> None:
        super().__init__(f"{where}: {rule}. {remedy}")
        self.where = where
        self.rule = rule
        self.remedy = remedy


class SourceError(ProductError):
    """Something went wrong at one source; its last good figures are kept."""


class FetchError(SourceError):
    """A raw file could not be brought here whole."""


class NotOfferedError(FetchError):
    """The mirror does not carry this source: no failure for whoever never had it."""


class FormatError(SourceError):
    """A raw file is not laid out as its source module expects."""


class HeldBackError(SourceError):
    """A source changed by more than its declared tolerance and waits for ACCEPT."""


class BuildError(ProductError):
    """A build cannot be made or published; nothing was published."""


class BusyError(ProductError):
    """Another refresh is running; this one left."""


class MethodError(ProductError):
    """An index declaration (tree, weights, method, goalposts) is not sound."""


class RequestError(ProductError):
    """A command was asked for something that does not exist, or that this machine cannot do."""
