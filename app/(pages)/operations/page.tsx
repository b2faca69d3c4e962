import type { Metadata } from "next";
import { Suspense } from "react";
import { OperationsPage } from "@/components/operations/operations-page";

export const metadata: Metadata = { title: "Operations · TodiScope" };

export default function Operations() {
  return <Suspense><OperationsPage /></Suspense>;
}
