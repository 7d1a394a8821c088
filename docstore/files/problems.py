"""Everything that can be said about a file.

Apart from `facts`, so that a reader in the sandbox starts without what it does not need.
"""

from enum import StrEnum


class Problem(StrEnum):
    """The code of one thing found in a file; the values are stable and stored."""

    EMPTY_FILE = "empty_file"  # not a single byte
    WRONG_EXTENSION = "wrong_extension"  # the name promises another kind of file
    ENCRYPTED = "encrypted"  # opens with a password alone
    OPENED = "opened"  # asks for a password, which was given: all is read from a copy without it
    PROTECTED = "protected"  # opens without a password, but says what may not be done with it
    BROKEN = "broken"  # cannot be read at all
    REPAIRED = "repaired"  # damaged, and read all the same; look at it before sending it out
    UNSUPPORTED = "unsupported"  # kept and delivered; its text is not read
    CONTAINER = "container"  # a bundle of other files (ZIP, ASiC-E, CMS, e-mail), kept whole
    PARTS_UNREAD = "parts_unread"  # files within a bundle whose text is not, or not all, read
    NEEDS_RENDITION = "needs_rendition"  # its text can be read only from its PDF rendition
    NO_TEXT = "no_text"  # pages without a text layer, as a scan has them
    RECOGNISING = "recognising"  # its scanned pages wait for a program that reads them
    RECOGNISED = "recognised"  # words of scanned pages that a program read, with its mistakes
    WITHHELD = "withheld"  # recognised words with personal data of a scan that was public already
    TEXT_CUT = "text_cut"  # the text goes on after the limit
    TOO_MANY_PAGES = "too_many_pages"  # pages after the limit were not read
    TOO_LARGE = "too_large"  # unpacks to more than the limit of memory or output
    TIMED_OUT = "timed_out"  # reading stopped at the limit of time
    XFA = "xfa"  # a dynamic form: most viewers, and a merged copy, show only "please wait"
    SIGNED = "signed"  # carries a signature, which a merged copy loses
    ATTACHMENTS = "attachments"  # carries files inside, which a merged copy loses
    TRACKED_CHANGES = "tracked_changes"  # an editor's changes that nobody took over or threw out
    COMMENTS = "comments"  # remarks of its authors, which whoever gets the file can read
    EMPTY_PAGES = "empty_pages"  # some of its pages show nothing
    MISSING_FONTS = "missing_fonts"  # its letters are not in it: elsewhere it may look otherwise
    ACTIVE_CONTENT = "active_content"  # carries scripts or macros; they are never run
