-- What stands behind a button belongs to whom it was shown to: nobody else can have it said. What was offered before is nobody's.

CREATE TABLE owned (                         -- texts behind buttons that are too long for a button's action
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    channel TEXT NOT NULL,
    chat TEXT NOT NULL,
    user TEXT NOT NULL,
    text TEXT NOT NULL,
    UNIQUE (channel, chat, user, text)
);
INSERT INTO owned SELECT max(id), '', '', '', '' FROM offers HAVING max(id) > 0;  -- an old button never gets a new text
DROP TABLE offers;
ALTER TABLE owned RENAME TO offers;
