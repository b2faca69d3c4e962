"use client";

import { useEffect, useState } from "react";
import { useSearchParams } from "next/navigation";
import { PasswordForm } from "@/components/access/password-form";
import { RoleBadges } from "@/components/access/role-picker";
import { SessionList } from "@/components/access/session-list";
import { useMe } from "@/components/shell/me";
import { Page } from "@/components/shell/page";
import { Banner } from "@/components/ui/banner";
import { ButtonLink } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { KeyValueList } from "@/components/ui/figure";
import { later } from "@/components/ui/later";

const ViewsCard = later(
  () => import("@/components/view/views-card").then((part) => part.ViewsCard));

/** One's own account; also the only page until a one-time password is changed. */
export function AccountPage() {
  const me = useMe();
  const asked = useSearchParams().has("changed");
  const [isChanged] = useState(asked);
  useEffect(() => {
    // A reload later on must not say it again.
    if (isChanged) window.history.replaceState(null, "", "/account");
  }, [isChanged]);
  return (
    <Page title="Account" className="narrow">
      {me.mustChangePassword ? (
        <Banner kind="warning" icon="key" title="Change your password to go on." major>
          It is a one-time password, which somebody else has seen, or it is too old.
        </Banner>
      ) : null}
      <div className="stack-cards">
        <Card id="account" title={me.name}>
          <KeyValueList items={[
            { key: "E-mail", value: me.email },
            { key: "Roles", value: <RoleBadges roles={me.roles} /> },
          ]} />
          {me.can("ADMIN") ? null
            : <p className="hint">An administrator can change your roles.</p>}
        </Card>
        <Card id="password" title={me.mustChangePassword ? "Choose your password" : "Password"}>
          {isChanged ? (
            <Banner kind="normal" icon="check" title="Your password is changed."
              action={<ButtonLink small href="/">Go to the overview</ButtonLink>}>
              You are signed in with the new one.
            </Banner>
          ) : null}
          {me.byPassword ? <PasswordForm /> : (
            <p className="hint">
              You signed in at your organisation&rsquo;s sign-in provider; your password is kept
              and changed there.
            </p>
          )}
        </Card>
        {me.mustChangePassword ? null : (
          <Card id="sessions" title="Where you are signed in"
            sub="Sign out what you do not know, then change your password.">
            <SessionList />
          </Card>
        )}
        {me.mustChangePassword || !me.can("READ") ? null : <ViewsCard />}
      </div>
    </Page>
  );
}
