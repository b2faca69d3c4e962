import type { SVGProps } from "react";

const PATHS = {
  home: "M2.5 7 8 2.5 13.5 7v6.5h-4v-4h-3v4h-4z",
  data:
    "M2.5 4c0-1 2.5-1.8 5.5-1.8s5.5.8 5.5 1.8-2.5 1.8-5.5 1.8S2.5 5 2.5 4zv8c0 1 2.5 1.8 5.5 1.8s5.5-.8 5.5-1.8V4M2.5 8c0 1 2.5 1.8 5.5 1.8s5.5-.8 5.5-1.8",
  bench: "M2.5 4.5h6m3 0h2M2.5 11.5h2m3 0h6M10 3v3M6 10v3M2.5 8h11",
  run: "M4.5 3v10l8-5z",
  seal:
    "M8 1.8l1.7 1.3 2.1-.1.6 2 1.7 1.3-.7 2 .7 2-1.7 1.2-.6 2.1-2.1-.1L8 14.8l-1.7-1.3-2.1.1-.6-2.1-1.7-1.2.7-2-.7-2 1.7-1.3.6-2 2.1.1zM5.8 8.2l1.5 1.6 3-3.3",
  scen: "M2.5 12.5c3 0 3-9 5.5-9s2.5 9 5.5 9M2.5 13.5h11",
  ana: "M2.5 2.5v11h11M5 10l2.5-3 2 1.8L13 4.5",
  risk: "M8 2l6 11H2zM8 6.5v3M8 11.3v.2",
  prop: "M3.5 2.5h6l3 3v8h-9zM9.5 2.5v3h3M5.5 9h5M5.5 11h3",
  ops: "M8 2v6M4.6 4.2a5 5 0 1 0 6.8 0",
  admin: "M8 8a2.6 2.6 0 1 0 0-5.2A2.6 2.6 0 0 0 8 8zM3 13.8c.5-2.6 2.4-3.9 5-3.9s4.5 1.3 5 3.9",
  docs:
    "M8 4C6.5 2.8 4.5 2.5 2.5 2.8v9.5c2-.3 4 0 5.5 1.2 1.5-1.2 3.5-1.5 5.5-1.2V2.8C11.5 2.5 9.5 2.8 8 4zv9.5",
  search: "M7 11.5A4.5 4.5 0 1 0 7 2.5a4.5 4.5 0 0 0 0 9zM10.3 10.3l3.2 3.2",
  bell: "M4 11V7a4 4 0 0 1 8 0v4l1.2 1.5H2.8zM6.8 14h2.4",
  theme: "M8 2a6 6 0 1 0 0 12zM8 2a6 6 0 0 1 0 12",
  down: "M4 6l4 4 4-4",
  right: "M6 4l4 4-4 4",
  x: "M4 4l8 8M12 4l-8 8",
  plus: "M8 3v10M3 8h10",
  copy: "M5.5 5.5h8v8h-8zM10.5 5.5v-3h-8v8h3",
  more: "M3.5 8h.01M8 8h.01M12.5 8h.01",
  grip: "M6 4h.01M6 8h.01M6 12h.01M10 4h.01M10 8h.01M10 12h.01",
  table: "M2.5 3.5h11v9h-11zM2.5 6.5h11M6.5 6.5v6",
  dl: "M8 2.5v7.5M4.8 7.2L8 10.4l3.2-3.2M2.5 13.5h11",
  ok: "M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12zM5.5 8.2l1.7 1.7 3.3-3.7",
  warn: "M8 2.2l6.2 11.3H1.8zM8 6.5v3M8 11.5v.01",
  crit: "M5.5 2h5L14 5.5v5L10.5 14h-5L2 10.5v-5zM8 5v3.5M8 10.8v.01",
  unk:
    "M6.3 6.2c.2-1 .9-1.5 1.8-1.5 1 0 1.7.6 1.7 1.5 0 1.3-1.8 1.4-1.8 2.7M8 11.3v.01M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12z",
  link:
    "M6.8 9.2l2.4-2.4M7.2 4.8l1.3-1.3a2.8 2.8 0 0 1 4 4l-1.3 1.3M8.8 11.2l-1.3 1.3a2.8 2.8 0 0 1-4-4l1.3-1.3",
  eye:
    "M1.8 8S4 3.8 8 3.8 14.2 8 14.2 8 12 12.2 8 12.2 1.8 8 1.8 8zM8 9.8a1.8 1.8 0 1 0 0-3.6 1.8 1.8 0 0 0 0 3.6z",
  file: "M3.5 2.5h6l3 3v8h-9zM9.5 2.5v3h3",
  edit: "M3 13l.6-2.8 7-7 2.2 2.2-7 7z",
  up: "M4 10l4-4 4 4",
  wave: "M2 8h2l1.5-4 3 8L10 8h4",
  lock: "M4 7.5h8v6H4zM5.5 7.5V5.3a2.5 2.5 0 0 1 5 0v2.2",
  tri: "M8 4l4.5 8h-9z",
  check: "M4 8.3l2.7 2.7L12 5.5",
  left: "M10 4l-4 4 4 4",
  upload: "M8 10.5V3M4.8 5.8L8 2.6l3.2 3.2M2.5 13.5h11",
  trash: "M3 4.5h10M6 4.5V3h4v1.5M4.5 4.5l.6 9h5.8l.6-9M6.8 7v4M9.2 7v4",
  filter: "M2.5 3.5h11L9.3 8.5v4.5l-2.6-1.5v-3z",
  columns: "M2.5 3.5h11v9h-11zM6.2 3.5v9M9.8 3.5v9",
  refresh: "M13 8a5 5 0 1 1-1.5-3.6M13 2.5v2.5h-2.5",
  stop: "M4.5 4.5h7v7h-7z",
  pause: "M5.5 3.5v9M10.5 3.5v9",
  undo: "M5 3L2.5 5.5 5 8M2.5 5.5H10a3.5 3.5 0 0 1 0 7H6",
  out: "M6.5 2.5h-4v11h4M10 5l3 3-3 3M13 8H6",
  external: "M9 2.5h4.5V7M13.5 2.5L7.5 8.5M11.5 9.5v4h-9v-9h4",
  info: "M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12zM8 7.3v3.7M8 5v.01",
  compare: "M5 2.5v11M2.5 5L5 2.5 7.5 5M11 13.5v-11M8.5 11l2.5 2.5 2.5-2.5",
  keyboard: "M2 4h12v8H2zM4.5 6.5h.01M7 6.5h.01M9.5 6.5h.01M12 6.5h.01M5 9.5h6",
  key: "M10.5 8.5a3 3 0 1 0-2.7-1.7L3 11.5V13h2v-1.5h1.5V10l1.5-1.5",
  users:
    "M6 7.5a2.2 2.2 0 1 0 0-4.4 2.2 2.2 0 0 0 0 4.4zM2 13c.3-2.2 1.8-3.5 4-3.5s3.7 1.3 4 3.5M10.5 3.3a2.2 2.2 0 0 1 0 4M11.5 9.7c1.4.4 2.3 1.5 2.5 3.3",
  clock: "M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12zM8 4.8V8l2.2 1.5",
} as const;

export type IconName = keyof typeof PATHS;

export interface IconProps extends Omit<SVGProps<SVGSVGElement>, "name"> {
  name: IconName;
  /** 14 instead of 16 px. */
  small?: boolean;
  /** Gives the icon a name of its own; without it the icon is decoration. */
  label?: string;
}

export function Icon({ name, small, label, className, ...rest }: IconProps) {
  const classes = ["i", small ? "s" : "", className ?? ""].filter(Boolean).join(" ");
  const semantics = label ? { role: "img", "aria-label": label } : { "aria-hidden": true as const };
  return (
    <svg viewBox="0 0 16 16" className={classes} {...semantics} {...rest}>
      <path d={PATHS[name]} />
    </svg>
  );
}
