-- Mortgages, enforcement and what else a set says of loans and collaterals. The rows there satisfy
-- the narrower constraint, so nothing has to be looked through.
ALTER TABLE "normalized_record" DROP CONSTRAINT "normalized_kind_known";
ALTER TABLE "normalized_record" ADD CONSTRAINT "normalized_kind_known" CHECK (kind IN
  ('instrument', 'distressed_asset', 'portfolio', 'consolidated', 'obligor', 'collateral',
   'earlier_position', 'supplement')) NOT VALID;

-- Those of a loan, and of its collaterals, without reading all of a version.
CREATE INDEX "normalized_record_supplement_idx" ON "normalized_record"
  ("dataset_version_id", (coalesce(instrument_id, payload->>'collateral_id')))
  WHERE kind = 'supplement';
