"""The account of one source: every physical line is loaded, repaired, rejected, a header or blank."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from breachkit.errors import BreachkitError


@dataclass
class Ledger:
    """Counts of one source while it is read; `check` holds it to account at the end.

    `records = loaded + rejected`; `repaired` counts some of the loaded. Lines are physical lines of the file.
    """

    physical_lines: int = 0
    header_lines: int = 0
    blank_lines: int = 0
    record_lines: int = 0
    loaded: int = 0
    repaired_by_reason: Counter[str] = field(default_factory=Counter)
    rejected_by_reason: Counter[str] = field(default_factory=Counter)

    @property
    def repaired(self) -> int:
        return sum(self.repaired_by_reason.values())

    @property
    def rejected(self) -> int:
        return sum(self.rejected_by_reason.values())

    @property
    def records(self) -> int:
        return self.loaded + self.rejected

    def check(self, *, stored: int, stored_rejects: int) -> None:
        """Stops the run where lines or records are unaccounted for; `stored` is what the workspace really holds."""
        lines = self.header_lines + self.blank_lines + self.record_lines
        if lines != self.physical_lines or stored != self.loaded or stored_rejects != self.rejected:
            raise BreachkitError(
                f"Le compte de la source n'est pas juste : {self.physical_lines} lignes lues, {lines} expliquées ; "
                f"{self.loaded} enregistrements comptés, {stored} chargés ; {self.rejected} rejets comptés, "
                f"{stored_rejects} conservés. L'analyse s'arrête : un chiffre faux serait pire qu'aucun chiffre.",
                f"The account of the source is wrong: {self.physical_lines} lines read, {lines} explained; "
                f"{self.loaded} records counted, {stored} loaded; {self.rejected} rejects counted, "
                f"{stored_rejects} kept. The analysis stops: a wrong figure would be worse than none.",
            )
