import { route } from "@/lib/door/route";

export const GET = route("listTokens");
export const POST = route("createToken");
