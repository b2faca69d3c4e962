import "./schema-mode";
import { z } from "zod";

/** Rows an answer may carry at most (API.md: `limit` up to 1000). */
export const LIST_LIMIT = 1000;

export const pageQuery = {
  limit: z.coerce.number().int().min(1).max(LIST_LIMIT).default(50)
    .meta({ description: "Items in the answer, 1 to 1000." }),
  cursor: z.string().max(10_000).optional()
    .meta({ description: "`next_cursor` of the answer before." }),
};

export const listOf = <T extends z.ZodType>(item: T) => z.object({
  items: z.array(item),
  next_cursor: z.string().nullable(),
});

/** A name or a reason: after trimming, something that a person can see. */
export const seenText = (max: number) => z.string().trim().min(1).max(max)
  .refine((text) => /[^\s\p{Cc}\p{Cf}]/u.test(text), "holds no character that can be seen");

export const uuid = z.string().meta({ format: "uuid" });
/** The state of a resource that can be edited; an edit sends it back as `If-Match`. */
export const etag = z.string().meta({
  description: "Names the state that can be edited; an edit sends it back as `If-Match`." });
export const timestamp = z.string().meta({ format: "date-time" });
export const optionalFlag = z.enum(["true", "false"]).transform((text) => text === "true").optional();
/** A calendar day; the year 0 is none that a database knows. */
export const day = z.iso.date().refine((text) => !text.startsWith("0000"), "a day from the year 1 on");
