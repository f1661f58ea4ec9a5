"""What only a browser can read, read with one: the door for playwright, behind the same guard as every look."""

from monitor.render.browser import Browser
from monitor.render.program import absent, program

__all__ = ["Browser", "absent", "program"]
