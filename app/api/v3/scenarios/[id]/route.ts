import { route } from "@/lib/door/route";

export const GET = route("getScenario");
export const PATCH = route("updateScenario");
