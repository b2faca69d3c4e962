import type { Command } from "commander";
import type { ResponseOf } from "@/lib/contract/operations";
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
      const settings = await settingsOf(command);
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
    .option("--no-expiry", "it never ends by itself: somebody has to revoke it")
    .action(createToken);
  token.command("revoke <id>").description("end a token at once")
    .action(async (id: string, _options: object, command: Command) => {
      const settings = await settingsOf(command);
      const revoked = await connected(settings, (connection) =>
        connection.call("revokeToken", { path: { id } }));
      show(settings, revoked, (item) => `Revoked ${item.name} at ${item.revoked_at ?? ""}`);
    });
}

type TokenOptions = { roles: Role[]; expiresInDays?: number; expiry: boolean };

async function createToken(name: string, options: TokenOptions, command: Command): Promise<void> {
  const { roles, expiresInDays, expiry } = options;
  if (!expiry && expiresInDays !== undefined) {
    throw new CliError("--no-expiry and --expires-in-days exclude each other.", EXIT.usage);
  }
  const settings = await settingsOf(command);
  const made = await connected(settings, (connection) => connection.call("createToken",
    { body: { name, roles, ...(!expiry ? { expires_in_days: null }
      : expiresInDays === undefined ? {} : { expires_in_days: expiresInDays }) } }));
  show(settings, made, (item) => facts([["id", item.token_id],
    ["expires", item.expires_at === null ? "never" : day(item.expires_at)],
    ["secret", item.secret ?? "shown once already"]]));
  if (expiry) return;
  note("Warning: this token never expires. Whoever gets hold of it keeps its roles until somebody "
    + `revokes it (token revoke ${made.token_id}).`);
}

export function addUser(program: Command): void {
  const user = program.command("user").description(
    "users (ADMIN); with --database also when nobody can sign in");
  user.command("list").description("every user")
    .action(async (_options: object, command: Command) => {
      const settings = await settingsOf(command);
      const items = await connected(settings, users);
      show(settings, items, (all) => table(["id", "e-mail", "roles", "last sign-in", "state"],
        all.map((item) => [item.user_id, item.email, item.roles.join("+"),
          day(item.last_sign_in_at), item.disabled ? "disabled" : "active"])));
    });
  user.command("create <email>").description("a new user with a one-time password")
    .requiredOption("-n, --name <name>", "the person's name")
    .requiredOption("-r, --roles <roles>", "e.g. READ,EXECUTE", rolesOf)
    .action(async (email: string, options: { name: string; roles: Role[] }, command: Command) => {
      const settings = await settingsOf(command);
      const made = await connected(settings, (connection) => connection.call("createUser",
        { body: { email, name: options.name, roles: options.roles } }));
      show(settings, made, (item) => facts([["id", item.user_id], ["e-mail", item.email],
        ["one-time password", item.one_time_password ?? "shown once already"]]));
      note("It must be changed at the first sign-in.");
    });
  addUserRoles(user);
  addUserAct(user, "disable", "end the sessions of a user and refuse new ones",
    (connection, found) => setDisabled(connection, found, true),
    (item) => `${item.email} is disabled.`);
  addUserAct(user, "enable", "let a disabled user in again",
    (connection, found) => setDisabled(connection, found, false),
    (item) => `${item.email} is active.`);
  addUserAct(user, "unlock", "forget failed sign-ins, so that nobody has to wait",
    (connection, { user_id: id }) => connection.call("unlockUser", { path: { id } }),
    (item) => `${item.email} may sign in at once.`);
  addUserAct(user, "reset-password", "a new one-time password; sessions end",
    (connection, { user_id: id }) => connection.call("resetPassword", { path: { id } }),
    (item) => facts([["e-mail", item.email],
      ["one-time password", item.one_time_password ?? "shown once already"]]));
}

type User = ResponseOf<"getUser">;
type RolesOptions = { roles: Role[]; reason?: string; breakGlass?: boolean };

function addUserRoles(user: Command): void {
  user.command("roles <user>").description("give a user these roles and no others")
    .requiredOption("-r, --roles <roles>", "e.g. READ,EXECUTE", rolesOf)
    .option("--reason <words>", "why; needed where a second person approves")
    .option("--break-glass", "apply at once, as the only administrator; loudly audited")
    .action(async (who: string, options: RolesOptions, command: Command) => {
      const settings = await settingsOf(command);
      const changed = await connected(settings, async (connection) => {
        const found = await userOf(connection, who);
        return connection.call("updateUser", { path: { id: found.user_id },
          headers: { "if-match": found.etag },
          body: { roles: options.roles, ...(options.reason ? { reason: options.reason } : {}),
            ...(options.breakGlass ? { break_glass: true } : {}) } });
      });
      show(settings, changed, (item) => item.pending_role_change
        ? `A second person must approve ${item.pending_role_change.to.join("+")}.`
        : `${item.email} has ${item.roles.join("+")}.`);
    });
}

const users = (connection: Connection) =>
  connection.list((query) => connection.call("listUsers", { query }), ALL);

async function userOf(connection: Connection, who: string): Promise<User> {
  const found = (await users(connection))
    .find((item) => item.user_id === who || item.email === who.toLowerCase());
  if (!found) throw new CliError(`No user "${who}".`);
  return found;
}

const setDisabled = (connection: Connection, user: User, disabled: boolean) =>
  connection.call("updateUser", { path: { id: user.user_id }, body: { disabled },
    headers: { "if-match": user.etag } });

/** A command that does something to one user. */
function addUserAct<T>(
  user: Command, name: string, words: string,
  act: (connection: Connection, found: User) => Promise<T>, text: (changed: T) => string,
): void {
  user.command(`${name} <user>`).description(`${words}; named by e-mail or id`)
    .action(async (who: string, _options: object, command: Command) => {
      const settings = await settingsOf(command);
      const changed = await connected(settings, async (connection) =>
        act(connection, await userOf(connection, who)));
      show(settings, changed, text);
    });
}
