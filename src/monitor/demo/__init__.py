"""A made-up city of department portals on loopback, with its truth beside it: the monitor's own proving ground."""

from monitor.demo.compare import Comparison, compare
from monitor.demo.folder import recollect, remember
from monitor.demo.inventory import ZONE, sites_yaml
from monitor.demo.ledger import truth
from monitor.demo.plan import City
from monitor.demo.server import Served, serve
from monitor.demo.town import city

__all__ = [
    "ZONE",
    "City",
    "Comparison",
    "Served",
    "city",
    "compare",
    "recollect",
    "remember",
    "serve",
    "sites_yaml",
    "truth",
]
