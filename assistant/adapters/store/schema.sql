-- The store's schema: what each version adds to the one before it. A released step is never changed.

-- version 1
CREATE TABLE texts (hash TEXT PRIMARY KEY, data BLOB NOT NULL);
CREATE TABLE proposals (
    id INTEGER PRIMARY KEY, path TEXT NOT NULL, made_at TEXT NOT NULL, base TEXT NOT NULL,
    gap TEXT NOT NULL, model TEXT NOT NULL, prompt_hash TEXT NOT NULL, fields TEXT NOT NULL);
CREATE TABLE log (
    id INTEGER PRIMARY KEY, path TEXT NOT NULL, at TEXT NOT NULL, name TEXT NOT NULL,
    fields TEXT NOT NULL);
CREATE INDEX log_of_path ON log (path, id);
CREATE TABLE writes (
    id INTEGER PRIMARY KEY, path TEXT NOT NULL, at TEXT NOT NULL, state TEXT NOT NULL,
    before TEXT NOT NULL, after TEXT NOT NULL, keys TEXT NOT NULL, hunks TEXT NOT NULL,
    models TEXT NOT NULL);
CREATE TABLE sessions (
    path TEXT PRIMARY KEY, token TEXT NOT NULL, pid INTEGER NOT NULL, started TEXT NOT NULL,
    at TEXT NOT NULL);

-- version 2
CREATE TABLE usage (
    month TEXT NOT NULL, model TEXT NOT NULL, requests INTEGER NOT NULL, prompt_tokens INTEGER NOT NULL,
    completion_tokens INTEGER NOT NULL, cached_tokens INTEGER NOT NULL, PRIMARY KEY (month, model));
CREATE INDEX proposals_of_path ON proposals (path, id);

-- version 3
CREATE TABLE answers (key TEXT PRIMARY KEY, path TEXT NOT NULL, at TEXT NOT NULL, fields TEXT NOT NULL);
CREATE INDEX answers_of_path ON answers (path);

-- version 4
ALTER TABLE usage ADD COLUMN cache_write_tokens INTEGER NOT NULL DEFAULT 0;
ALTER TABLE usage ADD COLUMN reasoning_tokens INTEGER NOT NULL DEFAULT 0;

-- version 5
CREATE TABLE approvals (
    blog TEXT NOT NULL, code TEXT NOT NULL, words TEXT NOT NULL, path TEXT NOT NULL, at TEXT NOT NULL,
    PRIMARY KEY (blog, code, words));

-- version 6
CREATE TABLE dismissals (
    blog TEXT NOT NULL, gap TEXT NOT NULL, kind TEXT NOT NULL, path TEXT NOT NULL, at TEXT NOT NULL,
    PRIMARY KEY (blog, gap));

-- version 7
CREATE TABLE batches (
    id INTEGER PRIMARY KEY, at TEXT NOT NULL, server TEXT NOT NULL, model TEXT NOT NULL,
    options TEXT NOT NULL, input TEXT NOT NULL, remote TEXT NOT NULL);
CREATE TABLE batch_lines (
    id TEXT PRIMARY KEY, batch INTEGER NOT NULL, path TEXT NOT NULL, piece TEXT NOT NULL,
    base TEXT NOT NULL, state TEXT NOT NULL, said TEXT NOT NULL);
