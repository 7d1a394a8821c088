"""The JSON interface, over the same services as the pages."""

from fastapi import APIRouter

router = APIRouter(prefix="/api/v1")
