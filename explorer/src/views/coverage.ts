/** What is in here: bodies × years, each document with its forms. */

import { type Context, groupBy } from "../context";
import type { Document, FormCoverage } from "../data";
import { h } from "../dom";
import { caveats, dataTable, nothing } from "../parts";
import { changed, elsewhere } from "../state";

export async function view(context: Context): Promise<HTMLElement[]> {
  const { core, state } = context;
  const forms = groupBy(core.coverage, (form) => form.document_id);
  const chosen = state.doc === undefined ? undefined : core.document.get(state.doc);
  return [
    summary(context),
    matrix(context, forms),
    ...(chosen ? [formList(context, chosen, forms.get(chosen.document_id) ?? [])] : []),
    problems(context),
    caveats(context, "missing", "scope", "phase", "fund", "rounding"),
  ];
}

function summary({ core, text }: Context): HTMLElement {
  const { documents } = core;
  const years = new Set(documents.map((d) => d.fiscal_year).filter((year) => year !== null));
  const equations = (d: Document) =>
    d.holds + d.holds_within_rounding + d.holds_after_repair + d.violated + d.not_computable;
  const count = (of: (document: Document) => number) =>
    documents.reduce((sum, document) => sum + of(document), 0);
  const facts: [number, string][] = [
    [documents.length, text.documents],
    [core.departments.length, text.bodies],
    [years.size, text.years],
    [count((document) => document.amounts), text.printedAmounts],
    [count(equations), text.checkedEquations],
  ];
  return h(
    "ul",
    { class: "summary" },
    ...facts.map(([number, name]) =>
      h("li", {}, h("b", {}, number.toLocaleString("en")), h("span", {}, name)),
    ),
  );
}

function matrix(context: Context, forms: Map<string, FormCoverage[]>): HTMLElement {
  const { core, text } = context;
  const years = [...new Set(core.documents.map((document) => document.fiscal_year))]
    .filter((year) => year !== null)
    .toSorted((a, b) => a - b);
  const byBody = groupBy(core.documents, (document) => document.department_id);
  const order = [...core.departments.map((body) => body.department_id), "none"];
  const hasUndated = core.documents.some((document) => document.fiscal_year === null);
  const columns: (number | null)[] = hasUndated ? [...years, null] : years;
  const rows = order
    .filter((body) => byBody.has(body))
    .map((body) =>
      h(
        "tr",
        {},
        h("th", { scope: "row" }, bodyCell(context, body)),
        ...columns.map((year) => {
          const documents = byBody.get(body)?.filter((d) => d.fiscal_year === year) ?? [];
          return h(
            "td",
            { class: documents.length ? null : "absent", "data-year": year ?? "?" },
            documents.length
              ? documents.map((document) => chip(context, document, forms))
              : h("span", { class: "nothing", title: text.noDocument }, "·"),
          );
        }),
      ),
    );
  return h(
    "section",
    {},
    h(
      "div",
      { class: "scroll" },
      h(
        "table",
        { class: "matrix" },
        h(
          "thead",
          {},
          h(
            "tr",
            {},
            h("th", { scope: "col" }, text.body),
            ...columns.map((year) => h("th", { scope: "col" }, year === null ? "?" : String(year))),
          ),
        ),
        h("tbody", {}, ...rows),
      ),
    ),
    legend(context),
  );
}

function legend({ text }: Context): HTMLElement {
  const entry = (kind: string, name: string) => h("li", {}, h("i", { class: `dot ${kind}` }), name);
  return h(
    "ul",
    { class: "legend" },
    entry("found", text.foundForm),
    entry("empty", text.emptyForm),
    entry("missing", text.missing),
  );
}

function bodyCell(context: Context, body: string): Node {
  const department = context.core.department.get(body);
  if (!department) return h("span", { class: "nothing" }, context.text.noDepartment);
  const region = [department.province_name, department.city_name, department.region_name]
    .filter((name, index, names) => name && names.indexOf(name) === index)
    .join(" ");
  return h(
    "span",
    {},
    h("a", { href: elsewhere(context.state, "purpose", { body }) }, department.department_name),
    h("small", {}, region),
  );
}

