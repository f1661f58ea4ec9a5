"""Portals with the census page tags, whose lists carry the hour of their making as PubDate."""

from __future__ import annotations

from html import escape

from monitor.demo import shell
from monitor.demo.plan import Draft, Entry, Make, Row, Section


def head(draft: Draft, section: Section | None, entry: Entry | None) -> str:
    """The tags of the site, of the column and of the article, each where it belongs."""
    tags = [("SiteName", draft.name), ("SiteDomain", f"{draft.id}.example.gov.cn"), ("SiteIDCode", draft.code)]
    if section is not None:
        tags += [
            ("ColumnName", section.name),
            ("ColumnDescription", f"{draft.name}{section.name}栏目"),
            ("ColumnKeywords", section.name),
            ("ColumnType", "政务动态" if section.klass == "A" else "信息公开"),
        ]
        tags += [("PubDate", f"{draft.today} 02:00")] if entry is None else []
    if entry is not None:
        tags += [("ArticleTitle", entry.title), ("ContentSource", draft.name)]
        tags += [("PubDate", f"{entry.day} 09:30")] if entry.day else []
    return "".join(f'<meta name="{name}" content="{escape(content)}">\n' for name, content in tags)


def listing(section: Section, rows: tuple[Row, ...], page_: int, pages: int) -> str:
    """One page of a list, with the hour of publication beside each title."""
    lines = "\n".join(
        f"<dt>{row.mark}{shell.link(row.href, row.title)}</dt><dd>{row.day or ''}{' 09:30' if row.day else ''}</dd>"
        for row in rows
    )
    return (
        f'<div class="list"><h2>{section.name}</h2><dl class="rows">{lines}</dl>{section.empty}</div>'
        f"{shell.pager(section, page_, pages, page)}"
    )


def page(section: Section, number: int) -> str:
    """index_2.shtml is the second page."""
    return section.path + (f"index_{number + 1}.shtml" if number else "")


def place(section: Section, number: int, entry: Entry) -> str:
    """A running number: the address tells no date."""
    return f"{section.path}{shell.seed(section) * 20 + number}.shtml"


TAGGED = Make(
    name="tagged",
    listing=listing,
    page=page,
    place=place,
    shell=shell.modern,
    article=shell.article,
    head=head,
)
