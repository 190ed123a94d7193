"""Load open data: raw files to observations in DuckDB."""
