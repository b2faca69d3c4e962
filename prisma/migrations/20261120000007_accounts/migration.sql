-- Accounts, second half: sessions that can be listed and ended, lock-out that survives restarts,
-- password history, single sign-on, and a second person for changes of roles.

-- Who comes by single sign-on has no password. Sessions have rows of their own now.
ALTER TABLE app_user
  ALTER COLUMN password_hash DROP NOT NULL,
  DROP COLUMN session_version,
  ADD COLUMN password_changed_at TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  ADD COLUMN previous_password_hashes TEXT[] NOT NULL DEFAULT '{}',
  ADD COLUMN password_reset_by TEXT,
  ADD COLUMN password_reset_at TIMESTAMPTZ(3);

-- A person at a sign-in provider. One user has one identity per provider: an e-mail address that
-- the provider gives to somebody else must not open the account of who had it before.
CREATE TABLE user_identity (
  issuer TEXT NOT NULL,
  subject TEXT NOT NULL,
  user_id UUID NOT NULL REFERENCES app_user (user_id),
  created_at TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  last_sign_in_at TIMESTAMPTZ(3),
  PRIMARY KEY (issuer, subject)
);
CREATE UNIQUE INDEX user_identity_issuer_user_id_key ON user_identity (issuer, user_id);

CREATE TABLE user_session (
  session_id UUID PRIMARY KEY,
  user_id UUID NOT NULL REFERENCES app_user (user_id),
  method TEXT NOT NULL CHECK (method IN ('password', 'single_sign_on')),
  address TEXT NOT NULL,
  user_agent TEXT NOT NULL,
  created_at TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  last_seen_at TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  expires_at TIMESTAMPTZ(3) NOT NULL,
  ended_at TIMESTAMPTZ(3),
  ended_by TEXT
);
CREATE INDEX user_session_user_id_created_at_idx ON user_session (user_id, created_at);
CREATE INDEX user_session_created_at_idx ON user_session (created_at);

-- Failed sign-ins by what they are counted for; the empty text stands for "any".
CREATE TABLE sign_in_guard (
  account TEXT NOT NULL,
  address TEXT NOT NULL,
  failures INTEGER NOT NULL,
  last_failure_at TIMESTAMPTZ(3) NOT NULL,
  blocked_until TIMESTAMPTZ(3),
  PRIMARY KEY (account, address)
);
CREATE INDEX sign_in_guard_last_failure_at_idx ON sign_in_guard (last_failure_at);

CREATE TABLE role_change (
  role_change_id UUID PRIMARY KEY,
  user_id UUID NOT NULL REFERENCES app_user (user_id),
  from_roles TEXT[] NOT NULL,
  to_roles TEXT[] NOT NULL,
  reason TEXT NOT NULL,
  requested_by TEXT NOT NULL,
  -- The person behind it: a user's id, also where one of that user's tokens asked.
  asker TEXT NOT NULL,
  status TEXT NOT NULL CHECK (status IN
    ('pending', 'approved', 'rejected', 'withdrawn', 'expired', 'break_glass')),
  created_at TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  expires_at TIMESTAMPTZ(3) NOT NULL,
  decided_by TEXT,
  decided_at TIMESTAMPTZ(3),
  decision_reason TEXT
);
CREATE UNIQUE INDEX role_change_pending_key ON role_change (user_id) WHERE status = 'pending';
CREATE INDEX role_change_created_at_idx ON role_change (created_at);
