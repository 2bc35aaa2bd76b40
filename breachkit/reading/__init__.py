"""From files to encrypted tables, with the ledger that accounts for every line."""
