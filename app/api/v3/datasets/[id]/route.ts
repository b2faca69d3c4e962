import { route } from "@/lib/door/route";

export const GET = route("getDataset");
export const PATCH = route("updateDataset");
