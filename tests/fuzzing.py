"""The interface asked by somebody without manners: schemathesis, led deep by what it made before.

Left to itself it sends ids of nothing and is answered 404. So ids that were made up are mostly
replaced by ones that exist, and revisions by the present ones; what is meant to be wrong stays so.
"""

import random
from collections import Counter
from collections.abc import Callable, Collection
from contextlib import suppress
from typing import Any

import schemathesis
from fastapi import FastAPI
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.errors import Flaky
from schemathesis import Case as AnyCase
from schemathesis import GenerationMode, Response
from schemathesis.checks import CheckContext, CheckFunction

from docstore.models import AgendaItem, Meeting
from tests.integration.pages.conftest import Council, Site

Case = AnyCase[Any]

# Of ten made-up ids and revisions so many are replaced.
_REPLACED = 8
# So many scenarios have one seed: the first of each is the simplest there is, every time.
_TOGETHER = 5
_MOST_WALKS = 4
_ALONE = 25
_LEFT_OUT = {
    # Asks that whatever fits the schema is taken. Ours refuse by rule too, with a code of its own:
    # `exact_schema` holds that nothing that fits is called misshapen.
    "positive_data_acceptance",
    # Takes whatever stands below a new thing for a part of it; a draft has no published agenda.
    "ensure_resource_availability",
}


def _is_meant_well(case: Case) -> bool:
    return case.meta is None or case.meta.generation.mode is GenerationMode.POSITIVE


def exact_schema(ctx: CheckContext, response: Response, case: Case) -> None:
    """Nothing that fits the description is refused for its shape."""
    del ctx
    if response.status_code == 422 and _is_meant_well(case):
        told = response.json()
        assert told["code"] != "malformed", ("the description is not exact", told.get("errors"))


def documented_code(ctx: CheckContext, response: Response, case: Case) -> None:
    """Every refusal has a code that its operation names for that status."""
    del ctx
    if response.status_code >= 400:
        answers = case.operation.definition.raw["responses"]
        content = answers.get(str(int(response.status_code)), {}).get("content", {})
        named = content.get("application/problem+json", {}).get("examples", {})
        assert response.json()["code"] in named, (case.operation.label, response.text)


_CHECKS: list[CheckFunction] = [exact_schema, documented_code]


class World:
    """An installation with something of each kind, and what was made in it since."""

    def __init__(
        self, site: Site, council: Council, token: str | None, made: dict[str, str]
    ) -> None:
        self.site, self.council, self.token = site, council, token
        self.known = {name: [each] for name, each in made.items()}
        self.known["meeting_id"] = [council.meeting.id]
        self.answered: Counter[tuple[str, int]] = Counter()
        self._lot = random.Random(1)  # noqa: S311 - the same lot at each run, no secret

    @property
    def headers(self) -> dict[str, str]:
        """Return what says who asks."""
        return {"Authorization": f"Bearer {self.token}"} if self.token else {}

    def lead(self, case: Case) -> None:
        """Replace what was made up by what exists, mostly."""
        if not _is_meant_well(case):
            return
        lot = self._lot
        for name, value in dict(case.path_parameters or {}).items():
            if name == "slug":
                case.path_parameters[name] = self.council.body.slug
            elif value not in self.known.get(name, ()) and lot.random() * 10 < _REPLACED:
                case.path_parameters[name] = lot.choice(self.known.get(name, [value]))
        self._own(case, lot)
        body = case.body
        if isinstance(body, dict) and "organization_id" in body and lot.random() * 10 < _REPLACED:
            body["organization_id"] = self.council.meeting.organization_id
        revision = self._revision(case)
        if revision is not None and lot.random() * 10 < _REPLACED:
            if isinstance(case.body, dict) and "revision" in case.body:
                case.body["revision"] = revision
            elif "revision" in (case.query or {}):
                case.query["revision"] = revision

    def _own(self, case: Case, lot: random.Random) -> None:
        """Let a new document belong to exactly one thing that exists."""
        if case.operation.label.endswith("/documents") and case.query is not None:
            for name in ("paper_id", "item_id", "meeting_id", "sha256"):
                case.query.pop(name, None)
            name = lot.choice(["paper_id", "paper_id", "item_id", "meeting_id"])
            case.query[name] = lot.choice(self.known[name])

    def _revision(self, case: Case) -> int | None:
        named = case.path_parameters or {}
        with self.site.parts.database.reading() as session:
            meeting_id = named.get("meeting_id")
            item = session.get(AgendaItem, named.get("item_id", ""))
            meeting = session.get(Meeting, item.meeting_id if item else meeting_id or "")
            return meeting.revision if meeting else None

    def learn(self, response: Response, case: Case) -> None:
        """Note what an answer tells of, and let the workers do what it promised."""
        name = case.operation.definition.raw["operationId"]
        self.answered[name, int(response.status_code)] += 1
        if case.method == "GET" or not 200 <= response.status_code < 300 or not response.content:
            return
        self._work()
        told = response.json()
        match name:
            case "create_meeting":
                self._add(meeting_id=told["id"])
            case "add_document" | "add_version":
                self._add(document_id=told["document_id"], version_id=told["id"])
            case "publish":
                self._add(packet_id=told["id"])
            case "publish_act":
                self._add(act_id=told["id"])
            case "add_items":
                for item in told["items"]:
                    self._add(item_id=item["id"])
                    for paper in item["papers"]:
                        told_of = {"paper_id": paper["id"]}
                        self._add(**told_of, consideration_id=paper["consideration_id"])

    def _work(self) -> None:
        """Work with real chance: Hypothesis repeats it, and an index names its files by it."""
        state = random.getstate()
        random.seed()
        self.site.work()
        random.setstate(state)

    def _add(self, **made: str) -> None:
        for name, each in made.items():
            self.known.setdefault(name, []).append(each)


