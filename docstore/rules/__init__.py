"""Pure rules of a council's papers: text in, facts out; no database, no files, no clock."""
