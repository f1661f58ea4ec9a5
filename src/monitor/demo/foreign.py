"""The English and the Russian edition of the city's portal: other words, other dates, a frame of their own."""

from __future__ import annotations

from datetime import date
from html import escape

from monitor.demo import shell, words
from monitor.demo.plan import Draft, Entry, Make, Row, Section

_MONTHS = {
    "en": ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
           "December"),
    "ru": ("января", "февраля", "марта", "апреля", "мая", "июня", "июля", "августа", "сентября", "октября", "ноября",
           "декабря"),
}  # fmt: skip
_SAYS = {
    "en": {"city": "Shili City, the People's Government", "home": "Home", "here": "You are here", "zh": "中文版",
           "rights": "All rights reserved", "source": "Source: Municipal Government"},
    "ru": {"city": "Народное правительство города Шили", "home": "Главная", "here": "Вы здесь", "zh": "中文版",
           "rights": "Все права защищены", "source": "Источник: администрация города"},
}  # fmt: skip


def written(day: date, language: str) -> str:
    """ "November 3, 2026" or "3 ноября 2026"."""
    month = _MONTHS[language][day.month - 1]
    return f"{month} {day.day}, {day.year}" if language == "en" else f"{day.day} {month} {day.year}"


def _edition(language: str) -> Make:
    says = _SAYS[language]

    def frame(draft: Draft, title: str, crumbs: shell.Crumbs, main: str, head: str) -> str:
        links = "".join(
            f"<li>{shell.link(s.path, s.name)}</li>"
            for s in draft.sections
            if s.make is not None and s.path.startswith(f"/{language}/")
        )
        steps = " &gt; ".join(shell.link(href, text) if href else escape(text) for text, href in crumbs)
        return f"""<!DOCTYPE html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<title>{escape(title)}</title>
<link rel="stylesheet" href="/css/site.css">
</head>
<body>
<header><div class="w"><b>{says["city"]}</b></div></header>
<nav><div class="w"><ul><li><a href="/{language}/">{says["home"]}</a></li>{links}
<li><a href="/">{says["zh"]}</a></li></ul></div></nav>
<div class="w">
<div class="crumbs">{says["here"]}: <a href="/{language}/">{says["home"]}</a> &gt; {steps}</div>
<main>
{main}
</main>
</div>
<footer><p>© {draft.today.year} {says["city"]}. {says["rights"]}.</p></footer>
</body>
</html>
"""

    def listing(section: Section, rows: tuple[Row, ...], page_: int, pages: int) -> str:
        lines = "\n".join(
            f"<li>{shell.link(r.href, r.title)}<span>{written(r.day, language) if r.day else ''}</span></li>"
            for r in rows
        )
        return f'<div class="list"><h2>{escape(section.name)}</h2><ul class="rows">{lines}</ul></div>'

    def article(draft: Draft, section: Section, entry: Entry, number: int) -> str:
        dated = written(entry.day, language) if entry.day else ""
        body = "".join(f"<p>{p}</p>\n" for p in words.paragraphs(draft.name, number, shell.seed(section), language))
        return (
            f'<h1>{escape(entry.title)}</h1>\n<div class="info">{dated} | {says["source"]}</div>\n'
            f'<div class="text">\n{body}{entry.extra}</div>'
        )

    return Make(
        name=language,
        listing=listing,
        page=lambda section, number: section.path,
        place=lambda section, number, entry: f"{section.path}{shell.seed(section) * 10 + number}.html",
        shell=frame,
        article=article,
        head=shell.no_head,
    )


ENGLISH = _edition("en")
RUSSIAN = _edition("ru")
