"""Where the answer to a field comes from, or where a person has to write it."""

from __future__ import annotations

from breachkit.notification.form import Status, form_table, sentence


def source_of(field: str | None, status: Status, language: str, *, of_controller: bool = False) -> str:
    """A few words: the key of incident.toml, the path in impact.json, or the form itself; `field` None knows no key.

    The name of a sheet's controller comes from the extract, not from the facts.
    """
    key = form_table("incident_fields.toml")["fields"].get(field)
    path = form_table("cnil.toml")["sources"].get(field)
    if of_controller and field == "name":
        key, path, status = None, "controllers[].label", "proposed"
    if status == "filled":
        return sentence("source_fact", language, key=key) if key else sentence("source_facts", language)
    if status == "proposed":
        return sentence("source_figure", language, path=path) if path else sentence("source_rule", language)
    return sentence("source_key", language, key=key) if key else sentence("source_form", language)
