"""The case folder: the key of its workspace, and the decisions a person has taken."""

from breachkit.case.decisions import (
    ACCEPTED_EN,
    ACCEPTED_FR,
    ColumnDecision,
    Decisions,
    NoteDecision,
    PairDecision,
    RejectDecision,
    SampleDecision,
    load_decisions,
)
from breachkit.case.keys import (
    destroy_key,
    forget_workspace,
    has_key,
    has_key_file,
    has_workspace,
    key_folder,
    move_workspace,
    new_key,
    read_key,
)
from breachkit.case.review_keys import destroy_review_keys, new_review_key, read_review_key, tie_review_key

__all__ = [
    "ACCEPTED_EN",
    "ACCEPTED_FR",
    "ColumnDecision",
    "Decisions",
    "NoteDecision",
    "PairDecision",
    "RejectDecision",
    "SampleDecision",
    "destroy_key",
    "destroy_review_keys",
    "forget_workspace",
    "has_key",
    "has_key_file",
    "has_workspace",
    "key_folder",
    "load_decisions",
    "move_workspace",
    "new_key",
    "new_review_key",
    "read_key",
    "read_review_key",
    "tie_review_key",
]
