-- Raw payloads are kept and given back whole, never searched. As `json` the database checks their
-- text and stores it; as `jsonb` it took them apart for half of what a raw record costs to load.
-- Every statement that reads or empties the column stays valid: an older server may still run.
ALTER TABLE "raw_record" ALTER COLUMN "payload" TYPE JSON;

-- The roots of blocks of 1,024 leaves of a version's content hash: a proof reads one block, not
-- the tape. A version sealed before has none; its proofs read all rows as before.
CREATE TABLE "leaf_block" (
    "dataset_version_id" UUID NOT NULL,
    "block" INTEGER NOT NULL,
    "first_row" INTEGER NOT NULL,
    "root" BYTEA NOT NULL,

    CONSTRAINT "leaf_block_pkey" PRIMARY KEY ("dataset_version_id", "block")
);
