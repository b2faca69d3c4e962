import { route } from "@/lib/door/route";

export const GET = route("listUsers");
export const POST = route("createUser");
