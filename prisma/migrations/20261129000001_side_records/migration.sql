-- A tape of several tables has records without exposure beside its loans. The rows there satisfy
-- the narrower constraint, so nothing has to be looked through.
ALTER TABLE "normalized_record" DROP CONSTRAINT "normalized_kind_known";
ALTER TABLE "normalized_record" ADD CONSTRAINT "normalized_kind_known" CHECK (kind IN
  ('instrument', 'distressed_asset', 'portfolio', 'consolidated', 'obligor', 'collateral'))
  NOT VALID;

-- The collaterals of a loan, and an obligor, without reading all of a version.
CREATE INDEX "normalized_record_collateral_idx"
  ON "normalized_record" ("dataset_version_id", "instrument_id") WHERE kind = 'collateral';
CREATE INDEX "normalized_record_obligor_idx"
  ON "normalized_record" ("dataset_version_id", "obligor_id") WHERE kind = 'obligor';

-- Which of several tables a problem is in, and where there. Empty for a tape of one.
ALTER TABLE "row_problem" ADD COLUMN "table_name" TEXT, ADD COLUMN "table_line" INTEGER;
