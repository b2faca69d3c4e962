import type { Metadata } from "next";
import { Suspense } from "react";
import { AccountPage } from "@/components/access/account-page";

export const metadata: Metadata = { title: "Account · TodiScope" };

export default function Account() {
  return <Suspense><AccountPage /></Suspense>;
}
