import { route } from "@/lib/door/route";

export const GET = route("getVersion");
export const DELETE = route("eraseVersion");
