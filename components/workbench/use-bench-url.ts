"use client";

import {
  createSerializer, debounce, parseAsArrayOf, parseAsString, parseAsStringLiteral, useQueryStates,
} from "nuqs";
import { GROUP_DIMENSIONS, NETTINGS } from "@/lib/risk";
import { DRILL_FIGURES, DRILL_GROUPS } from "./drill";
import { parseAsLine, parseAsScenarios } from "./draft-url";

const KEYS = {
  run: parseAsString,
  figures: parseAsStringLiteral(["preview", "evidence"]).withDefault("preview"),
  scenario: parseAsString,
  scenarios: parseAsScenarios,
  net: parseAsLine,
  loss: parseAsLine,
  netting: parseAsStringLiteral(NETTINGS),
  by: parseAsArrayOf(parseAsStringLiteral(GROUP_DIMENSIONS)),
  drill: parseAsStringLiteral(DRILL_FIGURES),
  group: parseAsStringLiteral(DRILL_GROUPS).withDefault("sector"),
  segment: parseAsString,
  instrument: parseAsString,
};

/** Sliders move often: the address follows when they rest. The state itself is at once. */
export const WHEN_AT_REST = { limitUrlUpdates: debounce(250) };

/** All that a link to the workbench carries beside the version. */
export const useBenchUrl = () => useQueryStates(KEYS);

/** The address of a state, which the browser's own address follows a moment later. */
export const benchAddress = createSerializer(KEYS);

export type BenchUrl = ReturnType<typeof useBenchUrl>[0];
export type SetBenchUrl = ReturnType<typeof useBenchUrl>[1];
