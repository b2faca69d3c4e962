import { route } from "@/lib/door/route";

export const GET = route("getMappingProfile");
export const PATCH = route("updateMappingProfile");
export const DELETE = route("deleteMappingProfile");