/** One document: what it is, a dot for every form it promises or prints, and what is wrong. */
function chip(
  context: Context,
  document: Document,
  forms: Map<string, FormCoverage[]>,
): HTMLElement {
  const { text, state } = context;
  const own = forms.get(document.document_id) ?? [];
  const found = own.filter((form) => form.found);
  const missing = own.filter((form) => !form.found).length;
  const empty = found.filter((form) => form.is_empty).length;
  const notes = [
    document.status === "loaded" ? text.formsFound(found.length, own.length) : "",
    document.status === "quarantined" ? text.quarantined : "",
    document.status === "no_fiscal_tables" ? text.noTables : "",
    missing ? text.missingForms(missing) : "",
    empty ? text.emptyForms(empty) : "",
    document.violated ? text.violatedCount(document.violated) : "",
  ].filter(Boolean);
  return h(
    "a",
    {
      class: `chip ${document.status}`,
      href: changed(state, { doc: document.document_id }),
      title: document.file_path,
      "aria-current": state.doc === document.document_id ? "true" : null,
    },
    h(
      "b",
      {},
      text.documentKinds[document.document_kind] ?? document.document_kind,
      document.reporting_scope === "unit" ? ` · ${text.scopes.unit}` : "",
    ),
    h(
      "span",
      { class: "dots", "aria-hidden": "true" },
      ...own.map((form) =>
        h("i", { class: `dot ${!form.found ? "missing" : form.is_empty ? "empty" : "found"}` }),
      ),
    ),
    h("small", {}, notes.join(text.period)),
  );
}

function formList(context: Context, document: Document, forms: FormCoverage[]): HTMLElement {
  const { text, state } = context;
  const body = document.department_id;
  const status = (form: FormCoverage) =>
    !form.found ? text.missing : form.is_empty ? text.emptyForm : text.foundForm;
  const section = h(
    "section",
    { class: "chosen", id: "forms" },
    h(
      "h2",
      {},
      `${context.bodyName(body)} · ${context.documentName(document)}`,
      h("small", {}, document.file_path),
    ),
    h(
      "p",
      { class: "ways" },
      ...(["purpose", "economic", "three-public", "projects", "balance"] as const).map((name) =>
        h(
          "a",
          { href: elsewhere(state, name, { body, doc: document.document_id }) },
          text.views[name],
        ),
      ),
    ),
    forms.length === 0
      ? nothing(text.statuses[document.status] ?? document.status, document.status_reason ?? "")
      : dataTable(
          context,
          forms,
          [
            { head: text.form, value: (form) => form.form_number ?? "" },
            {
              head: text.name,
              value: (form) => form.title ?? context.formName(form.form),
              prose: true,
            },
            {
              head: text.status,
              value: status,
              node: (form) =>
                h(
                  "span",
                  { class: "form-status" },
                  h("i", {
                    class: `dot ${!form.found ? "missing" : form.is_empty ? "empty" : "found"}`,
                  }),
                  status(form),
                ),
            },
            { head: text.cells, value: (form) => form.cells },
            { head: text.pageHead, value: (form) => form.page, minor: true },
          ],
          { caption: text.formList, file: "forms" },
        ),
  );
  return section;
}

function problems(context: Context): HTMLElement {
  const { core, text } = context;
  const unread = core.documents.filter((document) => document.status !== "loaded");
  if (unread.length === 0) return h("p", { class: "note" }, text.noProblems);
  return dataTable(
    context,
    unread,
    [
      { head: text.file, value: (document) => document.file_path, prose: true },
      {
        head: text.body,
        value: (document) => context.bodyName(document.department_id),
        minor: true,
        prose: true,
      },
      { head: text.status, value: (document) => text.statuses[document.status] ?? document.status },
      { head: text.reason, value: (document) => document.status_reason, prose: true },
    ],
    { caption: text.problems, file: "problems" },
  );
}
