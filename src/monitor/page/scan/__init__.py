"""The fast tier: a page whose markup is plain is seen as a tree without building one. Same nodes, same links."""

from __future__ import annotations

from datetime import date

from monitor.page import links as links_of_tree
from monitor.page import marks, tree
from monitor.page.links import Links
from monitor.page.marks import Survey
from monitor.page.scan import dating, reader
from monitor.page.scan import links as links_of_outline
from monitor.page.scan.reader import Reader
from monitor.page.scan.tags import UnclearError
from monitor.page.scan.view import Top
from monitor.page.scripts import expand
from monitor.page.tree import Root

__all__ = ["Top", "forget", "gather", "outlined", "root_of", "survey_of"]


def root_of(text: str) -> tuple[Root, list[str]]:
    """The top of a page with what its scripts write, and notes: by its outline where that is sure, else by the tree."""
    top = outlined(text)
    if top is not None:
        return top, top.outline.notes
    root, note = tree.build(text)
    return root, [note, *expand(root)] if note else expand(root)


def outlined(text: str) -> Top | None:
    """The outline of a page as a root; None where its markup is not plain."""
    for quoted in (False, True):
        found = Reader()
        try:
            found.read(text, quoted=quoted)
        except UnclearError as unclear:
            if not unclear.tag:
                return None
        else:
            return Top(found)
    return None


def forget() -> None:
    """Drop what was remembered of earlier pages: tags, addresses, links, days. Only speed changes by it."""
    reader.forget()
    links_of_outline.forget()
    dating.day_cell.cache_clear()


def survey_of(root: Root, today: date) -> Survey:
    """The dates of a page and its strings."""
    return root.survey(today) if isinstance(root, Top) else marks.survey_of(root, today)


def gather(links: Links, root: Root, tail: frozenset[str]) -> None:
    """All links of a page in its order."""
    if isinstance(root, Top):
        links_of_outline.gather(links, root, tail)
    else:
        links_of_tree.gather(links, root, tail)
