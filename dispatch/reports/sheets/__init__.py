"""All that is kept, as sheets: what there is (kinds), a cell (cells), files (writing), one export (making)."""
