"""Looks at files that hold other files, without unpacking any of them."""

import zipfile

from docstore.files.errors import FileRefused

_IS_ENCRYPTED = 0x1  # the first flag of an entry (APPNOTE.TXT 4.4.4)


def look(path: str) -> bool:
    """Tell that a ZIP can be opened; refuse a broken one, and one that asks for a password."""
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
    except zipfile.BadZipFile as error:
        raise FileRefused("broken", str(error)) from error
    if any(entry.flag_bits & _IS_ENCRYPTED for entry in entries):
        raise FileRefused("encrypted")
    return True
