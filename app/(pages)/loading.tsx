import { SkeletonStack } from "@/components/ui/states";

export default function Loading() {
  return (
    <main className="page" id="main" tabIndex={-1} aria-busy="true">
      <SkeletonStack lines={2} height={24} label="Loading the page" />
      <div className="page-skeleton"><SkeletonStack lines={3} height={160} /></div>
    </main>
  );
}
