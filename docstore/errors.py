"""Everything the record may refuse, without a word of HTTP.

`code` is stable and public: the interface answers it, and `api/errors.py` holds the status and the
Polish and English sentence of each. Fields of an error fill the placeholders of its sentence.
"""

from typing import ClassVar

ENDINGS = (SystemExit, KeyboardInterrupt, GeneratorExit)
"""What ends something without being a fault; all else is one, a panic of a library's Rust too."""


class DocstoreError(Exception):
    """A refusal that a person can be told about; `fields` fill its sentence."""

    code: ClassVar[str] = "error"

    def __init__(self, **fields: object) -> None:
        super().__init__(self.code, fields)
        self.fields = fields

    def __str__(self) -> str:
        return f"{self.code} {self.fields}" if self.fields else self.code


# --- the object store -------------------------------------------------------------------------


class ObjectNotFound(DocstoreError):
    """No object has this key: the record and the store disagree, run `teczka check`."""

    code = "object_not_found"


class ObjectDamaged(DocstoreError):
    """The stored bytes are not those that were put: upload the same file again to mend it."""

    code = "object_damaged"


class NotDrawn(DocstoreError):
    """A page cannot be shown as a picture; its file can be downloaded all the same."""

    code = "not_drawn"


class PagesBusy(DocstoreError):
    """Too many look at pages at once, and the turn did not come; try again in a moment."""

    code = "pages_busy"


class StorageUnavailable(DocstoreError):
    """The object store does not answer; nothing was stored, try again later."""

    code = "storage_unavailable"


class StorageFull(DocstoreError):
    """There is no room for the bytes; nothing was stored."""

    code = "storage_full"


# --- the record -------------------------------------------------------------------------------


class RecordUnavailable(DocstoreError):
    """The database does not answer or is locked; nothing was stored, try again later."""

    code = "record_unavailable"


class OutcomeUnknown(RecordUnavailable):
    """The database fell silent while it was to keep everything: all was stored, or nothing."""

    code = "outcome_unknown"


class RecordNewer(DocstoreError):
    """A newer release wrote this record; run that one, or restore a backup of before."""

    code = "record_newer"


class NotFound(DocstoreError):
    """No such thing, or none that the asker may know of."""

    code = "not_found"


class EditConflict(DocstoreError):
    """Somebody else changed this in the meantime; nothing was overwritten."""

    code = "edit_conflict"


class NotAllowed(DocstoreError):
    """The asker may know of this but not do that."""

    code = "not_allowed"


class InvalidInput(DocstoreError):
    """What was typed cannot be taken; `reason` names the rule, `field` the place."""

    code = "invalid_input"


# --- meetings and packets ---------------------------------------------------------------------


class PacketEmpty(DocstoreError):
    """A packet without a single document cannot be published."""

    code = "packet_empty"


class PacketWaiting(DocstoreError):
    """Some documents are still being read; `titles` names them."""

    code = "packet_waiting"


class MeetingCancelled(DocstoreError):
    """The meeting was called off: nothing of it changes any more."""

    code = "meeting_cancelled"


class MeetingHeld(DocstoreError):
    """Outcomes of this meeting are recorded, so it cannot be called off."""

    code = "meeting_held"


class PacketUnchanged(DocstoreError):
    """Nothing changed since the packet before, so there is nothing to publish."""

    code = "packet_unchanged"


class PersonalDataFound(DocstoreError):
    """What would become public holds personal data or unread pages; give a reason to go on."""

    code = "personal_data_found"


class NumberTaken(DocstoreError):
    """Another paper of this term has this number; `number` and `title` tell which."""

    code = "number_taken"


class NotAdopted(DocstoreError):
    """Only an adopted paper with a number and a date can be published as an act."""

    code = "not_adopted"


class NobodyToNotify(DocstoreError):
    """The meeting has neither members nor guests to send anything to."""

    code = "nobody_to_notify"


# --- uploads ----------------------------------------------------------------------------------


class FileEmpty(DocstoreError):
    """The file has no bytes; nothing was stored."""

    code = "file_empty"


class FileTooLarge(DocstoreError):
    """The file is larger than the installation takes; `limit_mb` tells how large it may be."""

    code = "file_too_large"


class UploadBroken(DocstoreError):
    """The bytes that came are not those that were announced; nothing was stored."""

    code = "upload_broken"


# --- requests sent again ----------------------------------------------------------------------


class KeyReused(DocstoreError):
    """The key was sent with another request before; each piece of work needs a fresh one."""

    code = "key_reused"


class RequestUnderWay(DocstoreError):
    """The same request is being worked on right now; ask again in `seconds`."""

    code = "request_under_way"


# --- people and ways in -----------------------------------------------------------------------


class SlugTaken(DocstoreError):
    """Another council of this installation has this short name."""

    code = "slug_taken"


class EmailTaken(DocstoreError):
    """Another clerk of this council signs in with this address."""

    code = "email_taken"


class PasswordTooShort(DocstoreError):
    """A password needs at least `length` characters."""

    code = "password_too_short"


class SignInRefused(DocstoreError):
    """The address and the password do not belong together; both say the same."""

    code = "sign_in_refused"


class TooManyTries(DocstoreError):
    """Too many tries from here or for this; wait `seconds`."""

    code = "too_many_tries"


class TooManyLinks(DocstoreError):
    """Enough links were sent to this mailbox, and they open; wait `seconds` for the next."""

    code = "too_many_links"


class LinkSpent(DocstoreError):
    """The link was used already or is too old; a new one can be sent."""

    code = "link_spent"


class TokenMistyped(DocstoreError):
    """A token whose checksum does not hold: a letter is wrong or missing."""

    code = "token_mistyped"


class TokenUnknown(DocstoreError):
    """A token that nobody made, or that of a sign-in that has ended."""

    code = "token_unknown"


class TokenExpired(DocstoreError):
    """The token's time is over; a new one can be made."""

    code = "token_expired"


class TokenRevoked(DocstoreError):
    """The token was revoked, or its owner left or lost the duty it rested on."""

    code = "token_revoked"


class ScopeMissing(DocstoreError):
    """The token was not made for this; `scope` names what it would need."""

    code = "scope_missing"


class SetupClosed(DocstoreError):
    """The installation is set up already."""

    code = "setup_closed"


class SetupCodeWrong(DocstoreError):
    """The one-time code is not the one that the terminal shows."""

    code = "setup_code_wrong"


class SameBytes(DocstoreError):
    """The file is the same as version `number` of this document; no new version was made."""

    code = "same_bytes"


class Gone(DocstoreError):
    """The document was taken down; `scope`, `legal_ground` and `excluded_by` are its notice."""

    code = "gone"


class Destroyed(DocstoreError):
    """The version was destroyed; `scope`, `basis`, `destroyed_by` and `at` are its tombstone."""

    code = "destroyed"


class BasisMissing(DocstoreError):
    """Bytes are destroyed on a legal basis alone: from the list, or in words of their own."""

    code = "basis_missing"
