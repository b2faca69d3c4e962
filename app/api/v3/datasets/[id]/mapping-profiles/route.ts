import { route } from "@/lib/door/route";

export const GET = route("listMappingProfiles");
export const POST = route("createMappingProfile");
