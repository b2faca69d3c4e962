import { route } from "@/lib/door/route";

export const GET = route("listSavedViews");
export const POST = route("createSavedView");
