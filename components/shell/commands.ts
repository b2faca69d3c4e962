import type { IconName } from "@/components/ui/icon";

export interface Command {
  id: string;
  label: string;
  /** At the right: what it is, "Run, 19 Nov 2026". */
  note?: string;
  /** Heading over the commands of one kind; "Go to" when not given. */
  group?: string;
  icon?: IconName;
  /** "Ctrl Enter" */
  keys?: string;
  /** Other words one might type. */
  keywords?: string;
  /** A page to open, or something to do. */
  href?: string;
  run?: () => void;
}

function score(command: Command, words: readonly string[]): number {
  const label = command.label.toLowerCase();
  const all = `${label} ${command.note ?? ""} ${command.keywords ?? ""}`.toLowerCase();
  if (!words.every((word) => all.includes(word))) return -1;
  const first = words[0] ?? "";
  if (label.startsWith(first)) return 2;
  return label.includes(first) ? 1 : 0;
}

/** Every typed word must occur; labels that begin with the first word come first. */
export function findCommands(commands: readonly Command[], query: string): Command[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return [...commands];
  return commands
    .map((command) => ({ command, rank: score(command, words) }))
    .filter((entry) => entry.rank >= 0)
    .sort((a, b) => b.rank - a.rank)
    .map((entry) => entry.command);
}

export interface CommandGroup {
  name: string;
  commands: Command[];
}

/** Groups in the order in which they first occur. */
export function groupCommands(commands: readonly Command[]): CommandGroup[] {
  const groups: CommandGroup[] = [];
  for (const command of commands) {
    const name = command.group ?? "Go to";
    const group = groups.find((candidate) => candidate.name === name);
    if (group) group.commands.push(command);
    else groups.push({ name, commands: [command] });
  }
  return groups;
}
