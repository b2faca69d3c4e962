-- Raw payloads are kept and given back whole, never searched. As `json` the database checks their
-- text and stores it; as `jsonb` it took them apart for half of what a raw record costs to load.
-- Every statement that reads or empties the column stays valid: an older server may still run.
ALTER TABLE "raw_record" ALTER COLUMN "payload" TYPE JSON;
