import type { ExposureWarning } from "./types";

/** What a warning of the exposure means; other warnings bring their words behind their code. */
const WORDS: Readonly<Record<ExposureWarning, string>> = {
  NO_DEBT_OUTSTANDING: "No debt outstanding was counted, so ratios say nothing.",
  NO_DISTRESSED_ASSETS: "No distressed assets are given, so expected recovery is 0.",
};

/** The words of a warning that is a bare code; null where the code is none of these. */
export const exposureWarningWords = (code: string): string | null =>
  Object.hasOwn(WORDS, code) ? WORDS[code as ExposureWarning] : null;

/** A warning as reports show it, "CODE: what it means". */
export function warningText(warning: string): string {
  const words = exposureWarningWords(warning);
  return words === null ? warning : `${warning}: ${words}`;
}
