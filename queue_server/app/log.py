"""Logs: one JSON object a line on standard error. No secrets and no personal data are ever given to them."""

import logging
import sys

import structlog
from structlog.typing import Processor

PROCESSORS: tuple[Processor, ...] = (
    structlog.processors.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.format_exc_info,
    structlog.processors.JSONRenderer(ensure_ascii=False),
)
"""How a record is written. Of a failure the lines of code are told, never the values in them, which may be somebody's password."""


def configure(level: int = logging.INFO) -> None:
    """Set logging up for a whole process; the libraries' own loggers are heard from WARNING on."""
    structlog.configure(
        processors=PROCESSORS,
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Json())
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.getLogger("aiohttp.server").addFilter(_told_already)


def _told_already(record: logging.LogRecord) -> bool:
    """Whether a record of the web server's belongs into the log: not one of bytes that are no HTTP.

    Whoever sent them is answered 400; the record would quote them, tokens and all, as often as a stranger likes. The fault is known
    by its module's name, so that a command line without a web server need not load one.
    """
    kind = record.exc_info[0] if record.exc_info else None
    return kind is None or kind.__module__ != "aiohttp.http_exceptions"


class _Json(logging.Formatter):
    """A library's record in the same form as ours."""

    def format(self, record: logging.LogRecord) -> str:
        """One line of JSON."""
        fields = {
            "event": record.getMessage(),
            "logger": record.name,
            "level": record.levelname.lower(),
            "timestamp": self.formatTime(record),
        }
        if record.exc_info:
            fields["exception"] = self.formatException(record.exc_info)
        renderer = structlog.processors.JSONRenderer(ensure_ascii=False)
        return str(renderer(None, "", fields))
