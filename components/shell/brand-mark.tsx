import Link from "next/link";

export function BrandMark() {
  return (
    <svg viewBox="0 0 26 26" fill="none" stroke="currentColor" aria-hidden="true">
      <path d="M3 20.5h20" strokeWidth="2" strokeLinecap="round" />
      <path d="M5.5 16.5V9M10.5 16.5V4.5M15.5 16.5v-5M20.5 16.5V13" strokeWidth="3"
        strokeLinecap="round" />
    </svg>
  );
}

/** At the left end of the top bar. */
export function Brand() {
  return (
    <>
      <Link className="brand" href="/" aria-label="TodiScope, overview"><BrandMark /></Link>
      <span className="product">TodiScope</span>
    </>
  );
}
