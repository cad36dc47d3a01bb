BEGIN TRANSACTION;
CREATE TABLE texts (hash TEXT PRIMARY KEY, data BLOB NOT NULL);
INSERT INTO texts VALUES('ae10ec587df07b1496da896b42855dc312d57d688420da264a4aa12623aff153',X'23204f6e650a0a232054776f0a');
INSERT INTO texts VALUES('11507a0e2f5e69d5dfa40a62a1bd7b6ee57e6bcd85c67c9b8431b36fff21c437',X'6e6577');
CREATE TABLE proposals (
        id INTEGER PRIMARY KEY, path TEXT NOT NULL, made_at TEXT NOT NULL, base TEXT NOT NULL,
        gap TEXT NOT NULL, model TEXT NOT NULL, prompt_hash TEXT NOT NULL, fields TEXT NOT NULL);
INSERT INTO proposals VALUES(1,'/a.md','2025-01-01 00:00:00','ae10ec587df07b1496da896b42855dc312d57d688420da264a4aa12623aff153','g','a-model','abc','{"gap":"g","hunks":[{"gap":"g","start":6,"end":6,"old":"","new":"\nWörds.\n","warnings":[["number","a number",1,4]],"notes":["a note"],"follows":false}],"keys":["g:0"],"model":"a-model","usage":[10,5,2],"seconds":1.5,"prompt_hash":"abc","guidance":"shorter"}');
CREATE TABLE log (
        id INTEGER PRIMARY KEY, path TEXT NOT NULL, at TEXT NOT NULL, name TEXT NOT NULL,
        fields TEXT NOT NULL);
INSERT INTO log VALUES(1,'/a.md','2025-01-01 00:00:00','moved','{"data":"ae10ec587df07b1496da896b42855dc312d57d688420da264a4aa12623aff153"}');
INSERT INTO log VALUES(2,'/a.md','2025-01-01 00:00:00','offered','{"proposal":1,"data":"ae10ec587df07b1496da896b42855dc312d57d688420da264a4aa12623aff153"}');
INSERT INTO log VALUES(3,'/a.md','2025-01-01 00:00:00','decided','{"key":"g:0","verdict":"refused","text":"","proposal":1}');
INSERT INTO log VALUES(4,'/a.md','2025-01-01 00:00:00','reopened','{"key":"g:0","guidance":"shorter"}');
INSERT INTO log VALUES(5,'/a.md','2025-01-01 00:00:00','shown','{"key":"g:0","step":1}');
INSERT INTO log VALUES(6,'/a.md','2025-01-01 00:00:00','split','{"key":"g:0"}');
INSERT INTO log VALUES(7,'/a.md','2025-01-01 00:00:00','undone','{}');
INSERT INTO log VALUES(8,'/a.md','2025-01-01 00:00:00','redone','{}');
INSERT INTO log VALUES(9,'/a.md','2025-01-01 00:00:00','decided','{"key":"g:0","verdict":"edited","text":"été","proposal":1}');
INSERT INTO log VALUES(10,'/a.md','2025-01-01 00:00:00','took','{"slots":[["g:0",1]]}');
INSERT INTO log VALUES(11,'/a.md','2025-01-01 00:00:00','reverted','{"keys":["g:0"],"hunks":[{"gap":"g","start":6,"end":6,"old":"","new":"\nWörds.\n","warnings":[["number","a number",1,4]],"notes":["a note"],"follows":false}],"before":"ae10ec587df07b1496da896b42855dc312d57d688420da264a4aa12623aff153","data":"ae10ec587df07b1496da896b42855dc312d57d688420da264a4aa12623aff153"}');
INSERT INTO log VALUES(12,'/a.md','2025-01-01 00:00:00','held','{"data":"ae10ec587df07b1496da896b42855dc312d57d688420da264a4aa12623aff153","hunks":[{"gap":"g","start":6,"end":6,"old":"","new":"\nWörds.\n","warnings":[["number","a number",1,4]],"notes":["a note"],"follows":false}]}');
INSERT INTO log VALUES(13,'/a.md','2025-01-01 00:00:00','written','{"keys":["g:0"],"hunks":[{"gap":"g","start":6,"end":6,"old":"","new":"\nWörds.\n","warnings":[["number","a number",1,4]],"notes":["a note"],"follows":false}],"data":"11507a0e2f5e69d5dfa40a62a1bd7b6ee57e6bcd85c67c9b8431b36fff21c437"}');
CREATE TABLE writes (
        id INTEGER PRIMARY KEY, path TEXT NOT NULL, at TEXT NOT NULL, state TEXT NOT NULL,
        before TEXT NOT NULL, after TEXT NOT NULL, keys TEXT NOT NULL, hunks TEXT NOT NULL,
        models TEXT NOT NULL);
INSERT INTO writes VALUES(1,'/a.md','2025-01-01 00:00:00','done','ae10ec587df07b1496da896b42855dc312d57d688420da264a4aa12623aff153','11507a0e2f5e69d5dfa40a62a1bd7b6ee57e6bcd85c67c9b8431b36fff21c437','["g:0"]','[{"gap":"g","start":6,"end":6,"old":"","new":"\nWörds.\n","warnings":[["number","a number",1,4]],"notes":["a note"],"follows":false}]','["a-model"]');
CREATE TABLE sessions (
        path TEXT PRIMARY KEY, token TEXT NOT NULL, pid INTEGER NOT NULL, started TEXT NOT NULL,
        at TEXT NOT NULL);
CREATE TABLE usage (
        month TEXT NOT NULL, model TEXT NOT NULL, requests INTEGER NOT NULL, prompt_tokens INTEGER NOT NULL,
        completion_tokens INTEGER NOT NULL, cached_tokens INTEGER NOT NULL, PRIMARY KEY (month, model));
INSERT INTO usage VALUES('2025-01','a-model',1,10,5,2);
CREATE TABLE answers (key TEXT PRIMARY KEY, path TEXT NOT NULL, at TEXT NOT NULL, fields TEXT NOT NULL);
INSERT INTO answers VALUES('key','/a.md','2025-01-01 00:00:00','{"text":"A text.","model":"a-model","usage":[10,5,2],"finish":"stop"}');
CREATE INDEX log_of_path ON log (path, id);
CREATE INDEX proposals_of_path ON proposals (path, id);
CREATE INDEX answers_of_path ON answers (path);
PRAGMA user_version=3;
COMMIT;
