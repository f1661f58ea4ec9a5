"""The sites.yaml of the served city, for the normal path."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

from monitor.demo.plan import Draft, Section, base
from monitor.demo.server import Served

ZONE = "Asia/Shanghai"
"""The city's time zone: its days begin when its offices' do, wherever the demo runs."""


_PORTAL = "www"
"""The city's own portal, the one that is scored."""
_GROUPS = (
    ("economy", "市经济工作部门", ("gxj", "czj", "nyj", "jtj", "sjj", "tjj", "scj", "zrj")),
    ("people", "市民生工作部门", ("jyj", "mzj", "rsj", "wjw", "wlj", "zjj")),
)
"""Units that others lie within, so that the roll-up has a tree to show; the rest stand at the top."""


def sites_yaml(served: Served, folder: Path) -> str:
    """A complete sites.yaml: reports and history below `folder`, every watched portal with its unit and columns."""
    drafts = [p.draft for p in served.city.portals if p.draft.watched]
    lines = [
        f"# {served.city.name}: a made-up city, served on loopback by `monitor demo`.",
        f"office: {_quote(served.city.name + '人民政府办公室')}",
        "language: zh-CN",
        f"timezone: {ZONE}",
        'schedule: {at: "02:30"}',
        "crawl: {delay: 0, concurrency: 4, pages: 500, depth: 8, minutes: 2, contact: monitor@example.gov.cn, "
        'allow_private: ["127.0.0.0/8"]}',
        f"reports: {_quote(str(folder / 'reports'))}",
        f"data: {_quote(str(folder / 'monitor-data'))}",
        "mail: {host: smtp.example.gov.cn, port: 587, security: starttls, user: monitor, password_env: "
        "MONITOR_SMTP_PASSWORD, sender: monitor@example.gov.cn, recipients: [clerk@example.gov.cn]}",
        "notices: {}",
        "units:",
        *(f"  - {{id: {id_}, name: {_quote(name)}, contacts: [{id_}@example.gov.cn]}}" for id_, name, _ in _GROUPS),
        *map(_unit, drafts),
        "sites:",
    ]
    for draft in drafts:
        lines += _site(served, draft)
    return "\n".join(lines) + "\n"


def _unit(draft: Draft) -> str:
    group = next((id_ for id_, _, members in _GROUPS if draft.id in members), "")
    within = f", within: {group}" if group else ""
    return f"  - {{id: {draft.id}, name: {_quote(draft.unit)}, contacts: [{draft.id}@example.gov.cn]{within}}}"


def _site(served: Served, draft: Draft) -> list[str]:
    lines = [
        f"  - id: {draft.id}",
        f"    name: {_quote(draft.name)}",
        f"    url: {served.real(base(draft.id) + '/')}",
        f"    unit: {draft.id}",
        f'    code: "{draft.code}"',
        "    render: false",
    ]
    if draft.id == _PORTAL:
        lines.append("    portal: true")
    if draft.exclusions:
        term = f"by: 市政府办公室, until: {served.city.today + timedelta(days=90)}"
        lines.append("    exclusions:")
        lines += [
            f"      - {{prefix: {_quote(served.real(prefix))}, reason: {_quote(why)}, {term}}}"
            for prefix, why in draft.exclusions
        ]
    if not draft.listed:
        return [*lines, "    columns: auto"]
    return [*lines, "    columns:", *(f"      - {{{_column(s)}}}" for s in draft.sections)]


def _column(section: Section) -> str:
    pairs = {
        "name": _quote(section.name),
        "url": _quote(section.path),
        "class": section.klass,
        "limit": section.limit,
        "warn": section.warn,
        "undated": section.undated,
    }
    return ", ".join(f"{key}: {value}" for key, value in pairs.items() if value)


def _quote(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
