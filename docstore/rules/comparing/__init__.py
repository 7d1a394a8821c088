"""What changed from one text to another, told in the structure of Polish legal drafting."""
