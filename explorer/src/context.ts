/** What a view is given, and the figures that it shows. */

import type { Core, Document } from "./data";
import type { Fen } from "./money";
import { changed, type Language, type State } from "./state";
import { fundName, type Texts } from "./text";

/** Where a row of the warehouse is to be found. */
export interface LineRef {
  document_id: string;
  line_id: string;
}

/** A number on the page, and the rows it is the sum of. */
export interface Figure {
  title: string;
  lines: () => Promise<LineRef[]> | LineRef[];
}

export class Context {
  readonly figures = new Map<string, Figure>();

  constructor(
    readonly state: State,
    readonly core: Core,
    readonly language: Language,
    readonly text: Texts,
  ) {}

  /** Remember what a number is made of; the address that shows it. */
  figure(key: string, title: string, lines: Figure["lines"]): string {
    this.figures.set(key, { title, lines });
    return changed(this.state, { figure: key, line: undefined });
  }

  /** The address of a figure that is already known under the key. */
  figureAddress(key: string): string {
    return changed(this.state, { figure: key, line: undefined });
  }

  bodyName(department: string): string {
    return this.core.department.get(department)?.department_name ?? this.text.noDepartment;
  }

  fundName(fund: string): string {
    return fundName(fund, this.language, this.core.fund);
  }

  phaseName(phase: string): string {
    return this.text.phases[phase] ?? phase.replaceAll("_", " ");
  }

  kindName(kind: string): string {
    return this.text.kinds[kind] ?? kind.replaceAll("_", " ");
  }

  /** `205 教育支出`; a code that no classification knows stands alone. */
  accountName(kind: "function" | "economic", code: string): string {
    if (code === "all") return this.text.notBrokenDown;
    return this.core.account.get(`${kind}:${code}`) ?? code;
  }

  formName(form: string | null): string | null {
    const names = form === null ? undefined : this.core.form.get(form);
    return (this.language === "zh" ? names?.form_name : names?.form_name_en) ?? form;
  }

  /** Why a figure is doubted; the warehouse says it in English phrases. */
  reason(phrases: string): string {
    const known = phrases.split("; ").map((phrase) => this.text.reasons[phrase] ?? phrase);
    return known.join(this.text.clause);
  }

  /** What a doubted figure may be; the warehouse counts the equations in English. */
  candidates(values: string): string {
    return values.replaceAll(/\((\d+) of (\d+) equations\)/g, (_, some: string, all: string) =>
      this.text.ofEquations(some, all),
    );
  }

  /** `2024 决算 · 部门（含所属单位）`. */
  documentName(document: Document): string {
    const kind = this.text.documentKinds[document.document_kind] ?? document.document_kind;
    const scope = document.reporting_scope === "unit" ? ` · ${this.text.scopes.unit}` : "";
    return `${document.fiscal_year ?? "?"} ${kind}${scope}`;
  }
}

export function sumOf(rows: Iterable<{ amount_fen: Fen | null }>): Fen {
  let sum = 0n;
  for (const row of rows) sum += row.amount_fen ?? 0n;
  return sum;
}

export function groupBy<Row>(rows: Iterable<Row>, key: (row: Row) => string): Map<string, Row[]> {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const group = groups.get(key(row));
    if (group) group.push(row);
    else groups.set(key(row), [row]);
  }
  return groups;
}
