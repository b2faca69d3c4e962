-- What an instrument was at an earlier measurement date of a tape: kept, and in no total.
ALTER TABLE "normalized_record" DROP CONSTRAINT "normalized_kind_known";
ALTER TABLE "normalized_record" ADD CONSTRAINT "normalized_kind_known" CHECK (kind IN
  ('instrument', 'distressed_asset', 'portfolio', 'consolidated', 'earlier_position')) NOT VALID;
ALTER TABLE "normalized_record" VALIDATE CONSTRAINT "normalized_kind_known";
