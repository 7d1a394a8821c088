"""What a soak saw from outside: requests, kills, memory."""

import threading
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field

from tests.crash_book import Book

_GRACE = 1.0  # seconds around a time of being down in which a request may still meet it


@dataclass
class Kill:
    """One process that was killed, and how long it was until the installation was ready again."""

    whom: str
    at: float
    ready_after: float | None = None


@dataclass(frozen=True)
class Request:
    """One request and how it ended: an HTTP status, or the name of what went wrong."""

    kind: str
    began: float
    seconds: float
    outcome: str

    @property
    def is_good(self) -> bool:
        """Tell whether it was answered as it should be."""
        return self.outcome[0] in "23" or self.outcome == "409"


@dataclass
class Journal:
    """Everything that is noted on the way; many threads write into it."""

    book: Book
    began: float = field(default_factory=time.monotonic)
    quiet_from: float = 0.0
    kills: list[Kill] = field(default_factory=list)
    turns: list[Kill] = field(default_factory=list)
    """Ends in good order, after which new processes took over: nothing may repeat for them."""
    requests: list[Request] = field(default_factory=list)
    memory: dict[str, list[tuple[float, float]]] = field(default_factory=lambda: defaultdict(list))
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def killed(self, kill: Kill) -> None:
        """Note a kill."""
        self.book.kills += 1
        self.kills.append(kill)

    def asked(self, request: Request) -> None:
        """Note a request."""
        with self._lock:
            self.requests.append(request)

    def remembers(self, name: str, megabytes: float) -> None:
        """Note the memory of a process."""
        self.memory[name].append((time.monotonic(), megabytes))

    @property
    def failures(self) -> list[Request]:
        """Return the requests that got no good answer."""
        return [each for each in self.requests if not each.is_good]

    def was_down(self, request: Request) -> bool:
        """Tell whether a process was dead or starting while a request was on its way."""
        pauses = [*self.kills, *self.turns]
        for number, kill in enumerate(pauses):
            later = [k.at for k in pauses[number + 1 :] if k.ready_after is not None]
            up = kill.at + kill.ready_after if kill.ready_after is not None else None
            end = up if up is not None else (later[0] if later else self.quiet_from)
            if request.began < end + _GRACE and kill.at < request.began + request.seconds + _GRACE:
                return True
        return False

    def wrongs(self) -> list[str]:
        """Return what failed although nothing had been killed, and who never came back."""
        met = Counter(f"{r.kind}: {r.outcome}" for r in self.failures if not self.was_down(r))
        return [f"failed although everything was up: {what}, {n} times" for what, n in met.items()]
