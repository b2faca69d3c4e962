"use client";

import type { KeyboardEvent } from "react";
import { useEffect, useId, useState } from "react";
import { useRouter } from "next/navigation";
import { Dialog as Radix } from "radix-ui";
import { findCommands, groupCommands } from "@/components/shell/commands";
import type { Command } from "@/components/shell/commands";
import { leaveFor } from "@/components/shell/leaving";
import { Icon } from "@/components/ui/icon";
import { useFocusReturn } from "@/components/ui/use-focus-return";

export type CommandSearch = (query: string, signal: AbortSignal) => Promise<readonly Command[]>;

export interface CommandPaletteProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  commands: readonly Command[];
  /** Asked while typing, from two letters on. */
  onSearch?: CommandSearch;
}

type Found = { query: string; commands: readonly Command[]; failed: boolean };

const PAUSE_MS = 180;

function useSearch(query: string, onSearch: CommandSearch | undefined) {
  const [found, setFound] = useState<Found>({ query: "", commands: [], failed: false });
  const isAsked = onSearch !== undefined && query.length >= 2;
  useEffect(() => {
    if (!isAsked) return;
    const abort = new AbortController();
    const timer = setTimeout(() => {
      onSearch(query, abort.signal).then(
        (commands) => {
          if (!abort.signal.aborted) setFound({ query, commands, failed: false });
        },
        () => {
          if (!abort.signal.aborted) setFound({ query, commands: [], failed: true });
        },
      );
    }, PAUSE_MS);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [query, isAsked, onSearch]);
  const isFresh = found.query === query;
  return {
    results: isAsked ? found.commands : [],
    isWaiting: isAsked && !isFresh,
    failed: isAsked && isFresh && found.failed,
  };
}

function Option(props: {
  command: Command; id: string; selected: boolean; onPick: () => void;
  /** Not till a key is pressed: a reader of the screen hears of the field first. */
  told: boolean;
}) {
  const { command, id, selected, told, onPick } = props;
  return (
    <li
      id={id}
      role="option"
      aria-selected={selected && told}
      data-current={selected || undefined}
      onClick={onPick}
      ref={(element) => {
        if (selected) element?.scrollIntoView({ block: "nearest" });
      }}
    >
      <Icon name={command.icon ?? "right"} small />
      <span>{command.label} {command.note ? <small>{command.note}</small> : null}</span>
      {command.keys ? <kbd>{command.keys}</kbd> : null}
    </li>
  );
}

const isEnter = ({ key, nativeEvent }: KeyboardEvent): boolean =>
  key === "Enter" && !nativeEvent.isComposing;

function noteOf(failed: boolean, isWaiting: boolean, unfound: string | null): string | null {
  if (failed) return "The search did not answer. Pages and actions still work.";
  if (isWaiting) return "Searching";
  return unfound === null ? null : `Nothing found for ${unfound}`;
}

function PaletteBody({ commands, onSearch, onOpenChange }: CommandPaletteProps) {
  const router = useRouter();
  const listId = useId();
  const [query, setQuery] = useState("");
  const [place, setPlace] = useState<number | null>(null);
  const { results, isWaiting, failed } = useSearch(query.trim(), onSearch);
  const groups = groupCommands([...findCommands(commands, query), ...results]);
  const shown = groups.flatMap((group) => group.commands);
  const current = Math.min(place ?? 0, shown.length - 1);

  function pick(command: Command | undefined) {
    if (!command) return;
    onOpenChange(false);
    if (command.run) command.run();
    else if (command.href) {
      leaveFor(command.href);
      router.push(command.href);
    }
  }

  function keys(event: KeyboardEvent) {
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (isEnter(event)) {
      // Else the same key would press the button that has the focus in a dialog it opens.
      event.preventDefault();
      pick(shown[current]);
    }
    if (step === 0 || shown.length === 0) return;
    event.preventDefault();
    setPlace((current + step + shown.length) % shown.length);
  }

  const note = noteOf(failed, isWaiting, shown.length === 0 ? query : null);
  return (
    <>
      <div className="palette-field">
        <Icon name="search" />
        <input
          role="combobox"
          aria-label="Search or jump to"
          aria-expanded
          aria-controls={listId}
          aria-activedescendant={place !== null && shown[current] ? `${listId}-${current}` : undefined}
          aria-autocomplete="list"
          placeholder="Search or jump to"
          autoComplete="off"
          spellCheck={false}
          value={query}
          onChange={(event) => {
            setQuery(event.target.value);
                    setPlace(0);
          }}
          onKeyDown={keys}
        />
        <kbd>Esc</kbd>
      </div>
      <div className="palette-list" role="listbox" id={listId} aria-label="Results">
        {groups.map((group) => (
          <ul key={group.name} role="group" aria-label={group.name}>
            <li className="menu-label" role="presentation">{group.name}</li>
            {group.commands.map((command) => {
              const index = shown.indexOf(command);
              return (
                <Option key={command.id} command={command} id={`${listId}-${index}`}
                  selected={index === current} told={place !== null} onPick={() => pick(command)} />
              );
            })}
          </ul>
        ))}
      </div>
      <p className={note ? "palette-note" : "vh"} role="status">{note}</p>
    </>
  );
}

function PaletteContent(props: CommandPaletteProps) {
  const onCloseAutoFocus = useFocusReturn();
  return (
    <Radix.Content className="dialog palette" aria-describedby={undefined}
      onCloseAutoFocus={onCloseAutoFocus}>
      <Radix.Title className="vh">Search or jump to</Radix.Title>
      <PaletteBody {...props} />
    </Radix.Content>
  );
}

export function CommandPalette(props: CommandPaletteProps) {
  return (
    <Radix.Root open={props.open} onOpenChange={props.onOpenChange}>
      <Radix.Portal>
        <Radix.Overlay className="scrim" />
        <PaletteContent {...props} />
      </Radix.Portal>
    </Radix.Root>
  );
}
