-- Of a version that failed for its rows: those that were left out, to be corrected. No version
-- rests on them, so they are no evidence; they go with an erasure and after some weeks.
CREATE TABLE "left_out_rows" (
  "dataset_version_id" UUID NOT NULL,
  "total" INTEGER NOT NULL,
  "rows" JSON NOT NULL,
  "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT "left_out_rows_pkey" PRIMARY KEY ("dataset_version_id"),
  CONSTRAINT "left_out_rows_dataset_version_id_fkey" FOREIGN KEY ("dataset_version_id")
    REFERENCES "dataset_version" ("dataset_version_id") ON DELETE RESTRICT ON UPDATE CASCADE
);

CREATE FUNCTION erase_left_out_rows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM left_out_rows WHERE dataset_version_id = NEW.dataset_version_id;
  RETURN NULL;
END $$;

CREATE TRIGGER dataset_version_erases_left_out_rows AFTER UPDATE OF status ON dataset_version
  FOR EACH ROW WHEN (NEW.status = 'erased' AND OLD.status <> 'erased')
  EXECUTE FUNCTION erase_left_out_rows();
