import { route } from "@/lib/door/route";

export const GET = route("listSchedules");
export const POST = route("createSchedule");
