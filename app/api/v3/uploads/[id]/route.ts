import { route } from "@/lib/door/route";

export const GET = route("getUpload");
export const DELETE = route("deleteUpload");
