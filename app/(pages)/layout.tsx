import type { ReactNode } from "react";
import { headers } from "next/headers";
import { notFound, redirect } from "next/navigation";
import { signInAddress } from "@/components/access/callback-path";
import { Frame } from "@/components/shell/frame";
import { flagValue } from "@/lib/service/controls/feature-flags";
import { currentUser } from "@/lib/service/access/session";

export default async function PagesLayout({ children }: { children: ReactNode }) {
  // `npm start` answers before Next; a plain `next start` comes here.
  if (!flagValue("ENABLE_DASHBOARD")) notFound();
  const [user, sent] = await Promise.all([currentUser(), headers()]);
  const page = sent.get("x-page") ?? "/";
  if (user === null) redirect(signInAddress(page));
  if (user.must_change_password && !page.startsWith("/account")) redirect("/account");
  const { email, name, roles, must_change_password: mustChangePassword, method } = user;
  const byPassword = method === "password";
  return <Frame user={{ email, name, roles, mustChangePassword, byPassword }}>{children}</Frame>;
}
