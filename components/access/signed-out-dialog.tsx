"use client";

import { useRouter } from "next/navigation";
import { useQueryClient } from "@tanstack/react-query";
import { SignInFields } from "@/components/access/sign-in-fields";
import type { SignedOut } from "@/components/access/use-signed-out";
import { useMe } from "@/components/shell/me";
import { Dialog } from "@/components/ui/dialog";
import { call } from "@/lib/client/api";

/** Asks for the password again over the page, so that nothing on the page is lost. */
export function SignedOutDialog({ session }: { session: SignedOut }) {
  const me = useMe();
  const router = useRouter();
  const client = useQueryClient();

  function signedIn(email: string) {
    if (email !== me.email.toLowerCase()) {
      // Another person's page must not be built from this one's answers.
      window.location.reload();
      return;
    }
    session.end();
    void client.invalidateQueries();
    void call("whoAmI").then(({ roles }) => {
      // Only then: a page that is asked for again sets back what its address has become meanwhile.
      if (roles.join() !== me.roles.join()) router.refresh();
    }, () => undefined);
  }

  return (
    <Dialog
      open={session.isAsking}
      onOpenChange={session.setAsking}
      size="narrow"
      title="Signed out"
      sub="Your session has ended. What you typed on this page is kept. Sign in to go on."
    >
      <SignInFields email={me.email} onSignedIn={signedIn} />
    </Dialog>
  );
}
