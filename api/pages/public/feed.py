"""The newest acts as an Atom feed (RFC 4287), for programs that watch."""

import re

from fastapi import APIRouter, Request
from starlette.responses import Response

from api.dependencies import AskerOf, PartsOf, Read
from api.pages.public.pages import absolute, everyone, fresh
from api.rendering import fill, words_for
from api.shown import Shown
from docstore.services import acts
from docstore.services.acts import Ticked

router = APIRouter(prefix="/{slug}", include_in_schema=False, route_class=Shown)

_ENTRIES = 50
# Characters that XML 1.0 cannot hold, whatever their escape.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


@router.get("/uchwaly.atom")
def newest(request: Request, asker: AskerOf, session: Read, parts: PartsOf) -> Response:
    """Return the acts published last."""
    found = acts.listed(session, everyone(asker), Ticked(), limit=_ENTRIES).acts
    changes = [moment for act in found for moment in (act.published_at, act.status_set_at)]
    updated = max(filter(None, changes), default=asker.body.created_at)
    text = fill(
        "public/feed.txt",
        words_for(request, asker.body),
        body=asker.body,
        acts=found,
        updated=updated.isoformat(),
        address=absolute(parts, asker.body, "/uchwaly"),
    )
    response = Response(
        _FORBIDDEN.sub("", text),
        media_type="application/atom+xml",
        headers={"Cache-Control": "no-cache"},
    )
    return fresh(request, response)
