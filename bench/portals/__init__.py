"""Made-up portals of any size: drawn up from a seed, written as files, served on loopback, their truth beside them."""
