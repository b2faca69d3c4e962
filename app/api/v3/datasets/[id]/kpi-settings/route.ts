import { route } from "@/lib/door/route";

export const GET = route("getKpiSettings");
export const PATCH = route("updateKpiSettings");
