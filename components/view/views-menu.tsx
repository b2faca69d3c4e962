"use client";

import { useState } from "react";
import { usePathname } from "next/navigation";
import { IconButton } from "@/components/ui/button";
import { laterOverlay } from "@/components/ui/later";
import { Menu, type MenuItem } from "@/components/ui/menu";
import { useOperation } from "@/lib/client/hooks";
import { NEWEST_VIEWS, viewHref } from "./saved-view";

const SaveViewDialog = laterOverlay(
  () => import("./save-view-dialog").then((part) => part.SaveViewDialog));

const FRESH_MS = 60_000;

/** The page's views, to open one, and to save what its address says now. */
export function ViewsMenu() {
  const path = usePathname();
  const [isSaving, setSaving] = useState(false);
  const list = useOperation("listSavedViews", NEWEST_VIEWS, { staleTime: FRESH_MS });
  const views = (list.data?.items ?? []).filter((view) => view.path === path);
  const label = list.error ? "The saved views could not be read"
    : views.length === 0 ? "No view of this page is saved" : "Views of this page";
  const items: MenuItem[] = [
    { kind: "label", label },
    ...views.map((view): MenuItem => ({ label: view.name, href: viewHref(view),
      note: view.own ? (view.shared ? "Shared with everybody" : null)
        : `Shared by ${view.created_by}` })),
    { kind: "line" },
    { label: "Save this view", icon: "plus", onSelect: () => setSaving(true) },
    { label: "All saved views", icon: "table", href: "/account#views" },
  ];
  return (
    <span className="desk-only">
      <Menu trigger={<IconButton icon="eye" label="Saved views" large />} items={items} />
      {isSaving ? <SaveViewDialog onClose={() => setSaving(false)} /> : null}
    </span>
  );
}
