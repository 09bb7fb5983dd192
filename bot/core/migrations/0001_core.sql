-- Instants are seconds since 1970 (REAL); people are known by (channel, user), the channel's own stable ids.

CREATE TABLE people (
    channel TEXT NOT NULL,
    user TEXT NOT NULL,
    role TEXT NOT NULL,
    name TEXT NOT NULL DEFAULT '',
    chat TEXT NOT NULL DEFAULT '',           -- the private chat to reach the person in, '' until there was one
    town TEXT NOT NULL DEFAULT '',           -- 我镇
    county TEXT NOT NULL DEFAULT '',
    since REAL NOT NULL,
    PRIMARY KEY (channel, user)
) WITHOUT ROWID;

CREATE TABLE codes (                         -- one-time codes: the first keeper's claim, and invitations
    digest TEXT PRIMARY KEY,                 -- SHA-256: who reads the file cannot use a code
    role TEXT NOT NULL,
    claim INTEGER NOT NULL,
    uses INTEGER NOT NULL,                   -- how many people it still lets in
    expires REAL NOT NULL
) WITHOUT ROWID;

CREATE TABLE groups (                        -- group chats that a keeper has allowed
    channel TEXT NOT NULL,
    chat TEXT NOT NULL,
    since REAL NOT NULL,
    PRIMARY KEY (channel, chat)
) WITHOUT ROWID;

CREATE TABLE counted (                       -- what the limits count, for two days
    at REAL NOT NULL,
    channel TEXT NOT NULL,
    user TEXT NOT NULL,
    kind TEXT NOT NULL                       -- said, question, stranger
);
CREATE INDEX counted_by_user ON counted (channel, user, at);
CREATE INDEX counted_by_time ON counted (at);

CREATE TABLE inbox (                         -- updates of a channel, recorded before they are confirmed to it
    key TEXT PRIMARY KEY,
    channel TEXT NOT NULL,
    payload TEXT NOT NULL,                   -- '' once done
    at REAL NOT NULL,
    done REAL
);
CREATE INDEX inbox_unfinished ON inbox (channel, at) WHERE done IS NULL;

CREATE TABLE finals (                        -- computed, until it is known to be delivered
    key TEXT PRIMARY KEY,
    reply TEXT NOT NULL,
    at REAL NOT NULL
);

CREATE TABLE delivered (                     -- how many parts of a final or a notice have gone out
    key TEXT PRIMARY KEY,
    parts INTEGER NOT NULL,
    at REAL NOT NULL
);

CREATE TABLE kept (                          -- small values of an adapter: cached file ids, its name
    channel TEXT NOT NULL,
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (channel, name)
) WITHOUT ROWID;

CREATE TABLE talks (                         -- a conversation: a chat, a topic in it, a person
    channel TEXT NOT NULL,
    chat TEXT NOT NULL,
    thread TEXT NOT NULL,
    user TEXT NOT NULL,
    since INTEGER NOT NULL DEFAULT 0,        -- /new: answers up to this one are not carried over
    awaits TEXT NOT NULL DEFAULT '',         -- the action that the next message is for
    awaits_since REAL NOT NULL DEFAULT 0,
    PRIMARY KEY (channel, chat, thread, user)
) WITHOUT ROWID;

CREATE TABLE answers (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    key TEXT NOT NULL UNIQUE,                -- the ask's
    channel TEXT NOT NULL,
    chat TEXT NOT NULL,
    thread TEXT NOT NULL,
    user TEXT NOT NULL,
    at REAL NOT NULL,
    question TEXT NOT NULL,                  -- as typed
    understood TEXT NOT NULL,                -- with 我镇 filled in
    answer TEXT NOT NULL,                    -- retrieval.types.Answer as JSON
    history TEXT NOT NULL,                   -- the turns before it, as JSON
    reason TEXT                              -- why it was refused, NULL when it was not
);
CREATE INDEX answers_by_talk ON answers (channel, user, chat, thread, at);
CREATE INDEX answers_by_time ON answers (at);

CREATE TABLE feedback (
    answer INTEGER NOT NULL REFERENCES answers (id) ON DELETE CASCADE,
    channel TEXT NOT NULL,
    user TEXT NOT NULL,
    good INTEGER NOT NULL,
    reason TEXT NOT NULL DEFAULT '',
    at REAL NOT NULL,
    PRIMARY KEY (answer, channel, user)
) WITHOUT ROWID;

CREATE TABLE offers (                        -- texts behind buttons that are too long for a button's action
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    text TEXT NOT NULL UNIQUE
);
