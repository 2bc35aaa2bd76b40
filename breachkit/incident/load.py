"""incident.toml read and checked; every mistake of the file is told at once."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from breachkit.errors import FactsError
from breachkit.incident.mistakes import book, line, not_toml, say
from breachkit.incident.model import Incident


def parse_incident(facts: dict[str, Any], name: str) -> Incident:
    """The incident from parsed TOML; FactsError naming every wrong key at once, `name` being the file's."""
    try:
        return Incident.model_validate(facts)
    except ValidationError as error:
        lines = [line(dict(one)) for one in error.errors()]
    count = say("one") if len(lines) == 1 else say("several", n=len(lines))
    wrong = book()["wrong"]
    raise FactsError(
        wrong["fr"].format(name=name, count=count[0], lines="\n".join(one[0] for one in lines)),
        wrong["en"].format(name=name, count=count[1], lines="\n".join(one[1] for one in lines)),
    )


def load_incident(path: Path) -> Incident:
    """The incident of a TOML file; FactsError where it is missing, is no TOML, or holds a wrong key or value."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError:
        raise FactsError(*say("missing", name=path.name)) from None
    except UnicodeDecodeError:
        raise FactsError(*say("not_utf8", name=path.name)) from None
    try:
        facts = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise FactsError(*not_toml(path.name, str(error))) from None
    return parse_incident(facts, path.name)
