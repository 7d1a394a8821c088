"""The record: what exists, who may see it, where the bytes are."""
