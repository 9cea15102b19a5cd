"""What became of a day or of many: for managers, on paper and on screens."""
