"""The account of one table: every line of its source holds records, is a header, blank, or something else."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from breachkit.errors import BreachkitError


@dataclass
class Ledger:
    """Counts of one table while it is read; `check` holds it to account at the end.

    `records = loaded + rejected`; `repaired` counts some of the loaded, each record once. Lines are physical lines
    of the file, or the rows of a sheet or database where there are no lines:
    `physical_lines = header_lines + blank_lines + other_lines + record_lines`.
    """

    physical_lines: int = 0
    header_lines: int = 0
    blank_lines: int = 0
    other_lines: int = 0  # what stands before, between and after records: preamble, footer, statements that hold none
    record_lines: int = 0
    loaded: int = 0
    repaired_by_reason: Counter[str] = field(default_factory=Counter)
    rejected_by_reason: Counter[str] = field(default_factory=Counter)
    found: int | None = None  # records the format itself announces (rows of a database, of Parquet's footer)

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
        lines = self.header_lines + self.blank_lines + self.other_lines + self.record_lines
        announced = self.records if self.found is None else self.found
        right = lines == self.physical_lines and stored == self.loaded and stored_rejects == self.rejected
        if not right or announced != self.records or self.repaired > self.loaded:
            raise BreachkitError(
                f"Le compte de la source n'est pas juste : {self.physical_lines} lignes lues, {lines} expliquées ; "
                f"{announced} enregistrements annoncés, {self.records} comptés ; {self.loaded} chargés, {stored} "
                f"conservés ; {self.rejected} rejets comptés, {stored_rejects} conservés. L'analyse s'arrête : un "
                "chiffre faux serait pire qu'aucun chiffre.",
                f"The account of the source is wrong: {self.physical_lines} lines read, {lines} explained; "
                f"{announced} records announced, {self.records} counted; {self.loaded} loaded, {stored} kept; "
                f"{self.rejected} rejects counted, {stored_rejects} kept. The analysis stops: a wrong figure would "
                "be worse than none.",
            )
