"""Compiles the catalogues of phrases (src/monitor/locale/*.po) to the .mo beside each, once they are whole and agree.

`python3 dev.py words` does it. Door for Babel, which only developers have; what runs reads the .mo by itself.
"""

from __future__ import annotations

import io
import re
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from string import Formatter

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

_KEY = re.compile(r'^msgid "(.+)"$', re.MULTILINE)


def catalogue(po: Path) -> Catalog:
    """A catalogue as it is written; PoFileError where it cannot be read."""
    with po.open("rb") as source:
        return read_po(source, abort_invalid=True)


def compiled(po: Path) -> bytes:
    """What the .mo of a .po holds; the same text gives the same bytes."""
    sink = io.BytesIO()
    write_mo(sink, catalogue(po))
    return sink.getvalue()


def phrases(given: Catalog) -> dict[str, tuple[str, ...]]:
    """The forms of each phrase by key: one, or as many as the language has plurals; the last is the general one."""
    return {_key(message): _forms(message) for message in given if message.id and not message.fuzzy}


def faults(catalogues: Mapping[Path, Catalog]) -> Iterator[str]:
    """What keeps the catalogues from being whole and of one mind, one sentence each."""
    told = {po: phrases(given) for po, given in catalogues.items()}
    every = dict.fromkeys(key for known in told.values() for key in known)
    for po, known in told.items():
        for key, times in Counter(_KEY.findall(po.read_text(encoding="utf-8"))).items():
            if times > 1:
                yield f"{po.name}: {key} stands there {times} times"
        for key in every:
            if key not in known:
                yield f"{po.name}: {key} is missing"
        for key, forms in known.items():
            yield from (f"{po.name}: {key} {what}" for what in _faults_of(forms, catalogues[po]))
    for (one, ours), (other, theirs) in zip(told.items(), list(told.items())[1:], strict=False):
        for key in ours.keys() & theirs.keys():
            if places(ours[key][-1]) != places(theirs[key][-1]):
                yield f"{one.name} and {other.name}: {key} has other {{places}} in each"
            if _plural(catalogues[one], key) != _plural(catalogues[other], key):
                yield f"{one.name} and {other.name}: {key} has a msgid_plural in one of them only"


def places(phrase: str) -> frozenset[str]:
    """The names that are filled in."""
    return frozenset(name for _, name, _, _ in Formatter().parse(phrase) if name is not None)


def _faults_of(forms: tuple[str, ...], given: Catalog) -> Iterator[str]:
    if not all(form.strip() for form in forms):
        yield "says nothing"
    if len(forms) not in (1, given.num_plurals):
        yield f"has {len(forms)} plural forms where the language has {given.num_plurals}"
    if any(places(form) - places(forms[-1]) for form in forms):  # "1 day" may leave out what "{n} days" says
        yield "has {places} in one plural form that the general one lacks"


def _key(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def _forms(message: Message) -> tuple[str, ...]:
    return (message.string,) if isinstance(message.string, str) else tuple(message.string)


def _plural(given: Catalog, key: str) -> bool:
    found = given.get(key)
    return found is not None and bool(found.pluralizable)


def main(folder: Path) -> int:
    """Compile every catalogue of the folder, or say why not."""
    catalogues = {po: catalogue(po) for po in sorted(folder.glob("*.po"))}
    wrong = list(faults(catalogues))
    for sentence in wrong:
        print(sentence, file=sys.stderr)  # noqa: T201 - a tool speaks to whoever runs it
    if not wrong:
        for po in catalogues:
            po.with_suffix(".mo").write_bytes(compiled(po))
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main(Path(sys.argv[1])))
