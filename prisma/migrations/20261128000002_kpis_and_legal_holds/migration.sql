-- What a portfolio is judged by, where it is not the model's defaults (MODEL.md section 9).
CREATE TABLE "kpi_settings" (
  "dataset_id" UUID NOT NULL,
  "tangible_equity" DOUBLE PRECISION,
  "limits" JSONB NOT NULL,
  "changed_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  "changed_by" TEXT NOT NULL,

  CONSTRAINT "kpi_settings_pkey" PRIMARY KEY ("dataset_id"),
  CONSTRAINT "kpi_settings_dataset_id_fkey" FOREIGN KEY ("dataset_id")
    REFERENCES "dataset" ("dataset_id") ON DELETE RESTRICT ON UPDATE CASCADE
);

-- Why a version must be kept, who answers for that, and when and why it ended.
CREATE TABLE "legal_hold" (
  "legal_hold_id" UUID NOT NULL,
  "dataset_version_id" UUID NOT NULL,
  "reason" TEXT NOT NULL,
  "owner" TEXT NOT NULL,
  "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  "created_by" TEXT NOT NULL,
  "released_at" TIMESTAMPTZ(3),
  "released_by" TEXT,
  "release_reason" TEXT,

  CONSTRAINT "legal_hold_pkey" PRIMARY KEY ("legal_hold_id"),
  CONSTRAINT "legal_hold_dataset_version_id_fkey" FOREIGN KEY ("dataset_version_id")
    REFERENCES "dataset_version" ("dataset_version_id") ON DELETE RESTRICT ON UPDATE CASCADE
);
CREATE INDEX "legal_hold_dataset_version_id_idx" ON "legal_hold" ("dataset_version_id");

-- Whoever erases: while one hold stands, the version stays.
CREATE FUNCTION refuse_erasure_on_hold() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM legal_hold
      WHERE dataset_version_id = NEW.dataset_version_id AND released_at IS NULL) THEN
    RAISE EXCEPTION 'version % is under a legal hold', NEW.dataset_version_id
      USING ERRCODE = 'TS005';
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER dataset_version_is_held BEFORE UPDATE ON dataset_version
  FOR EACH ROW WHEN (NEW.status = 'erased' AND OLD.status <> 'erased')
  EXECUTE FUNCTION refuse_erasure_on_hold();

-- A hold is released once and otherwise never changes.
CREATE FUNCTION refuse_hold_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND OLD.released_at IS NULL AND NEW.released_at IS NOT NULL
    AND (NEW.legal_hold_id, NEW.dataset_version_id, NEW.reason, NEW.owner, NEW.created_at,
      NEW.created_by) = (OLD.legal_hold_id, OLD.dataset_version_id, OLD.reason, OLD.owner,
      OLD.created_at, OLD.created_by) THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION '% on legal_hold is refused: a hold is only released', TG_OP
    USING ERRCODE = 'TS001';
END
$$;
CREATE TRIGGER legal_hold_is_immutable BEFORE UPDATE OR DELETE ON legal_hold
  FOR EACH ROW EXECUTE FUNCTION refuse_hold_change();
CREATE TRIGGER legal_hold_keeps_all BEFORE TRUNCATE ON legal_hold
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
