"""An act as machines read it: schema.org's Legislation, in the page of the act."""

import json
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from markupsafe import Markup

from api.pages.public.pages import absolute
from api.wiring import Parts
from docstore.models import Body, Paper, Version
from docstore.services.act_about import About
from docstore.services.act_links import Link, Links

_FORCE = {
    "in_force": "https://schema.org/InForce",
    "in_force_amended": "https://schema.org/InForce",
    "repealed": "https://schema.org/NotInForce",
    "expired": "https://schema.org/NotInForce",
    "declared_invalid": "https://schema.org/NotInForce",
}

_DOES = {"amends": "legislationAmends", "repeals": "legislationRepeals"}


def legislation(
    parts: Parts,
    body: Body,
    paper: Paper,
    files: Sequence[Version],
    address: str,
    about: About,
    links: Links,
) -> Markup:
    """Return the text of a data block; of an act's force it says only what somebody said."""
    organ = {"@type": "GovernmentOrganization", "name": about.organ or body.name}
    data: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "Legislation",
        "@id": address,
        "url": address,
        "name": paper.title,
        "legislationIdentifier": paper.number,
        "legislationPassedBy": organ,
        "inLanguage": "pl",
        "encoding": [
            {
                "@type": "MediaObject",
                "name": row.document.title,
                "contentUrl": absolute(
                    parts, body, f"/pliki/{row.id}/{quote(row.file_name, safe='')}"
                ),
                "encodingFormat": row.media_type,
                "contentSize": str(row.size),
                "sha256": row.sha256,
            }
            for row in files
        ],
    }
    if paper.adopted_on is not None:
        data["legislationDate"] = paper.adopted_on.isoformat()
    if paper.published_at is not None:
        data["datePublished"] = paper.published_at.date().isoformat()
    if paper.status in _FORCE:
        data["legislationLegalForce"] = _FORCE[paper.status]
    for kind, name in _DOES.items():
        others = [_other(parts, body, link) for link in links.does if link.kind == kind]
        if others:
            data[name] = others
    return _block(data)


def _other(parts: Parts, body: Body, link: Link) -> dict[str, str]:
    """Return another act: by its address where it has one here, by its number always."""
    other = {"@type": "Legislation", "legislationIdentifier": link.number}
    if link.adopted_on is not None:
        other["legislationDate"] = link.adopted_on.isoformat()
    if link.paper is not None:
        other["@id"] = absolute(parts, body, f"/uchwaly/{link.paper.id}")
    return other


def _block(data: dict[str, Any]) -> Markup:
    """Return JSON that no title can end or open a tag in."""
    text = json.dumps(data, ensure_ascii=False)
    for sign in "<>&\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return Markup(text)  # noqa: S704 - every sign that markup could begin with is escaped above
