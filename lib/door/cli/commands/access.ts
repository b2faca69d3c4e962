import type { Command } from "commander";
import { ROLES, type Role } from "@/lib/contract/roles";
import type { Connection } from "../connection";
import { CliError, EXIT } from "../exit";
import { facts, note, table } from "../output";
import { connected, count, settingsOf, show } from "../settings";

const day = (time: string | null): string => time?.slice(0, 16).replace("T", " ") ?? "-";
const ALL = 100_000;

/** Role names as they are typed: `read,execute`. */
function rolesOf(text: string): Role[] {
  const given = text.split(/[,+ ]+/).map((role) => role.trim().toUpperCase());
  const unknown = given.find((role) => !ROLES.includes(role as Role));
  if (unknown === undefined) return given as Role[];
  throw new CliError(`"${unknown}" is no role; roles are ${ROLES.join(", ")}.`, EXIT.usage);
}

export function addToken(program: Command): void {
  const token = program.command("token").description("API tokens (ADMIN)");
  token.command("list").description("every token, newest first")
    .action(async (_options: object, command: Command) => {
      const settings = settingsOf(command);
      const items = await connected(settings, (connection) =>
        connection.list((query) => connection.call("listTokens", { query }), ALL));
      show(settings, items, (tokens) => table(
        ["id", "name", "roles", "expires", "last used", "state"],
        tokens.map((item) => [item.token_id, item.name, item.roles.join("+"),
          day(item.expires_at), day(item.last_used_at), item.revoked_at ? "revoked" : "active"])));
    });
  token.command("create <name>").description("a new token; its secret is shown once")
    .requiredOption("-r, --roles <roles>", "e.g. READ,EXECUTE", rolesOf)
    .option("--expires-in-days <days>", "after how many days it ends", count)
    .action(async (name: string, options: { roles: Role[]; expiresInDays?: number },
      command: Command) => {
      const settings = settingsOf(command);
      const made = await connected(settings, (connection) => connection.call("createToken",
        { body: { name, roles: options.roles,
          ...(options.expiresInDays === undefined ? {}
            : { expires_in_days: options.expiresInDays }) } }));
      show(settings, made, (item) => facts([["id", item.token_id],
        ["secret", item.secret ?? "shown once already"]]));
    });
  token.command("revoke <id>").description("end a token at once")
    .action(async (id: string, _options: object, command: Command) => {
      const settings = settingsOf(command);
      const revoked = await connected(settings, (connection) =>
        connection.call("revokeToken", { path: { id } }));
      show(settings, revoked, (item) => `Revoked ${item.name} at ${item.revoked_at ?? ""}`);
    });
}

export function addUser(program: Command): void {
  const user = program.command("user").description(
    "users (ADMIN); with --database also when nobody can sign in");
  user.command("list").description("every user")
    .action(async (_options: object, command: Command) => {
      const settings = settingsOf(command);
      const items = await connected(settings, users);
      show(settings, items, (all) => table(["id", "e-mail", "roles", "last sign-in", "state"],
        all.map((item) => [item.user_id, item.email, item.roles.join("+"),
          day(item.last_sign_in_at), item.disabled ? "disabled" : "active"])));
    });
  user.command("create <email>").description("a new user with a one-time password")
    .requiredOption("-n, --name <name>", "the person's name")
    .requiredOption("-r, --roles <roles>", "e.g. READ,EXECUTE", rolesOf)
    .action(async (email: string, options: { name: string; roles: Role[] }, command: Command) => {
      const settings = settingsOf(command);
      const made = await connected(settings, (connection) => connection.call("createUser",
        { body: { email, name: options.name, roles: options.roles } }));
      show(settings, made, (item) => facts([["id", item.user_id], ["e-mail", item.email],
        ["one-time password", item.one_time_password ?? "shown once already"]]));
      note("It must be changed at the first sign-in.");
    });
  addUserChange(user, "disable", "end the sessions of a user and refuse new ones", true);
  addUserChange(user, "enable", "let a disabled user in again", false);
}

const users = (connection: Connection) =>
  connection.list((query) => connection.call("listUsers", { query }), ALL);

function addUserChange(user: Command, name: string, words: string, disabled: boolean): void {
  user.command(`${name} <user>`).description(`${words}; named by e-mail or id`)
    .action(async (who: string, _options: object, command: Command) => {
      const settings = settingsOf(command);
      const changed = await connected(settings, async (connection) => {
        const found = (await users(connection))
          .find((item) => item.user_id === who || item.email === who.toLowerCase());
        if (!found) throw new CliError(`No user "${who}".`);
        return connection.call("updateUser", { path: { id: found.user_id }, body: { disabled },
          headers: { "if-match": found.etag } });
      });
      show(settings, changed, (item) => `${item.email} is ${item.disabled ? "disabled" : "active"}`);
    });
}
