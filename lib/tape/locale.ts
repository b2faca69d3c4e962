import { err, ok, type Result } from "../kernel/result";

/** The ways of writing numbers and dates that a tape can declare. */
export const LOCALE_IDS = [
  "en", "en-GB", "de", "fr", "es", "it", "nl", "pt", "pl", "ch", "sv",
] as const;
export type LocaleId = (typeof LOCALE_IDS)[number];

/**
 * How a tape writes numbers and dates. `group` matches one grouping mark; `order` decides what
 * `03/04/2025` means (a date with dots is always day first, an ISO date always year first).
 */
export type Locale = {
  readonly id: LocaleId;
  readonly decimal: "." | ",";
  readonly group: string;
  readonly order: "month-first" | "day-first";
};

export type LocaleProblem = { code: "LOCALE_UNKNOWN"; message: string };

/** Space, no-break space, narrow no-break space, thin space, figure space. */
const SPACES = " \u00a0\u202f\u2009\u2007";
const APOSTROPHES = "'\u2019";

const locale = (
  id: LocaleId, decimal: "." | ",", group: string, order: Locale["order"] = "day-first",
): Locale => ({ id, decimal, group, order });

const LOCALES: Readonly<Record<LocaleId, Locale>> = {
  en: locale("en", ".", ",", "month-first"),
  "en-GB": locale("en-GB", ".", ","),
  de: locale("de", ",", `.${SPACES}`),
  fr: locale("fr", ",", SPACES),
  es: locale("es", ",", `.${SPACES}`),
  it: locale("it", ",", `.${SPACES}`),
  nl: locale("nl", ",", `.${SPACES}`),
  pt: locale("pt", ",", `.${SPACES}`),
  pl: locale("pl", ",", SPACES),
  ch: locale("ch", ".", `${APOSTROPHES}${SPACES}`),
  sv: locale("sv", ",", SPACES),
};

/** Regional names that are read like one of the above. Regions that differ are left out. */
const ALIASES: Readonly<Record<string, LocaleId>> = {
  "en-us": "en", "en-gb": "en-GB", "en-ie": "en-GB", "en-au": "en-GB", "en-nz": "en-GB",
  "de-de": "de", "de-at": "de", "de-lu": "de", "fr-fr": "fr", "fr-be": "fr", "fr-lu": "fr",
  "es-es": "es", "it-it": "it", "nl-nl": "nl", "nl-be": "nl", "pt-pt": "pt", "pt-br": "pt",
  "pl-pl": "pl", "sv-se": "sv", "sv-fi": "sv",
  "de-ch": "ch", "fr-ch": "ch", "it-ch": "ch", "de-li": "ch",
};

/** Locales that stand for each way of writing numbers and dates. */
export const STYLES: readonly Locale[] =
  [LOCALES.en, LOCALES["en-GB"], LOCALES.de, LOCALES.fr, LOCALES.ch];

/** English numbers (1,234.56) with the month first: what an undeclared tape is read as. */
export const DEFAULT_LOCALE: Locale = LOCALES.en;

/**
 * The locale of a name such as `de`, `en-US` or `de_CH` (any case); undefined is the default, `en`.
 * A name that is not known is an error: reading amounts by a guess would change their size.
 */
export function resolveLocale(name?: string): Result<Locale, LocaleProblem> {
  if (name === undefined) return ok(DEFAULT_LOCALE);
  const key = name.trim().toLowerCase().replaceAll("_", "-");
  const own = LOCALE_IDS.find((id) => id.toLowerCase() === key);
  const id = own ?? (Object.hasOwn(ALIASES, key) ? ALIASES[key] : undefined);
  if (id !== undefined) return ok(LOCALES[id]);
  const message = `locale '${name.slice(0, 40)}' is not known; use one of ${LOCALE_IDS.join(", ")}`;
  return err({ code: "LOCALE_UNKNOWN", message });
}
