import { route } from "@/lib/door/route";

export const GET = route("getQualityRules");
export const PATCH = route("updateQualityRules");
