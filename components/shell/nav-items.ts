import type { IconName } from "@/components/ui/icon";

export interface NavItem {
  href: string;
  label: string;
  icon: IconName;
  /** Stands at the end of the rail. */
  end?: boolean;
  /** Has a place in the phone's bar; the rest is under More. */
  phone?: boolean;
}

export const NAV_ITEMS: readonly NavItem[] = [
  { href: "/", label: "Overview", icon: "home", phone: true },
  { href: "/datasets", label: "Datasets", icon: "data" },
  { href: "/workbench", label: "Workbench", icon: "bench", phone: true },
  { href: "/analytics", label: "Analytics", icon: "ana" },
  { href: "/scenarios", label: "Scenarios", icon: "scen" },
  { href: "/runs", label: "Runs", icon: "run", phone: true },
  { href: "/evidence", label: "Evidence", icon: "seal", phone: true },
  { href: "/operations", label: "Operations", icon: "ops", end: true },
  { href: "/admin", label: "Admin", icon: "admin" },
  { href: "/docs", label: "Docs", icon: "docs" },
];

/** The page itself, or a page below it. */
export function isCurrent(pathname: string, href: string): boolean {
  if (href === "/") return pathname === "/";
  return pathname === href || pathname.startsWith(`${href}/`);
}
