import { route } from "@/lib/door/route";

export const GET = route("listMacroMappings");
export const POST = route("createMacroMapping");
