"use client";

import { useMemo, useState } from "react";
import { CreateTokenDialog } from "@/components/access/create-token-dialog";
import { RevokeTokenDialog, type Token } from "@/components/access/revoke-token-dialog";
import { RoleBadges } from "@/components/access/role-picker";
import { isUsable, tokenState } from "@/components/access/token-state";
import type { DataColumn } from "@/components/table/data-table";
import { PagedTable, useItems } from "@/components/table/paged-table";
import { StateText } from "@/components/ui/badge";
import { Banner } from "@/components/ui/banner";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { date, plural, time } from "@/components/ui/format";
import { Na } from "@/components/ui/na";
import { EmptyState } from "@/components/ui/states";
import { useOperationPages } from "@/lib/client/hooks";

function Ending({ token }: { token: Token }) {
  if (token.revoked_at) return <>Revoked {date(token.revoked_at)}</>;
  return token.expires_at ? <>{date(token.expires_at)}</> : <>Never</>;
}

function useColumns(nowMs: number, onRevoke: (token: Token) => void): DataColumn<Token>[] {
  return useMemo(() => [
    { id: "name", header: "Name", fixed: true, className: "name-cell", cell: (token) => token.name,
      sortValue: (token) => token.name.toLowerCase() },
    { id: "state", header: "State", sortValue: (token) => tokenState(token, nowMs).word,
      cell: (token) => {
        const { word, state } = tokenState(token, nowMs);
        return state === null ? <span className="muted">{word}</span>
          : <StateText state={state}>{word}</StateText>;
      } },
    { id: "roles", header: "Roles", cell: (token) => <RoleBadges roles={token.roles} /> },
    { id: "expires", header: "Expires", cell: (token) => <Ending token={token} />,
      sortValue: (token) => token.expires_at },
    { id: "used", header: "Last used", sortValue: (token) => token.last_used_at,
      cell: (token) => token.last_used_at
        ? time(token.last_used_at) : <Na reason="Has not been used yet." /> },
    { id: "created", header: "Created", sortValue: (token) => token.created_at,
      cell: (token) => date(token.created_at) },
    { id: "by", header: "By", cell: (token) => token.created_by },
    { id: "actions", header: <span className="vh">Actions</span>, name: "Actions", fixed: true,
      className: "actions", cell: (token) => isUsable(token, nowMs) ? (
        <Button kind="danger" small aria-label={`Revoke ${token.name}`}
          onClick={() => onRevoke(token)}>
          Revoke
        </Button>
      ) : null },
  ], [nowMs, onRevoke]);
}

const NONE = (
  <EmptyState icon="key" title="No API token yet">
    A program needs a token to call the API, for example to import a tape every night.
  </EmptyState>
);

/** Names the tokens that end soon: a program that is refused one night is found out late. */
function Expiring({ tokens, nowMs }: { tokens: Token[]; nowMs: number }) {
  const soon = tokens.filter((token) => tokenState(token, nowMs).word === "Expires soon");
  if (soon.length === 0) return null;
  return (
    <div className="card-body">
      <Banner kind="warning" icon="clock"
        title={`${plural(soon.length, "token")} ${soon.length === 1 ? "expires" : "expire"} within 14 days:`}>
        {soon.map((token) => token.name).join(", ")}. Create others and hand them over in time.
      </Banner>
    </div>
  );
}

export function TokensCard() {
  const [isCreating, setIsCreating] = useState(false);
  const [revoked, setRevoked] = useState<Token | null>(null);
  const list = useOperationPages("listTokens", { query: { limit: 200 } });
  const nowMs = list.dataUpdatedAt;
  const columns = useColumns(nowMs, setRevoked);
  const tokens = useItems(list);
  const active = tokens.filter((token) => isUsable(token, nowMs)).length;
  const title = list.data && !list.hasNextPage
    ? `${active ? plural(active, "token") : "No token"} can call the API` : "Tokens that can call the API";
  return (
    <Card
      id="tokens"
      flush
      title={title}
      sub="Tokens of the TODISCOPE_API_TOKENS variable are not listed here."
      action={(
        <Button kind="primary" icon="key" onClick={() => setIsCreating(true)}>
          Create token
        </Button>
      )}
    >
      <Expiring tokens={tokens} nowMs={nowMs} />
      <PagedTable
        list={list}
        subject="The tokens"
        label="API tokens"
        density="tall"
        rows={tokens}
        columns={columns}
        rowId={(token) => token.token_id}
        empty={NONE}
      />
      {isCreating ? <CreateTokenDialog onClose={() => setIsCreating(false)} /> : null}
      {revoked ? <RevokeTokenDialog token={revoked} onClose={() => setRevoked(null)} /> : null}
    </Card>
  );
}
