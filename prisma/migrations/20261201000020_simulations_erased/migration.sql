-- What a job has simulated names obligors: it goes with the version that they are of.
CREATE FUNCTION erase_simulations() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE job SET result = NULL
    WHERE kind = 'credit_loss' AND subject_id = NEW.dataset_version_id::text AND result IS NOT NULL;
  RETURN NULL;
END $$;

CREATE TRIGGER dataset_version_erases_simulations AFTER UPDATE OF status ON dataset_version
  FOR EACH ROW WHEN (NEW.status = 'erased' AND OLD.status <> 'erased')
  EXECUTE FUNCTION erase_simulations();

-- A job that ended well keeps its one result, but for such an erasure.
CREATE OR REPLACE FUNCTION refuse_second_result() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  stack text;
BEGIN
  GET DIAGNOSTICS stack = PG_CONTEXT;
  IF NEW.kind = 'credit_loss' AND NEW.result IS NULL AND inside_erasure(stack)
    AND to_jsonb(NEW) - 'result' = to_jsonb(OLD) - 'result' THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION '% on job % is refused: it has succeeded', TG_OP, OLD.job_id
    USING ERRCODE = 'TS001';
END
$$;
