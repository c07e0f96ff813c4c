-- How often an execution was redriven, and when it was the last time.

ALTER TABLE executions ADD COLUMN redrive_count INTEGER NOT NULL DEFAULT 0;
ALTER TABLE executions ADD COLUMN redriven_at INTEGER NOT NULL DEFAULT 0;
