"use client";

import { roleNames } from "@/components/shell/me";
import { Banner } from "@/components/ui/banner";
import { time } from "@/components/ui/format";
import { useOperation } from "@/lib/client/hooks";

const SHOWN_MS = 30 * 86_400_000;

/** Changes of roles that one administrator made alone in the last 30 days. */
export function BreakGlassBanner() {
  const { data, dataUpdatedAt } = useOperation("listRoleChanges",
    { query: { status: "break_glass", limit: 20 } });
  const shown = (data?.items ?? []).filter((change) =>
    dataUpdatedAt - Date.parse(change.created_at) < SHOWN_MS);
  if (shown.length === 0) return null;
  return (
    <div className="banners">
      {shown.map((change) => (
        <Banner key={change.role_change_id} kind="critical" icon="crit"
          title={`The glass was broken for ${change.email}.`}>
          {change.requested_by} changed {roleNames(change.from)} to {roleNames(change.to)} alone
          on {time(change.created_at)}: {change.reason}
        </Banner>
      ))}
    </div>
  );
}
