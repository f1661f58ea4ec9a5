"""sites.yaml -> Fleet; what is wrong is refused with its place and what was meant."""

from __future__ import annotations

import json
import re
from pathlib import Path

from pydantic import ValidationError

from monitor import urls, yamlfile
from monitor.config.fleet import fleet_of
from monitor.config.mistakes import cross_checks, is_other_branch, problem, waiver_checks
from monitor.config.packs import load_pack, names
from monitor.config.shape import FleetFile, is_cluster, is_network
from monitor.model import Fleet
from monitor.yamlfile import ConfigError

__all__ = ["first_file", "is_cluster", "is_network", "load", "load_pack", "names", "schema"]

_FIRST = """\
# The sites that are watched, who answers for them, and how. `monitor validate` checks this file.

office: the office that issues the report      # fill in
language: zh-CN                                # zh-CN or en
timezone: Asia/Shanghai

schedule:
  at: "02:30"

crawl:
  delay: 1.0            # seconds between two looks at one host
  concurrency: 2        # looks at one host at the same time
  contact: ""           # a mail address that a webmaster may write to

# mail:
#   host: smtp.example.gov.cn
#   port: 587
#   security: starttls
#   user: monitor
#   password_env: MONITOR_SMTP_PASSWORD   # the NAME of the variable; never the password itself
#   sender: monitor@example.gov.cn
#   recipients: [clerk@example.gov.cn]

# chat:                   # chat groups that are told of each daily run; docs/chat.md
#   - {{name: our group, kind: wecom, key_env: MONITOR_WECOM}}   # or dingtalk, feishu, webhook

# notices: {{}}           # numbered notices with deadlines in working days; docs/notices.md

units:
  - {{id: unit-1, name: the responsible unit, contacts: []}}   # fill in

sites:
  - id: {id}
    name: {host}        # fill in
    url: {url}
    unit: unit-1
    columns: auto       # the crawler finds them; or list them:
    # columns:
    #   - {{name: 通知公告, url: /tzgg/}}
    #   - {{name: 工作动态, url: /gzdt/, limit: 10 days, warn: 8 days}}
"""


def schema() -> str:
    """The JSON Schema of sites.yaml, for editors, as text."""
    return json.dumps(FleetFile.model_json_schema(), ensure_ascii=False, indent=2) + "\n"


def first_file(url: str) -> str:
    """A first sites.yaml for one site, with the places to fill in."""
    return _FIRST.format(
        url=url, host=urls.host(url), id=re.sub(r"[^a-z0-9]+", "-", urls.host(url)).strip("-") or "site"
    )


def load(path: Path) -> Fleet:
    """The fleet that a sites.yaml describes. Raises ConfigError with every problem found."""
    document = yamlfile.read(path)
    try:
        parsed = FleetFile.model_validate(document.value)
    except ValidationError as error:
        raise ConfigError([problem(document, dict(e)) for e in error.errors() if not is_other_branch(e)]) from None
    problems = [*cross_checks(document, parsed)]
    if problems:
        raise ConfigError(problems)
    folder = path.resolve().parent
    if parsed.rules not in names() and not (folder / parsed.rules).is_file():
        said = f"one of {', '.join(names())} or a file of the office's own rules is meant"
        raise ConfigError([document.problem(("rules",), f"{said} (found {parsed.rules[:80]})")])
    rules = load_pack(parsed.rules, folder)
    if problems := waiver_checks(document, parsed, rules):
        raise ConfigError(problems)
    return fleet_of(parsed, folder, rules)
