import { route } from "@/lib/door/route";

export const GET = route("listJobs");
export const POST = route("startJob");
