import { z } from "zod";
import { listOf, pageQuery, seenText, timestamp, uuid } from "./common";
import { SAVED_VIEW_LIMITS } from "./facts";
import { operation } from "./operation";

const path = z.string().max(SAVED_VIEW_LIMITS.path).regex(/^\/(?!\/)[\w/-]*$/,
  "must be the path of a page, such as /runs")
  .meta({ description: "The page, without what stands after the question mark." });

export const savedViewSchema = z.object({
  saved_view_id: uuid,
  name: z.string(),
  path: z.string(),
  search: z.string().meta({ description: "What stands after the question mark of the address." }),
  shared: z.boolean(),
  own: z.boolean().meta({ description: "Whoever asks has saved it." }),
  created_at: timestamp,
  created_by: z.string(),
}).meta({ id: "SavedView" });

export const savedViewOperations = {
  listSavedViews: operation({
    method: "GET", path: "/saved-views", tag: "Access", role: "READ",
    summary: "Views of pages that the caller saved or others share, newest first.",
    query: z.strictObject({ ...pageQuery, path: path.optional() }),
    response: listOf(savedViewSchema), errors: ["PARAMETERS_INVALID"],
  }),
  createSavedView: operation({
    method: "POST", path: "/saved-views", tag: "Access", role: "READ", status: 201, creates: true,
    summary: "Saves what a page's address says under a name that the caller's views of the page "
      + "do not have yet.",
    body: z.strictObject({
      name: seenText(SAVED_VIEW_LIMITS.name), path,
      search: z.string().max(SAVED_VIEW_LIMITS.search).regex(/^[^?#\s]*$/,
        "must be what stands after the question mark, without it")
        .meta({ description: "Empty: the page as it opens." }),
      shared: z.boolean().default(false).meta({ description: "Everybody who may read sees it." }),
    }),
    response: savedViewSchema, errors: ["REQUEST_BODY_INVALID", "SAVED_VIEW_NAME_TAKEN"],
  }),
  deleteSavedView: operation({
    method: "DELETE", path: "/saved-views/{id}", tag: "Access", role: "READ",
    summary: "Removes a view: one's own, or as an administrator a shared one.",
    response: savedViewSchema, errors: ["SAVED_VIEW_NOT_FOUND"],
  }),
};
