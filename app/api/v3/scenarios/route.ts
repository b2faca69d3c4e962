import { route } from "@/lib/door/route";

export const GET = route("listScenarios");
export const POST = route("createScenario");
