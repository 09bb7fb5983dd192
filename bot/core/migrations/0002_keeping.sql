CREATE TABLE memo (                          -- 纪要: answers that somebody has collected
    channel TEXT NOT NULL,
    user TEXT NOT NULL,
    answer INTEGER NOT NULL REFERENCES answers (id) ON DELETE CASCADE,
    at REAL NOT NULL,
    PRIMARY KEY (channel, user, answer)
) WITHOUT ROWID;

CREATE TABLE uploads (                       -- documents that people have sent
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    key TEXT NOT NULL,                       -- the message's
    channel TEXT NOT NULL,
    user TEXT NOT NULL,
    chat TEXT NOT NULL,
    at REAL NOT NULL,
    path TEXT NOT NULL UNIQUE,               -- where it lies, relative to the folder
    name TEXT NOT NULL,                      -- what it is called
    report TEXT NOT NULL,
    state TEXT NOT NULL,                     -- waiting, taken, gone
    said TEXT NOT NULL DEFAULT '{}'          -- what a person said of it: town, year …, as JSON
);
CREATE INDEX uploads_by_person ON uploads (channel, user, state);

CREATE TABLE follows (                       -- who is told of new reports, and of which towns
    channel TEXT NOT NULL,
    chat TEXT NOT NULL,
    county TEXT NOT NULL,
    town TEXT NOT NULL,
    user TEXT NOT NULL,                      -- who asked for it
    since REAL NOT NULL,
    PRIMARY KEY (channel, chat, county, town)
) WITHOUT ROWID;

CREATE TABLE known (                         -- reports that nobody need be told of any more
    report TEXT PRIMARY KEY
) WITHOUT ROWID;

CREATE TABLE notices (                       -- what is to be said unasked, until it has been
    key TEXT PRIMARY KEY,
    channel TEXT NOT NULL,
    chat TEXT NOT NULL,
    reply TEXT NOT NULL,
    at REAL NOT NULL
);
