import type { Metadata } from "next";
import { Suspense } from "react";
import { AdminPage } from "@/components/access/admin-page";

export const metadata: Metadata = { title: "Admin · TodiScope" };

export default function Admin() {
  return <Suspense><AdminPage /></Suspense>;
}
