import { route } from "@/lib/door/route";

export const GET = route("getKpis");
export const POST = route("recordKpis");
