import { route } from "@/lib/door/route";

export const POST = route("createDataset");
export const GET = route("listDatasets");
