import { route } from "@/lib/door/route";

export const GET = route("listLegalHolds");
export const POST = route("createLegalHold");
