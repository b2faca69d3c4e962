import { route } from "@/lib/door/route";

export const PATCH = route("updateUser");
export const GET = route("getUser");
