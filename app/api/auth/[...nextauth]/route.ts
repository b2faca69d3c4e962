import { browserSession } from "@/lib/door/browser-session";

export { browserSession as GET, browserSession as POST };
