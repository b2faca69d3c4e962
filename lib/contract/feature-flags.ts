/** One feature flag: its type is its default's. */
type Flag = { default: boolean | number; description: string };

const flag = <const F extends Flag>(entry: F): F => entry;

/** Every feature flag; environment wins over what is stored, and that over the default. */
export const FEATURE_FLAGS = {
  STRICT_VALIDATION: flag({ default: true, description:
    "Refuses requests with members or query parameters that the contract does not know. Off, " +
    "those are ignored, for clients that send more than they should. Run parameters and files " +
    "are checked strictly either way." }),
  AUTO_APPROVAL: flag({ default: false, description:
    "Approves small proposals without a second person. Without effect until there are proposals." }),
  AUTO_APPROVAL_MAX_NOTIONAL: flag({ default: 1000, description:
    "The largest notional, in base currency, that AUTO_APPROVAL lets through. Without effect " +
    "until there are proposals." }),
  BINDING_APPROVALS: flag({ default: false, description:
    "Lets nothing be carried out without an approval. Without effect until there are proposals." }),
  NEW_POLICY_RULES: flag({ default: false, description:
    "Judges proposals by the next set of policy rules. Without effect until there are proposals." }),
  ENABLE_DASHBOARD: flag({ default: true, description:
    "Serves the pages. Off, every page answers 404 and only the API and the command line remain, " +
    "which can switch it on again." }),
  ENABLE_MCP_SERVER: flag({ default: true, description:
    "Lets the MCP server start. Without effect until there is one." }),
} as const satisfies Record<string, Flag>;

export type FlagName = keyof typeof FEATURE_FLAGS;
type Widened<T> = T extends boolean ? boolean : number;
export type FlagValue<N extends FlagName> = Widened<(typeof FEATURE_FLAGS)[N]["default"]>;

export const FLAG_NAMES = Object.keys(FEATURE_FLAGS) as FlagName[];
/** The largest value of a flag that is a number. */
export const FLAG_NUMBER_LIMIT = 9e14;
