-- Who has used a right over others, when, and how: for half a year, as the law asks of such records.

CREATE TABLE audit (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    at REAL NOT NULL,
    channel TEXT NOT NULL,
    user TEXT NOT NULL,
    act TEXT NOT NULL,                       -- the command or the button
    words TEXT NOT NULL                      -- what was said with it
);
CREATE INDEX audit_by_time ON audit (at);
