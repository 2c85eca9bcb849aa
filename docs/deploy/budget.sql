-- A budget store on PostgreSQL whose role may do no more than it must. Run by the owner of the database; then give the
-- role a password, with psql's \password insider_budget.
CREATE TABLE insider_web_push_budget (name text PRIMARY KEY, ledger text NOT NULL);
CREATE ROLE insider_budget LOGIN;
GRANT SELECT, INSERT, UPDATE ON insider_web_push_budget TO insider_budget;
