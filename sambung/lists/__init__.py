"""Lists that people keep, as CSV or XLSX, become events (docs/field-apps.md)."""
