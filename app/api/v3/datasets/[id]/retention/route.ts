import { route } from "@/lib/door/route";

export const GET = route("getRetention");
export const PATCH = route("updateRetention");
