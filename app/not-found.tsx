import type { Metadata } from "next";
import { Brand } from "@/components/shell/brand-mark";
import { ThemeToggle } from "@/components/shell/theme-toggle";
import { ButtonLink } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/states";

export const metadata: Metadata = { title: "Not found · TodiScope" };

export default function NotFound() {
  return (
    <>
      <header className="topbar"><Brand /><span className="grow" /><ThemeToggle /></header>
      <main className="stage below-bar" id="main" tabIndex={-1}>
        <h1 className="vh">Not found</h1>
        <EmptyState
          icon="search"
          title="There is nothing at this address"
          action={<ButtonLink kind="primary" href="/">Go to the overview</ButtonLink>}
        >
          The link may be old, or a letter of it is missing.
        </EmptyState>
      </main>
    </>
  );
}
