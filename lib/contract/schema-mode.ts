import { config } from "zod";

/**
 * In browsers zod must not try whether it may compile schemas from text: the pages' content policy
 * forbids that, and counts the attempt. Imported before the first schema is made.
 */
if (typeof window !== "undefined") config({ jitless: true });
