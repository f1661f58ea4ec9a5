"""The portal whose lists only a browser can fill: an empty application, and JSON that its script asks for."""

from __future__ import annotations

import json

from monitor.demo import shell
from monitor.demo.plan import Answer, Entry, Make, Row, Section

SCRIPT = b"""(function () {
  var app = document.getElementById("app");
  if (!app) return;
  fetch("/api/list?channel=" + app.getAttribute("data-channel")).then(function (answer) { return answer.json(); })
    .then(function (found) {
      app.innerHTML = '<ul class="rows">' + found.rows.map(function (row) {
        return '<li><a href="' + row.link + '">' + row.title + "</a><span>" + row.day + "</span></li>";
      }).join("") + "</ul>";
    });
})();
"""


def listing(section: Section, rows: tuple[Row, ...], page_: int, pages: int) -> str:
    """The shell of a list: what stands in it is a template's placeholder."""
    return (
        f'<div class="list"><h2>{section.name}</h2><div id="app" data-channel="{shell.seed(section)}" v-cloak>'
        '<ul class="rows"><li v-for="row in rows">{{ row.title }}<span>{{ row.day }}</span></li></ul></div></div>'
        '<script src="/js/app.js"></script>'
    )


def page(section: Section, number: int) -> str:
    """There is one page only."""
    return section.path


def place(section: Section, number: int, entry: Entry) -> str:
    """A running number: the address tells no date."""
    return f"{section.path}view/{shell.seed(section) * 10 + number}"


def data(section: Section) -> tuple[str, Answer]:
    """The address that a column's script asks, and the JSON that it gets."""
    rows = [
        {"title": entry.title, "link": place(section, entry.number, entry), "day": str(entry.day)}
        for entry in section.entries
    ]
    body = json.dumps({"total": len(rows), "rows": rows}, ensure_ascii=False).encode()
    return f"/api/list?channel={shell.seed(section)}", Answer(body=body, kind="application/json; charset=utf-8")


AJAX = Make(
    name="ajax",
    listing=listing,
    page=page,
    place=place,
    shell=shell.modern,
    article=shell.article,
    head=shell.no_head,
)
