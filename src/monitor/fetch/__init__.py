"""One guarded, polite look at an address: the door for httpx, ssl and protego."""

from monitor.fetch.look import Fetcher
from monitor.fetch.parcel import post
from monitor.fetch.policy import Aim, Permission, Policy, Tries, user_agent
from monitor.fetch.transport import Wire

__all__ = ["Aim", "Fetcher", "Permission", "Policy", "Tries", "Wire", "post", "user_agent"]
