"""Logs: one JSON object a line on standard error. No secrets and no personal data are ever given to them."""

import logging
import sys

import structlog


def configure(level: int = logging.INFO) -> None:
    """Set logging up for a whole process; the libraries' own loggers are heard from WARNING on."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Json())
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)


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
