import { route } from "@/lib/door/route";

export const GET = route("listComments");
export const POST = route("createComment");
