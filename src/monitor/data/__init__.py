"""Data that ships with the package: tables, schemas."""
