"""What lists say of versions that replaced others."""

from collections.abc import Mapping
from urllib.parse import urlencode

from sqlalchemy.orm import Session

from docstore.language import Words
from docstore.rules.sentences import summary_sentence
from docstore.services import compared


def differences(
    session: Session, words: Words, slug: str, before: Mapping[str, str]
) -> dict[str, tuple[str, str]]:
    """Return what a list says of versions that replaced others, and where it can be seen.

    `before` are the older ones by the newer. Where nobody has counted yet, or not between these
    two, it says that it can be seen.
    """
    known = compared.summaries(session, before)
    return {
        version: (
            summary_sentence(words, known[older, version])
            if (older, version) in known
            else words("zobacz"),
            f"/{slug}/pliki/{version}/zmiany?{urlencode({'od': older})}",
        )
        for version, older in before.items()
    }
