"""A count that is withheld: what may be told of it, which follows it through sums and shares."""

from __future__ import annotations

from typing import Any

SMALLEST_TOLD = 11


class Masked(int):
    """A count that is not told: only that it lies from `low` to `high` (None: no limit), which anybody may know.

    Its value as a number is the least it may be, 1 at least. Whatever is computed from it is masked too, so that no
    sum, difference or share gives the count back; the count itself is not kept.
    """

    low: int
    high: int | None

    def __new__(cls, low: int = 0, high: int | None = None) -> Masked:
        """A masked count; what it says about the count is `low` and `high`."""
        made = super().__new__(cls, max(low, 1))
        made.low, made.high = low, high
        return made

    @property
    def small(self) -> bool:
        """Whether all that is told is that the count is too small to be told."""
        return self.high is not None and self.high < SMALLEST_TOLD

    def __str__(self) -> str:
        if self.small:
            return f"<{SMALLEST_TOLD}"
        return "*" if self.high is None else f"{self.low}..{self.high}"

    __repr__ = __str__

    def __format__(self, _how: str) -> str:
        return str(self)

    def __reduce__(self) -> tuple[Any, ...]:
        return Masked, (self.low, self.high)

    def __add__(self, other: int) -> Masked:
        low, high = (other.low, other.high) if isinstance(other, Masked) else (other, other)
        return Masked(self.low + low, None if self.high is None or high is None else self.high + high)

    __radd__ = __add__

    def _other(self, *_others: object) -> Masked:
        return Masked()

    __sub__ = __rsub__ = __mul__ = __rmul__ = _other
    __floordiv__ = __rfloordiv__ = __mod__ = __neg__ = _other

    def __abs__(self) -> Masked:
        return self

    def __truediv__(self, whole: float) -> MaskedShare:
        if isinstance(whole, Masked) or self.high is None or whole <= 0:
            return MaskedShare()
        return MaskedShare(self.low / whole, min(1.0, self.high / whole), self.small)

    def __rtruediv__(self, _part: float) -> MaskedShare:
        return MaskedShare()


class MaskedShare(float):
    """The share of a masked count, from `low` to `high` (None: nothing told); masked whatever is done with it."""

    low: float
    high: float | None
    small: bool

    def __new__(cls, low: float = 0.0, high: float | None = None, small: bool = False) -> MaskedShare:
        """A masked share; as a number, the least it may be."""
        made = super().__new__(cls, low)
        made.low, made.high, made.small = low, high, small
        return made

    def __str__(self) -> str:
        if self.high is None:
            return "*"
        return f"<{self.high:.4f}" if self.small else f"{self.low:.4f}..{self.high:.4f}"

    __repr__ = __str__

    def __format__(self, _how: str) -> str:
        return str(self)

    def _other(self, *_others: object) -> MaskedShare:
        return MaskedShare()

    __add__ = __radd__ = __sub__ = __rsub__ = __neg__ = __truediv__ = __rtruediv__ = _other

    def __mul__(self, factor: float) -> MaskedShare:
        return MaskedShare(self.low * factor, None if self.high is None else self.high * factor, self.small)

    __rmul__ = __mul__
