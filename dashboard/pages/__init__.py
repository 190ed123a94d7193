"""One file a page. A page reads its address, calls a query, calls a figure; it knows no SQL."""
