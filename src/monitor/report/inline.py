"""Styles written into each element, as mail programs want them. The only door for css_inline."""

from __future__ import annotations

from functools import cache

from css_inline import CSSInliner


def inlined(page: str) -> str:
    """The page with the rules of its style sheets at each element; media queries stay in the head."""
    return _inliner().inline(page)


@cache
def _inliner() -> CSSInliner:
    return CSSInliner(load_remote_stylesheets=False, keep_style_tags=True, keep_at_rules=True)
