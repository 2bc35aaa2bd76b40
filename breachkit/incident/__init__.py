"""incident.toml: the facts that no file can tell (dates, origin, measures, contacts)."""

from __future__ import annotations

from breachkit.incident.load import load_incident, parse_incident
from breachkit.incident.mistakes import near_miss
from breachkit.incident.model import (
    PARIS,
    Breach,
    Communication,
    Controller,
    Data,
    Dates,
    Header,
    Incident,
    Measures,
    Moment,
    Others,
    Processor,
)

__all__ = [
    "PARIS",
    "Breach",
    "Communication",
    "Controller",
    "Data",
    "Dates",
    "Header",
    "Incident",
    "Measures",
    "Moment",
    "Others",
    "Processor",
    "load_incident",
    "near_miss",
    "parse_incident",
]
