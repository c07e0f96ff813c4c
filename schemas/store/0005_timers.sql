-- Timers that are due later than in the next minutes, of executions that have left memory. They are of use to the process
-- that wrote them alone: the next one derives all timers from the histories, and removes these before it writes its own.

CREATE TABLE timers (
  due_at INTEGER NOT NULL,
  number INTEGER NOT NULL,  -- in the order in which they were set
  execution_id INTEGER NOT NULL,
  branch INTEGER NOT NULL,
  kind INTEGER NOT NULL,
  event INTEGER NOT NULL,  -- that it belongs to
  PRIMARY KEY (due_at, number)
) STRICT, WITHOUT ROWID;
CREATE INDEX timers_by_execution ON timers (execution_id);
