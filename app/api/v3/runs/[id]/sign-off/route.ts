import { route } from "@/lib/door/route";

export const GET = route("getSignOff");
export const POST = route("signOffRun");
