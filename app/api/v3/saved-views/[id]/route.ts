import { route } from "@/lib/door/route";

export const DELETE = route("deleteSavedView");
