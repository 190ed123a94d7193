"""The dashboard: scores to pages."""
