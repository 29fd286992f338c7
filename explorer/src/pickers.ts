/** Narrowing rows to one scope, phase, fund and kind of spending, each with its picker. */

import { type Context, groupBy } from "./context";
import { picker } from "./parts";

/** The column that each key of the address narrows. */
const COLUMNS = {
  scope: "reporting_scope",
  phase: "phase",
  fund: "fund",
  kind: "spending_kind",
} as const;

/** The order in which people expect the values; others follow by their names. */
const ORDER: Record<Key, readonly string[]> = {
  scope: ["department", "unit"],
  phase: ["final_account", "initial_budget", "adjusted_budget"],
  fund: ["all", "general_public_budget", "fiscal_appropriation", "government_fund_budget"],
  kind: ["all", "basic", "basic_personnel", "basic_public", "project"],
};

type Key = keyof typeof COLUMNS;
type Column<K extends Key> = (typeof COLUMNS)[K];

export interface Narrowed<Row> {
  value: string;
  rows: Row[];
  picker: HTMLElement;
}

export interface Preference<Row> {
  /** values with more of this go first */
  by?: (rows: Row[]) => number;
  /** which value is shown if the address does not say; else the first */
  isDefault?: (rows: Row[]) => boolean;
}

/** The rows of one value of a column: as the address says, or as most people would. */
export function narrow<K extends Key, Row extends Record<Column<K>, string>>(
  context: Context,
  rows: Row[],
  key: K,
  { by = () => 0, isDefault = () => true }: Preference<Row> = {},
): Narrowed<Row> {
  const groups = groupBy(rows, (row) => row[COLUMNS[key] as Column<K>]);
  const rank = (value: string) =>
    ORDER[key].includes(value) ? ORDER[key].indexOf(value) : ORDER[key].length;
  const values = [...groups]
    .toSorted(([a, of], [b, other]) => by(other) - by(of) || rank(a) - rank(b) || (a < b ? -1 : 1))
    .map(([value]) => value);
  const wanted = values.find((value) => value === context.state[key]);
  const usual = values.find((value) => isDefault(groups.get(value) ?? []));
  const value = wanted ?? usual ?? values[0] ?? "";
  context.state[key] = value;
  const choices = values.map((each) => ({ value: each, name: nameOf(context, key, each) }));
  return {
    value,
    rows: groups.get(value) ?? [],
    picker: picker(context, context.text[key], key, choices, value),
  };
}

function nameOf(context: Context, key: Key, value: string): string {
  if (key === "scope") return context.text.scopes[value] ?? value;
  if (key === "phase") return context.phaseName(value);
  return key === "fund" ? context.fundName(value) : context.kindName(value);
}
