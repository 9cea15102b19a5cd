"""`python -m queue_server.app.forecast`: reads its Orders as one line of JSON from standard input, then a Question on each line.

It answers each on a line of its own, `null` while nothing may be told, and ends at SIGTERM or when its standard input ends.
"""

import sys
from pathlib import Path

import msgspec

from queue_server.app.forecast.work import Orders, Question, Work
from queue_server.app.setting import Settings
from queue_server.flow.port import Unavailable
from queue_server.forecast.advice import Counsel
from queue_server.forecast.told import Told
from queue_server.store.error import StoreFault


def main() -> None:
    """Serve until the input ends."""
    orders = msgspec.json.decode(sys.stdin.buffer.readline(), type=Orders)
    settings = Settings(Path(orders.data), db=orders.db)
    work = Work(settings.database, settings.segments, orders.drawn)
    asked = msgspec.json.Decoder(Question)
    for line in sys.stdin.buffer:
        told: Told | Counsel | None = None
        question = asked.decode(line)
        try:
            told = work.advise(question) if question.advise else work.answer(question)
        except (Unavailable, StoreFault) as fault:  # the server says itself what is wrong with its database
            print(fault, file=sys.stderr)
        sys.stdout.buffer.write(msgspec.json.encode(told) + b"\n")
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
