import { route } from "@/lib/door/route";

export const POST = route("cancelExport");
