import { route } from "@/lib/door/route";

export const GET = route("listScenarioVersions");
export const POST = route("createScenarioVersion");
