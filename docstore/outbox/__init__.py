"""Work promised in the transaction that caused it, done at least once, in order for each key."""

from docstore.outbox.doing import LEASE as LEASE
from docstore.outbox.doing import MAX_ATTEMPTS as MAX_ATTEMPTS
from docstore.outbox.doing import Handler as Handler
from docstore.outbox.doing import Later as Later
from docstore.outbox.doing import Task as Task
from docstore.outbox.doing import claim as claim
from docstore.outbox.doing import do as do
from docstore.outbox.doing import drain as drain
from docstore.outbox.doing import give_back as give_back
from docstore.outbox.doing import run_one as run_one
from docstore.outbox.promises import UPKEEP as UPKEEP
from docstore.outbox.promises import Backlog as Backlog
from docstore.outbox.promises import backlog as backlog
from docstore.outbox.promises import close as close
from docstore.outbox.promises import enqueue as enqueue
from docstore.outbox.promises import forget_done as forget_done
from docstore.outbox.promises import held as held
from docstore.outbox.promises import hold as hold
from docstore.outbox.promises import is_open as is_open
from docstore.outbox.promises import is_promised as is_promised
from docstore.outbox.promises import messages as messages
from docstore.outbox.promises import open_ids as open_ids
from docstore.outbox.promises import release as release
from docstore.outbox.promises import retry as retry
from docstore.outbox.promises import waiting_keys as waiting_keys
