-- Payloads and hashes are never compared with a value: what ANALYZE learns of them, by sorting
-- 30,000 of them after every large import, no plan uses.
ALTER TABLE "raw_record" ALTER COLUMN "payload" SET STATISTICS 0,
  ALTER COLUMN "sha256" SET STATISTICS 0;
ALTER TABLE "normalized_record" ALTER COLUMN "payload" SET STATISTICS 0,
  ALTER COLUMN "sha256" SET STATISTICS 0;
