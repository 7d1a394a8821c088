"""Examples of whole requests and answers, put together from the examples of their fields."""

from typing import Any

Schema = dict[str, Any]


def example_of(schema: Schema, schemas: dict[str, Schema]) -> Any:
    """Return an example of a schema: its own, or one made of those of its parts.

    Raises `LookupError` for a field that has none, so that none is forgotten.
    """
    if "examples" in schema:
        return schema["examples"][0]
    if "$ref" in schema:
        return example_of(schemas[schema["$ref"].rsplit("/", 1)[-1]], schemas)
    if "anyOf" in schema:
        return example_of(schema["anyOf"][0], schemas)
    if schema.get("type") == "array":
        return [example_of(schema["items"], schemas)]
    if schema.get("type") == "object":
        return {
            name: _field(name, its, schemas) for name, its in schema.get("properties", {}).items()
        }
    raise LookupError(schema.get("title", "?"))


def _field(name: str, schema: Schema, schemas: dict[str, Schema]) -> Any:
    try:
        return example_of(schema, schemas)
    except LookupError as error:
        raise LookupError(f"{name}: give this field an example") from error
