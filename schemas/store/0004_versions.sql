-- Versions and aliases of state machines, tags, what an execution was started with, and how a Map Run is to go on.

ALTER TABLE state_machines ADD COLUMN tags TEXT NOT NULL DEFAULT '[]';  -- as the API lists them: [{"key", "value"}]
ALTER TABLE state_machines ADD COLUMN last_version INTEGER NOT NULL DEFAULT 0;  -- the highest number there ever was
ALTER TABLE activities ADD COLUMN tags TEXT NOT NULL DEFAULT '[]';
ALTER TABLE definitions ADD COLUMN settings TEXT NOT NULL DEFAULT '{}';  -- of this revision; see state_machines

CREATE TABLE versions (
  state_machine_id INTEGER NOT NULL,
  number INTEGER NOT NULL,
  definition_id INTEGER NOT NULL,
  description TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (state_machine_id, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE aliases (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  state_machine_id INTEGER NOT NULL,
  name TEXT NOT NULL,
  description TEXT NOT NULL,
  version INTEGER NOT NULL,
  weight INTEGER NOT NULL,          -- percent of the executions that the version gets
  second_version INTEGER NOT NULL,  -- gets the others; 0: there is none
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  UNIQUE (state_machine_id, name)
) STRICT;

ALTER TABLE executions ADD COLUMN version INTEGER NOT NULL DEFAULT 0;  -- 0: started without one
ALTER TABLE executions ADD COLUMN alias TEXT NOT NULL DEFAULT '';
CREATE INDEX executions_by_version ON executions (state_machine_id, version) WHERE version != 0;
CREATE INDEX executions_by_alias ON executions (state_machine_id, alias) WHERE alias != '';

ALTER TABLE map_runs ADD COLUMN total INTEGER NOT NULL DEFAULT 0;  -- of its children
ALTER TABLE map_runs ADD COLUMN max_concurrency INTEGER NOT NULL DEFAULT 0;
ALTER TABLE map_runs ADD COLUMN tolerated_failure_count INTEGER NOT NULL DEFAULT 0;
ALTER TABLE map_runs ADD COLUMN tolerated_failure_percentage TEXT NOT NULL DEFAULT '0';  -- a JSON number
