"""How the log is written: one line an event, to standard error, nothing secret in it.

As JSON every line of a process is one object, whoever wrote it: our own events, the server's,
libraries', warnings, and errors that nothing caught, in threads too.
"""

import logging
import logging.config
import os
import sys
import threading
from typing import Any

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from docstore.rules.plain import one_line

log = structlog.get_logger("teczka.process")

# The server writes the trace of an error once more that `api/requests.py` wrote with its number.
_TOLD_ALREADY = "Application callable raised an exception"


def set_up_logs(form: str, *, process: str = "command") -> None:
    """Send every event of this process to standard error, for people or as JSON."""
    structlog.configure(
        processors=[*_shared(process), *_last(form)],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        # One write a line: what two threads say at once must not stand within one another.
        logger_factory=structlog.WriteLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
    if form == "json":
        logging.config.dictConfig(log_config(form, process=process))
        logging.captureWarnings(capture=True)
        sys.excepthook = _uncaught
        threading.excepthook = _uncaught_in_thread


def log_config(form: str, *, process: str) -> dict[str, Any]:
    """Return how other people's loggers write in the same form; the server's processes take it."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {"told": {"()": "api.logs.NotToldAlready"}},
        "formatters": {"teczka": {"()": "api.logs.foreign", "form": form, "process": process}},
        "handlers": {
            "teczka": {
                "class": "logging.StreamHandler",
                "stream": "ext://sys.stderr",
                "formatter": "teczka",
                "filters": ["told"],
            }
        },
        "root": {"handlers": ["teczka"], "level": "WARNING"},
        "loggers": {
            "_granian": {"handlers": [], "propagate": True},
            # Each try of a store that is away would be a line; that it is away is told once.
            "urllib3.connectionpool": {"level": "ERROR"},
        },
    }


class NotToldAlready(logging.Filter):
    """Drops what one of our own lines says better."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Tell whether a record is news."""
        return _TOLD_ALREADY not in record.getMessage()


def foreign(form: str, process: str) -> logging.Formatter:
    """Return the formatter of records that were not written by us."""
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[*_shared(process), structlog.stdlib.add_logger_name],
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *_last(form)],
    )


def _shared(process: str) -> list[Processor]:
    def of_process(logger: WrappedLogger, name: str, event: EventDict) -> EventDict:
        del logger, name
        return {**event, "process": process, "pid": os.getpid()}

    return [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="time"),
        of_process,
        _one_line_each,
    ]


def _one_line_each(logger: WrappedLogger, name: str, event: EventDict) -> EventDict:
    """Let no value begin a line of its own, or give orders to who reads the log on a terminal."""
    del logger, name
    return {key: one_line(said) if isinstance(said, str) else said for key, said in event.items()}


def _last(form: str) -> list[Processor]:
    if form == "json":
        return [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]
    # For people: to them it is one server, and traces show no variables: those hold
    # tokens and names.
    return [
        _without_process,
        structlog.dev.ConsoleRenderer(
            colors=sys.stderr.isatty(),
            timestamp_key="time",
            exception_formatter=structlog.dev.plain_traceback,
        ),
    ]


def _without_process(logger: WrappedLogger, name: str, event: EventDict) -> EventDict:
    del logger, name
    return {key: value for key, value in event.items() if key not in {"process", "pid"}}


def _uncaught(kind: type[BaseException], error: BaseException, trace: Any) -> None:
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, trace)
        return
    log.critical("uncaught", exc_info=(kind, error, trace))


def _uncaught_in_thread(args: threading.ExceptHookArgs) -> None:
    if args.exc_value is None or issubclass(args.exc_type, SystemExit):
        return
    thread = args.thread.name if args.thread else ""
    told = (args.exc_type, args.exc_value, args.exc_traceback)
    log.critical("uncaught", thread=thread, exc_info=told)
