"""The one place where a method is registered under its name and found again.

A family is a letter and an underscore (`n_` normalise, `w_` weights, `a_` aggregate, `i_` impute); adding a method is
writing one function and decorating it. Declarations name it with or without its prefix: `geometric`, `a_geometric`.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, Generic, TypeVar

from etl.errors import MethodError

F = TypeVar("F", bound=Callable[..., Any])


class Family(Generic[F]):
    """The methods of one step of the chain.

    Attributes:
        prefix: What the functions' names begin with ("a_").
        title: What the family does, for messages ("aggregation").
    """

    def __init__(self, prefix: str, title: str) -> None:
        self.prefix = prefix
        self.title = title
        self._methods: dict[str, F] = {}

    def register(self, method: F) -> F:
        """Add a function to the family under its own name; usable as a decorator."""
        name = method.__name__
        if not name.startswith(self.prefix):
            raise MethodError(name, f"a method of {self.title} is named {self.prefix}…", "Rename the function")
        self._methods[name.removeprefix(self.prefix)] = method
        return method

    @property
    def names(self) -> tuple[str, ...]:
        """The short names, sorted."""
        return tuple(sorted(self._methods))

    def get(self, name: str, *, where: str = "method") -> F:
        """Return the method of that name.

        Raises:
            MethodError: No such method; the message lists those that exist.
        """
        short = name.removeprefix(self.prefix)
        if short not in self._methods:
            raise MethodError(where, f"unknown {self.title} method “{name}”", f"Choose one of {', '.join(self.names)}")
        return self._methods[short]

    def validate_options(self, name: str, options: Mapping[str, object], *, where: str = "method") -> None:
        """Refuse an option that the method does not have or of the wrong kind, or the lack of one that it needs.

        Raises:
            MethodError: Naming the option and those the method accepts.
        """
        accepted = _options(self.get(name, where=where))
        unknown = [option for option in options if option not in accepted]
        if unknown:
            listed = ", ".join(accepted) or "none"
            raise MethodError(where, f"{name} has no option “{unknown[0]}”", f"Its options are: {listed}")
        for option, declared in accepted.items():
            if option not in options:
                if declared.default is declared.empty:
                    raise MethodError(where, f"{name} needs the option “{option}”", f"Give {option} a value")
            elif not _fits(options[option], str(declared.annotation)):
                raise MethodError(
                    f"{where}, {option}", f"it is {options[option]!r}", f"{name} takes {declared.annotation} here"
                )


@cache
def _options(method: Callable[..., Any]) -> dict[str, inspect.Parameter]:
    """Return the keyword-only options of a method."""
    parameters = inspect.signature(method).parameters.values()
    return {p.name: p for p in parameters if p.kind is p.KEYWORD_ONLY}


def _fits(value: object, annotation: str) -> bool:
    """Tell whether a value that came from a file is of the kind that a method declares."""
    kinds = {"float": (int, float), "str": (str,), "bool": (bool,), "Sequence[float]": (list, tuple)}
    wanted = kinds.get(annotation, (Mapping,))
    return isinstance(value, wanted) and (annotation == "bool" or not isinstance(value, bool))
