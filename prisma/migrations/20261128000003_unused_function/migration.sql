-- The run statement learns from a violated key that a record was written meanwhile.
DROP FUNCTION raise_written_meanwhile();
