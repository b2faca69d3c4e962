import type { Metadata } from "next";
import { Suspense } from "react";
import { RegisterPage } from "@/components/docs/register-page";

export const metadata: Metadata = { title: "Model register · TodiScope" };

export default function DocsRegisterPage() {
  return <Suspense><RegisterPage /></Suspense>;
}
