import { route } from "@/lib/door/route";

export const GET = route("getExportFile");
