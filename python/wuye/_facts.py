"""A mapping that does not change: what an outcome, a breach or an error compared."""

from __future__ import annotations

from typing import Any, NoReturn

__all__ = ["Facts"]


class Facts(dict[str, Any]):
    """A ``dict`` that refuses to be changed, so that a result stays what it was when it was given."""

    __slots__ = ()

    def _refuse(self, *_args: object, **_kwargs: object) -> NoReturn:
        raise TypeError("facts do not change")

    __setitem__ = _refuse
    __delitem__ = _refuse
    __ior__ = _refuse
    clear = _refuse
    pop = _refuse
    popitem = _refuse
    setdefault = _refuse
    update = _refuse

    def __reduce__(self) -> tuple[object, ...]:
        return (Facts, (dict(self),))
