"""XML, HTML and SpreadsheetML."""
