"""The errors that may be shown to a person: each message is Chinese and says how to mend it.

ZhenwenError
├── UnreadableDocument   a file is empty, damaged, encrypted, too large, or of no known kind
│   └── UnreadableHere   this machine lacks the program that reads it, or the time
├── StoreError
│   ├── StoreMissing     there is no store where one is expected
│   ├── StoreMismatch    the store was built by another encoder, chunker or version
│   └── StoreBusy        another process is writing to the store
├── ModelUnavailable     an embedding, reranking or language model cannot be loaded or reached
├── ChannelError         a chat's server did not do what it was asked
├── Cancelled            the person who asked has stopped the answer
├── BadRequest           a question, an option or an input file is not usable
└── BadSettings          a setting is missing or wrong
"""

from __future__ import annotations


class ZhenwenError(Exception):
    """Its message may be shown to a person as it is."""


class UnreadableDocument(ZhenwenError):
    """A document cannot be read; the others go on."""


class UnreadableHere(UnreadableDocument):
    """A document cannot be read on this machine as it is now; the next run tries again."""


class StoreError(ZhenwenError):
    """Something is wrong with the store."""


class StoreMissing(StoreError):
    """There is no store here yet: run ``zhenwen index``."""


class StoreMismatch(StoreError):
    """The store was built by something that this program cannot mix with."""


class StoreBusy(StoreError):
    """Another process is writing to the store."""


class ModelUnavailable(ZhenwenError):
    """A model cannot be loaded or reached."""


class ChannelError(ZhenwenError):
    """A chat's server did not do what it was asked."""


class Cancelled(ZhenwenError):
    """The person who asked has stopped the answer."""


class BadRequest(ZhenwenError):
    """A question, an option or an input file is not usable."""


class BadSettings(ZhenwenError):
    """A setting is missing or wrong."""
