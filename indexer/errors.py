"""What finding may refuse, in the manner of the record's own errors."""

from docstore.errors import DocstoreError


class SearchUnavailable(DocstoreError):
    """The index cannot be read or written now; nothing was lost, try again in a moment.

    `reason` is `locked` (another writer or a rebuild holds the index), `storage` (the disk) or
    `busy` (others search, and the turn did not come).
    """

    code = "search_unavailable"


class IndexDamaged(DocstoreError):
    """The index is broken or of another version than this program: rebuild it from the record.

    `reason` is `version` or `broken`; the record itself is untouched.
    """

    code = "index_damaged"
