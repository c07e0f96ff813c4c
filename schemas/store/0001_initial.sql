-- The tables of a gait database. docs/history_format.md says what stands in them.
-- A file in this folder is never edited once it was released: a change is another file, and they run in order.
-- Times are milliseconds since 1970-01-01T00:00:00Z; 0 is "not yet".

PRAGMA application_id = 1734437236;  -- "gait"

CREATE TABLE meta (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  epoch INTEGER NOT NULL  -- counts the times that a process took the database over; see SqliteStore
) STRICT;
INSERT INTO meta (id, epoch) VALUES (1, 0);

CREATE TABLE state_machines (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  type TEXT NOT NULL,
  role_arn TEXT NOT NULL,
  settings TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  deleting INTEGER NOT NULL,
  deleted INTEGER NOT NULL,  -- 1: kept for the executions it had; its name is free
  definition_id INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX state_machines_by_name ON state_machines (name) WHERE deleted = 0;

CREATE TABLE definitions (
  id INTEGER PRIMARY KEY,
  state_machine_id INTEGER NOT NULL,
  revision_id TEXT NOT NULL,
  role_arn TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  text TEXT NOT NULL
) STRICT;

-- One row an execution. Nothing of any size stands in it: it is written again whenever the execution moves on.
CREATE TABLE executions (
  id INTEGER PRIMARY KEY,
  state_machine_id INTEGER NOT NULL,
  definition_id INTEGER NOT NULL,
  name TEXT NOT NULL,
  generation INTEGER NOT NULL,  -- 0: has its name; else its own id: the name has gone to a later execution
  status INTEGER NOT NULL,      -- 0 running, 1 succeeded, 2 failed, 3 timed out, 4 aborted
  started_at INTEGER NOT NULL,
  stopped_at INTEGER NOT NULL,
  map_run_id INTEGER NOT NULL,  -- 0: no child of a Distributed Map
  map_index INTEGER NOT NULL,
  last_segment INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX executions_by_name ON executions (state_machine_id, name, generation);
-- Each index ends in the id. This one finds what runs, and lists a state machine's executions by status: one index less
-- to write than with one for each. A list of every status is merged from five ranges.
CREATE INDEX executions_by_status ON executions (status, state_machine_id, map_run_id);
CREATE INDEX executions_by_map_run ON executions (map_run_id, status) WHERE map_run_id != 0;

-- The events that one commit added to one execution. Rows are only ever added, at the end: a table ordered by execution
-- would be written in as many places as executions are in flight.
CREATE TABLE segments (
  id INTEGER PRIMARY KEY,
  execution_id INTEGER NOT NULL,
  previous INTEGER NOT NULL,  -- the segment of the same execution before it; 0: none
  checksum INTEGER NOT NULL,  -- CRC-32 of the events: SQLite has none of its own
  events BLOB NOT NULL
) STRICT;

CREATE TABLE map_runs (
  id INTEGER PRIMARY KEY,
  arn TEXT NOT NULL UNIQUE,
  execution_id INTEGER NOT NULL,
  state_name TEXT NOT NULL,
  status INTEGER NOT NULL,
  started_at INTEGER NOT NULL,
  stopped_at INTEGER NOT NULL
) STRICT;
CREATE INDEX map_runs_by_execution ON map_runs (execution_id);
