"""Backups: one state of the record and every object it names, in a folder that both shapes take.

docs/backup.md says what lies where in the folder, and what an administrator does with it.
"""
