-- What ends the process every time it is tried is set aside in the end; what a report was put in the place of comes back when it is withdrawn.

ALTER TABLE inbox ADD COLUMN tries INTEGER NOT NULL DEFAULT 0;        -- times that work on it was begun and neither ended nor failed
ALTER TABLE uploads ADD COLUMN replaced TEXT NOT NULL DEFAULT '[]';   -- the files whose reports it was put in the place of, as JSON
