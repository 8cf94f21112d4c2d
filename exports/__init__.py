"""Records in, files out: the Annex 3 workbook, packages, charts, calendars. No database, no network."""
