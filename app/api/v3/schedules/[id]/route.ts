import { route } from "@/lib/door/route";

export const GET = route("getSchedule");
export const PATCH = route("updateSchedule");
export const DELETE = route("deleteSchedule");
