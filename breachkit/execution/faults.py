"""What stopped a run, where it was no defect of ours: a full disk, a folder that cannot be written, too little memory.

Only the kind of an error is looked at and told; its text may quote a record.
"""

from __future__ import annotations

import errno
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from breachkit.errors import BreachkitError, InternalError, UnreadableSource, UsageError
from breachkit.impact import Source
from breachkit.reading.archives.parts import group_parts
from breachkit.workspace import is_disk_full

FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
REFUSED = {errno.EROFS, errno.EACCES, errno.EPERM, errno.ENOTDIR, errno.ENAMETOOLONG}


@contextmanager
def told_plainly(sources: Sequence[Path]) -> Iterator[None]:
    """Turns an unknown failure into what a person can mend: UnreadableSource, UsageError or BreachkitError."""
    before = {path: _state(path) for path in sources}
    try:
        yield
    except InternalError as error:
        changed = [path.name for path in sources if _state(path) != before[path]]
        raise _changed(changed) if changed else _plain(error) from None
    except OSError as error:
        raise _plain(error) from None


def _state(path: Path) -> tuple[int, ...] | None:
    """What tells a file from another in its place: None where it is gone."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_ino, found.st_size, found.st_mtime_ns


def require_same(paths: Sequence[Path], sources: Sequence[Source]) -> None:
    """UnreadableSource where a source is no longer what was read: another digest, or gone."""
    read = {one.file: one.sha256 for one in sources}
    changed = []
    for source in group_parts(paths):
        try:
            same = source.name not in read or source.sha256 == read[source.name]
        except OSError:
            same = False
        if not same:
            changed.append(source.name)
    if changed:
        raise _changed(changed)


def _changed(names: Sequence[str]) -> UnreadableSource:
    told = ", ".join(names)
    return UnreadableSource(
        f"{told} : le fichier a changé ou disparu pendant la lecture. Rien n'a été publié. Travaillez sur une copie "
        "que rien ne modifie, puis relancez.",
        f"{told}: the file has changed or gone while it was read. Nothing was released. Work on a copy that nothing "
        "changes, and run again.",
    )


def _plain(error: BaseException) -> BaseException:
    """What stopped the run in a sentence; the error itself where it is none of these."""
    for one in _chain(error):
        kind = type(one).__name__
        if isinstance(one, MemoryError) or kind == "OutOfMemoryException":
            return BreachkitError(
                "La mémoire ou l'espace temporaire n'a pas suffi. Rien n'a été publié. Donnez plus de mémoire "
                "(--memory 4GB), moins de processeurs (--threads 1) ou plus de place à l'espace de travail.",
                "Memory or temporary space was not enough. Nothing was released. Give more memory (--memory 4GB), "
                "fewer processors (--threads 1) or more room to the workspace.",
            )
        number = one.errno if isinstance(one, OSError) else None
        if number in FULL or is_disk_full(one):
            return BreachkitError(
                "Le disque est plein. Rien n'a été publié. Faites de la place, ou donnez un autre --out.",
                "The disk is full. Nothing was released. Make room, or give another --out.",
            )
        if number in REFUSED:
            return UsageError(
                f"Un dossier ne peut pas être écrit ({kind}). Rien n'a été publié. Donnez à --out et à --workspace des "
                "dossiers où vous pouvez écrire.",
                f"A folder cannot be written ({kind}). Nothing was released. Give --out and --workspace folders that "
                "you can write to.",
            )
    return error


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    seen = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__
