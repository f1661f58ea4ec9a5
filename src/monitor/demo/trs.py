"""Portals of the TRS make: ul/li/span lists, t20261103_1001.html articles, pages told by createPageHTML."""

from __future__ import annotations

from monitor.demo import shell
from monitor.demo.plan import Entry, Make, Row, Section

_BLANK = ' target="_blank"'
_PAGER = """<div class="pages"><script>
function createPageHTML(count, index, name, ext) {
  for (var i = 0; i < count; i++) {
    var address = name + (i ? "_" + i : "") + "." + ext;
    document.write(i == index ? (i + 1) + " " : '<a href="' + address + '">' + (i + 1) + "</a> ");
  }
}
createPageHTML(%d, %d, "index", "html");
</script></div>"""


def listing(section: Section, rows: tuple[Row, ...], page: int, pages: int) -> str:
    """One page of a list; links are relative to the column, as this make writes them."""
    lines = "\n".join(
        f"<li>{row.mark}{shell.link(row.href.replace(section.path, './', 1), row.title, _BLANK)}"
        f"<span>{row.day or ''}</span></li>"
        for row in rows
    )
    pager = _PAGER % (pages, page) if pages > 1 else ""
    return f'<div class="list"><h2>{section.name}</h2><ul class="rows">{lines}</ul>{section.empty}{pager}</div>'


def page(section: Section, number: int) -> str:
    """index_1.html is the second page."""
    return section.path + (f"index_{number}.html" if number else "")


def place(section: Section, number: int, entry: Entry) -> str:
    """Month folder and day in the name; an undated entry's address tells no date either."""
    serial = shell.seed(section) * 100 + number
    if entry.day is None:
        return f"{section.path}content_{serial}.html"
    return f"{section.path}{entry.day:%Y%m}/t{entry.day:%Y%m%d}_{serial}.html"


TRS = Make(
    name="trs",
    listing=listing,
    page=page,
    place=place,
    shell=shell.modern,
    article=shell.article,
    head=shell.no_head,
)
