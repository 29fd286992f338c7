/** Which universe of amounts is looked at: one body, document, phase, fund and kind of spending. */

import type { Context } from "./context";
import { groupBy, sumOf } from "./context";
import type { Document, Universe } from "./data";
import type { Fen } from "./money";
import { type Choice, picker, toolbar } from "./parts";
import type { State } from "./state";

const FUNDS = ["all", "fiscal_appropriation", "general_public_budget", "government_fund_budget"];
const KINDS = ["all", "basic", "basic_personnel", "basic_public", "project"];
const PHASES = ["final_account", "initial_budget", "adjusted_budget"];

type Row = Universe & { amount_fen: Fen | null };

export interface Chosen<Leaf> {
  document: Document;
  phase: string;
  fund: string;
  kind: string;
  /** the leaves of the universe */
  rows: Leaf[];
  toolbar: HTMLElement;
}

/** The body that is looked at: the given one, else the one of which most was read. */
export function chosenBody(context: Context): string | undefined {
  const { core, state } = context;
  if (state.body !== undefined) return state.body;
  const amounts = new Map<string, number>();
  for (const { department_id: id, amounts: count } of core.documents) {
    if (id !== "none") amounts.set(id, (amounts.get(id) ?? 0) + count);
  }
  return [...amounts].toSorted((a, b) => b[1] - a[1])[0]?.[0];
}

export function bodyPicker(context: Context, body: string): HTMLElement {
  const known = new Set(context.core.documents.map((document) => document.department_id));
  const choices = [...known]
    .map((value) => ({ value, name: context.bodyName(value) }))
    .toSorted((a, b) => a.name.localeCompare(b.name, "zh"));
  const unchosen = { doc: undefined, phase: undefined, fund: undefined, kind: undefined };
  return picker(context, context.text.body, "body", choices, body, {
    ...unchosen,
    code: undefined,
    project: undefined,
    scope: undefined,
    year: undefined,
  });
}

/** Documents newest first; two that would be called alike are told apart by their files. */
export function documentChoices(context: Context, ids: Iterable<string>): Choice[] {
  const documents = [...new Set(ids)]
    .map((id) => context.core.document.get(id))
    .filter((document) => document !== undefined)
    .toSorted(newestFirst);
  const alike = groupBy(documents, (document) => context.documentName(document));
  return documents.map((document) => {
    const name = context.documentName(document);
    const isAlone = alike.get(name)?.length === 1;
    const file = document.file_path.split("/").at(-1);
    return { value: document.document_id, name: isAlone ? name : `${name} · ${file}` };
  });
}

function newestFirst(a: Document, b: Document): number {
  return (
    (b.fiscal_year ?? 0) - (a.fiscal_year ?? 0) ||
    (a.reporting_scope ?? "").localeCompare(b.reporting_scope ?? "") ||
    b.amounts - a.amounts
  );
}

/** Narrow the leaves of a body to one universe, as the address says or as most people would. */
export function chooseUniverse<Leaf extends Row>(
  context: Context,
  body: string,
  leaves: Leaf[],
): Chosen<Leaf> | undefined {
  const { state, text } = context;
  const documents = documentChoices(
    context,
    leaves.map((row) => row.document_id),
  );
  const document = context.core.document.get(
    documents.find(({ value }) => value === state.doc)?.value ?? documents[0]?.value ?? "",
  );
  if (!document) return undefined;
  let rows = leaves.filter((row) => row.document_id === document.document_id);
  const [phase, phases] = narrow(rows, "phase", state.phase, PHASES);
  rows = rows.filter((row) => row.phase === phase);
  const [fund, funds] = narrow(rows, "fund", state.fund, FUNDS);
  rows = rows.filter((row) => row.fund === fund);
  const [kind, kinds] = narrow(rows, "spending_kind", state.kind, KINDS);
  rows = rows.filter((row) => row.spending_kind === kind);
  Object.assign(state, {
    body,
    doc: document.document_id,
    phase,
    fund,
    kind,
  } satisfies Partial<State>);
  const named = (values: string[], name: (value: string) => string) =>
    values.map((value) => ({ value, name: name(value) }));
  return {
    document,
    phase,
    fund,
    kind,
    rows,
    toolbar: toolbar(
      bodyPicker(context, body),
      picker(context, text.document, "doc", documents, document.document_id, {
        phase: undefined,
        code: undefined,
      }),
      picker(
        context,
        text.phase,
        "phase",
        named(phases, (p) => context.phaseName(p)),
        phase,
      ),
      picker(
        context,
        text.fund,
        "fund",
        named(funds, (f) => context.fundName(f)),
        fund,
      ),
      picker(
        context,
        text.kind,
        "kind",
        named(kinds, (k) => context.kindName(k)),
        kind,
      ),
    ),
  };
}

/** The values that there are, in their usual order, and the one to show. */
function narrow(
  rows: Row[],
  key: "phase" | "fund" | "spending_kind",
  wanted: string | undefined,
  order: string[],
): [string, string[]] {
  const groups = groupBy(rows, (row) => row[key]);
  const rank = (value: string) => (order.includes(value) ? order.indexOf(value) : order.length);
  const values = [...groups.keys()].toSorted((a, b) => rank(a) - rank(b) || a.localeCompare(b));
  const hasMoney = values.find((value) => sumOf(groups.get(value) ?? []) !== 0n);
  const chosen = values.find((value) => value === wanted) ?? hasMoney ?? values[0] ?? "";
  return [chosen, values];
}
