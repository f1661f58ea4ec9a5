"""Portals of the Hanweb make: the rows stand in a script of type text/xml, and another lays them out."""

from __future__ import annotations

from html import escape

from monitor.demo import shell
from monitor.demo.plan import Entry, Make, Row, Section

_LAYOUT = """<script>
(function () {
  var box = document.getElementById("%(id)d");
  var rows = box.textContent.match(/<li>.*?<\\/li>/g) || [];
  box.innerHTML = '<ul class="rows">' + rows.join("") + "</ul>";
})();
var param_%(id)d = {columnid: %(id)d, unitid: "%(id)d", totalRecord: %(count)d, perPage: %(count)d};
</script>"""


def listing(section: Section, rows: tuple[Row, ...], page: int, pages: int) -> str:
    """The one page of a list, all its records in the datastore."""
    records = "\n".join(
        f"<record><![CDATA[<li><a href='{row.href}' title='{escape(row.title)}' target='_blank'>{escape(row.title)}</a>"
        f"<span>{row.day or ''}</span></li>]]></record>"
        for row in rows
    )
    number = shell.seed(section)
    store = f"<datastore>\n<recordset>\n{records}\n</recordset></datastore>"
    layout = _LAYOUT % {"id": number, "count": len(rows)}
    return (
        f'<div class="list"><h2>{section.name}</h2><div id="{number}">'
        f'<script type="text/xml">{store}</script></div>{layout}{section.empty}</div>'
    )


def page(section: Section, number: int) -> str:
    """There is one page only."""
    return section.path


def place(section: Section, number: int, entry: Entry) -> str:
    """/art/2026/11/3/art_101_5001.html: no leading zeros."""
    serial = shell.seed(section)
    day = entry.day
    folder = f"{day.year}/{day.month}/{day.day}/" if day else ""
    return f"/art/{folder}art_{serial}_{serial * 50 + number}.html"


HANWEB = Make(
    name="hanweb",
    listing=listing,
    page=page,
    place=place,
    shell=shell.modern,
    article=shell.article,
    head=shell.no_head,
)
