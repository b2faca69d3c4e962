import type { ReactNode } from "react";
import type { Metadata, Viewport } from "next";
import { headers } from "next/headers";
import { NuqsAdapter } from "nuqs/adapters/next/app";
import { ThemeScript } from "@/components/shell/theme-script";
import { Tips } from "@/components/ui/tips";
import { ToastProvider } from "@/components/ui/toast";
import { ClientProvider } from "@/lib/client/provider";
import "@/components/ui/tokens.css";
import "@/components/ui/components.css";
import "@/components/ui/print.css";
import "./globals.css";

export const metadata: Metadata = {
  title: "TodiScope",
  description: "Stress-testing of distressed debt with evidence that can be verified.",
  robots: { index: false, follow: false },
};

export const viewport: Viewport = {
  colorScheme: "light dark",
  themeColor: [
    { media: "(prefers-color-scheme: light)", color: "#ffffff" },
    { media: "(prefers-color-scheme: dark)", color: "#12161d" },
  ],
};

export default async function RootLayout({ children }: { children: ReactNode }) {
  const nonce = (await headers()).get("x-nonce") ?? undefined;
  return (
    <html lang="en" suppressHydrationWarning>
      <body>
        <ThemeScript nonce={nonce} />
        <NuqsAdapter>
          <ClientProvider><ToastProvider>{children}</ToastProvider></ClientProvider>
          <Tips />
        </NuqsAdapter>
      </body>
    </html>
  );
}
