-- The key by which a dataset's personal values become tokens. Without its key a token says nothing.
CREATE TABLE privacy_key (
  "dataset_id" UUID NOT NULL,
  "key" BYTEA NOT NULL,
  "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  CONSTRAINT "privacy_key_pkey" PRIMARY KEY ("dataset_id"),
  CONSTRAINT "privacy_key_dataset_id_fkey" FOREIGN KEY ("dataset_id")
    REFERENCES dataset ("dataset_id") ON DELETE RESTRICT ON UPDATE CASCADE
);
