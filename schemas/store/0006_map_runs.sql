-- Map Runs that do not hold what they read: how far each has come stands in its row, and what a child was given in that of
-- the child.

ALTER TABLE executions ADD COLUMN map_items INTEGER NOT NULL DEFAULT 1;  -- of a Map Run's child: that it was given
ALTER TABLE executions ADD COLUMN map_redrive INTEGER NOT NULL DEFAULT 0;  -- the run's redrive that began it, or again

-- `total` are all items; these are its children when all have been started, and those that have been, with their items.
ALTER TABLE map_runs ADD COLUMN total_children INTEGER NOT NULL DEFAULT 0;
ALTER TABLE map_runs ADD COLUMN begun_children INTEGER NOT NULL DEFAULT 0;
ALTER TABLE map_runs ADD COLUMN begun_items INTEGER NOT NULL DEFAULT 0;
ALTER TABLE map_runs ADD COLUMN counted INTEGER NOT NULL DEFAULT 0;  -- 1: the totals are known
ALTER TABLE map_runs ADD COLUMN redrive_count INTEGER NOT NULL DEFAULT 0;
ALTER TABLE map_runs ADD COLUMN redriven_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE map_runs ADD COLUMN results TEXT NOT NULL DEFAULT '';  -- what was written, as JSON; see MapRunRecord
UPDATE map_runs SET total_children = total, counted = 1,
  begun_children = (SELECT count(*) FROM executions WHERE map_run_id = map_runs.id),
  begun_items = (SELECT count(*) FROM executions WHERE map_run_id = map_runs.id);

-- A tolerance that was not given is none, which is not the tolerance 0: tolerated_failure_count -1, an empty percentage.
UPDATE map_runs SET tolerated_failure_percentage = '' WHERE tolerated_failure_percentage IN ('0', '0.0');
UPDATE map_runs SET tolerated_failure_count = -1
  WHERE tolerated_failure_count = 0 AND tolerated_failure_percentage != '';