def described(app: FastAPI) -> Any:
    """Return the interface as schemathesis reads it."""
    schema = schemathesis.openapi.from_asgi("/api/v1/openapi.json", app)
    for name in _LEFT_OUT:
        getattr(schema.config.checks, name).enabled = False
    return schema


def walk(world: World, *, scenarios: int, steps: int, missing: Callable[[], set[str]]) -> None:
    """Ask, link by link; every answer is held to the description.

    Which ids there are is chance, and so is how far so many scenarios come: an operation still
    missing by then is asked by itself, and by as many scenarios again, and again.
    """
    schema = described(world.site.app)

    class Walk(schema.as_state_machine()):  # type: ignore[misc]  # made at run time
        def before_call(self, case: Case) -> None:
            world.lead(case)

        def get_call_kwargs(self, case: Case) -> dict[str, Any]:
            del case
            return {"headers": world.headers}

        def after_call(self, response: Response, case: Case) -> None:
            super().after_call(response, case)
            world.learn(response, case)

        def validate_response(self, response: Response, case: Case, **named: Any) -> None:
            named["additional_checks"] = _CHECKS
            super().validate_response(response, case, **named)

    asked = scenarios // _TOGETHER
    for number in range(_MOST_WALKS * asked):
        if number >= asked and number % asked == 0:
            ask_each(world, examples=_ALONE, only=missing())
        if number >= asked and not missing():
            break
        Walk._hypothesis_internal_use_seed = number
        # What was made stays for the next scenario, which may then go where the last could not.
        with suppress(Flaky):
            Walk.run(settings=settings(_settings(_TOGETHER), stateful_step_count=steps))


def ask_each(world: World, *, examples: int, only: Collection[str] | None = None) -> None:
    """Ask every operation by itself, or `only` these; every answer is held to the description."""
    for operation in described(world.site.app).get_all_operations():
        if only is not None and operation.ok().definition.raw["operationId"] not in only:
            continue

        @seed(1)
        @_settings(examples)
        @given(case=operation.ok().as_strategy())
        def ask(case: Case) -> None:
            world.lead(case)
            response = case.call(headers=world.headers)
            case.validate_response(response, additional_checks=_CHECKS)
            world.learn(response, case)

        with suppress(Flaky):
            ask()


def _settings(examples: int) -> settings:
    return settings(
        max_examples=examples,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
