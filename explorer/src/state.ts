/** What is looked at, as the address says it: `#view?key=value`. */

export const VIEWS = [
  "coverage",
  "purpose",
  "economic",
  "execution",
  "compare",
  "three-public",
  "projects",
  "balance",
  "search",
  "queries",
] as const;

export type ViewName = (typeof VIEWS)[number];
export type Language = "zh" | "en";

/** Everything that can be said; each view takes what it needs and leaves the rest alone. */
export interface State {
  view: ViewName;
  lang?: Language;
  /** department_id */
  body?: string;
  /** document_id */
  doc?: string;
  scope?: string;
  year?: string;
  phase?: string;
  fund?: string;
  kind?: string;
  /** an account, by which the view is narrowed */
  code?: string;
  project?: string;
  /** what is compared: amounts or shares */
  by?: string;
  q?: string;
  /** the figure of the view of which the rows are shown */
  figure?: string;
  /** the row of which the print is shown: document_id.line_id */
  line?: string;
}

const KEYS = [
  "lang",
  "body",
  "doc",
  "scope",
  "year",
  "phase",
  "fund",
  "kind",
  "code",
  "project",
  "by",
  "q",
  "figure",
  "line",
] as const;

export function readAddress(hash: string): State {
  const [name = "", query = ""] = hash.replace(/^#/, "").split("?", 2);
  const state: State = { view: VIEWS.find((view) => view === name) ?? "coverage" };
  const given = new URLSearchParams(query);
  for (const key of KEYS) {
    const value = given.get(key);
    if (value === null || value === "") continue;
    if (key !== "lang") state[key] = value;
    else if (value === "zh" || value === "en") state.lang = value;
  }
  return state;
}

export function address(state: State): string {
  const query = new URLSearchParams();
  for (const key of KEYS) {
    const value = state[key];
    if (value !== undefined) query.set(key, value);
  }
  const text = query.toString();
  return `#${state.view}${text ? `?${text}` : ""}`;
}

/** The address of the same view with something else; `undefined` takes a key away. */
export function changed(state: State, change: { [Key in keyof State]?: State[Key] | undefined }) {
  const next: Record<string, string | undefined> = { ...state, ...change };
  for (const key of Object.keys(next)) if (next[key] === undefined) delete next[key];
  return address(next as unknown as State);
}

/** The address of another view about the same body, in the same language. */
export function elsewhere(state: State, view: ViewName, change: Partial<State> = {}): string {
  const next: State = { view };
  if (state.lang) next.lang = state.lang;
  if (state.body) next.body = state.body;
  return address({ ...next, ...change });
}
