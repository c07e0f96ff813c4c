-- Activities, as CreateActivity makes them. The tasks that wait for their workers stand in the histories.

CREATE TABLE activities (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL UNIQUE,
  settings TEXT NOT NULL,  -- what else it was given, as JSON
  created_at INTEGER NOT NULL
) STRICT;
