import type { Metadata } from "next";
import { Suspense } from "react";
import { AdminPage } from "@/components/access/admin-page";
import { NeedsRole } from "@/components/shell/needs-role";

export const metadata: Metadata = { title: "Admin · TodiScope" };

export default function Admin() {
  return (
    <Suspense>
      <NeedsRole role="ADMIN" title="Admin"><AdminPage /></NeedsRole>
    </Suspense>
  );
}
