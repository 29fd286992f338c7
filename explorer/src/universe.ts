/** Which universe of amounts is looked at: one body, document, phase, fund and kind of spending. */

import type { Context } from "./context";
import { groupBy, sumOf } from "./context";
import { type ClassTotal, type Document, type Spending, spending, type Universe } from "./data";
import type { Fen } from "./money";
import { type Choice, picker, toolbar } from "./parts";
import { narrow } from "./pickers";
import type { State } from "./state";

/** What is said of one body, and of no other. */
const OF_A_BODY = {
  doc: undefined,
  phase: undefined,
  fund: undefined,
  kind: undefined,
  code: undefined,
  project: undefined,
  scope: undefined,
  year: undefined,
};

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
  return picker(context, context.text.body, "body", bodyChoices(context), body, OF_A_BODY);
}

/** The same where all bodies may be looked at together. */
export function anyBodyPicker(context: Context): HTMLElement {
  const { state, text } = context;
  const choices = [{ value: "", name: text.all }, ...bodyChoices(context)];
  return picker(context, text.body, "body", choices, state.body ?? "", OF_A_BODY);
}

function bodyChoices(context: Context): Choice[] {
  const known = new Set(context.core.documents.map((document) => document.department_id));
  return [...known]
    .map((value) => ({ value, name: context.bodyName(value) }))
    .toSorted((a, b) => a.name.localeCompare(b.name, "zh"));
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
  const hasMoney = { isDefault: (rows: Leaf[]) => sumOf(rows) !== 0n };
  const ofDocument = leaves.filter((row) => row.document_id === document.document_id);
  const phase = narrow(context, ofDocument, "phase", hasMoney);
  const fund = narrow(context, phase.rows, "fund", hasMoney);
  const kind = narrow(context, fund.rows, "kind", hasMoney);
  Object.assign(state, { body, doc: document.document_id } satisfies Partial<State>);
  return {
    document,
    phase: phase.value,
    fund: fund.value,
    kind: kind.value,
    rows: kind.rows,
    toolbar: toolbar(
      bodyPicker(context, body),
      picker(context, text.document, "doc", documents, document.document_id, {
        phase: undefined,
        code: undefined,
      }),
      phase.picker,
      fund.picker,
      kind.picker,
    ),
  };
}

/** The leaves of a department that totals of classes are the sums of. */
export async function leavesOf(department: string, totals: ClassTotal[]): Promise<Spending[]> {
  const leaves = await spending("function", department);
  return leaves.filter((leaf) =>
    totals.some(
      (total) =>
        total.document_id === leaf.document_id &&
        total.phase === leaf.phase &&
        total.fund === leaf.fund &&
        total.spending_kind === leaf.spending_kind &&
        total.function_class_code === (leaf.code === "all" ? "all" : leaf.code.slice(0, 3)),
    ),
  );
}
