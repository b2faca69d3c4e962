import { route } from "@/lib/door/route";

export const GET = route("getMacroMapping");
export const PATCH = route("updateMacroMapping");
export const DELETE = route("deleteMacroMapping");
