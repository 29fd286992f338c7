/** Search by a part of a name or the beginning of a code. */

import type { Context } from "../context";
import {
  type Account,
  type AccountUse,
  type Department,
  type Document,
  type Project,
  whole,
} from "../data";
import { h } from "../dom";
import { nothing } from "../parts";
import { elsewhere } from "../state";

const MOST = 40;

export async function view(context: Context): Promise<HTMLElement[]> {
  const { text, state } = context;
  const wanted = (state.q ?? "").trim();
  if (wanted === "") return [nothing(text.startSearch)];
  const groups = (await found(context, wanted)).filter(([, items]) => items.length > 0);
  const total = groups.reduce((sum, [, items]) => sum + items.length, 0);
  if (total === 0) return [nothing(text.noResults)];
  return [
    h("p", { class: "note", role: "status" }, text.results(total)),
    ...groups.map(([name, items]) =>
      h(
        "section",
        { class: "results" },
        h("h2", {}, `${name} `, h("small", {}, String(items.length))),
        h("ul", {}, ...items.slice(0, MOST)),
        items.length > MOST && h("p", { class: "nothing" }, text.results(items.length)),
      ),
    ),
  ];
}

/** What bears the wanted words, or a code that begins with the wanted digits, by kind. */
async function found(context: Context, wanted: string): Promise<[string, HTMLElement[]][]> {
  const { core, text } = context;
  const [accounts, uses, projects] = await Promise.all([
    whole("classification"),
    whole("account_use"),
    whole("project"),
  ]);
  const has = (value: string | null) => fold(value ?? "").includes(fold(wanted));
  const isCode = /^\d+$/.test(wanted);
  const hasRegion = (body: Department) =>
    has(body.region_name) ||
    has(body.province_name) ||
    (isCode && (body.region_code?.startsWith(wanted) ?? false));
  const accountsOf = (kind: Account["kind"]) =>
    accounts
      .filter((account) => account.kind === kind && account.code !== "all")
      .filter(({ code, name }) => (isCode ? code.startsWith(wanted) : has(name)))
      .map((account) => accountItem(context, account, uses));
  return [
    [
      text.body,
      core.departments
        .filter((body) => has(body.department_name) || hasRegion(body))
        .map((body) => bodyItem(context, body)),
    ],
    [text.functionAccounts, accountsOf("function")],
    [text.economicAccounts, accountsOf("economic")],
    [
      text.project,
      projects
        .filter((project) => has(project.project_name))
        .map((project) => projectItem(context, project)),
    ],
    [
      text.document,
      core.documents
        .filter((document) => has(document.title) || has(document.file_path))
        .map((document) => documentItem(context, document)),
    ],
  ];
}

function bodyItem({ state, text }: Context, body: Department): HTMLElement {
  return h(
    "li",
    {},
    h("b", {}, body.department_name),
    h("small", {}, body.region_name ?? ""),
    ...(["purpose", "economic", "projects", "balance"] as const).map((name) =>
      h("a", { href: elsewhere(state, name, { body: body.department_id }) }, text.views[name]),
    ),
  );
}

/** An account with the bodies that spend under it. */
function accountItem(context: Context, { kind, code, name }: Account, uses: AccountUse[]) {
  const { state, text } = context;
  const used = uses.filter((use) => use.kind === kind && use.code.startsWith(code));
  const users = [...new Set(used.map((use) => use.department_id))];
  const view = kind === "function" ? "purpose" : "economic";
  return h(
    "li",
    {},
    h("b", {}, `${code} ${name}`),
    h("small", {}, users.length ? text.usedBy : ""),
    ...users.map((body) =>
      h("a", { href: elsewhere(state, view, { body, code }) }, context.bodyName(body)),
    ),
  );
}

function projectItem(context: Context, project: Project): HTMLElement {
  const href = elsewhere(context.state, "projects", {
    body: project.department_id,
    doc: project.document_id,
    project: project.project_id,
  });
  return h(
    "li",
    {},
    h("a", { href }, project.project_name ?? project.project_id),
    h("small", {}, context.bodyName(project.department_id)),
  );
}

function documentItem({ state }: Context, document: Document): HTMLElement {
  const href = elsewhere(state, "coverage", { doc: document.document_id });
  return h(
    "li",
    {},
    h("a", { href }, document.title ?? document.file_path),
    h("small", {}, document.file_path),
  );
}

/** Width, case and blanks make no difference. */
function fold(text: string): string {
  return text.normalize("NFKC").toLowerCase().replace(/\s/g, "");
}
