import { route } from "@/lib/door/route";

export const GET = route("listSessions");
export const DELETE = route("endOtherSessions");
