/** Search by a part of a name or the beginning of a code. */

import type { Context } from "../context";
import { type Account, whole } from "../data";
import { h } from "../dom";
import { nothing } from "../parts";
import { elsewhere } from "../state";

const MOST = 40;

export async function view(context: Context): Promise<HTMLElement[]> {
  const { core, text, state } = context;
  const wanted = (state.q ?? "").trim();
  if (wanted === "") return [nothing(text.startSearch)];
  const [accounts, uses, projects] = await Promise.all([
    whole("classification"),
    whole("account_use"),
    whole("project"),
  ]);
  const has = (value: string | null) => fold(value ?? "").includes(fold(wanted));
  const isCode = /^\d+$/.test(wanted);
  const bodies = core.departments.filter(
    (body) =>
      has(body.department_name) ||
      has(body.region_name) ||
      has(body.province_name) ||
      (isCode && body.region_code?.startsWith(wanted)),
  );
  const found = (kind: Account["kind"]) =>
    accounts.filter(
      (account) =>
        account.kind === kind &&
        account.code !== "all" &&
        (isCode ? account.code.startsWith(wanted) : has(account.name)),
    );
  const functions = found("function");
  const economic = found("economic");
  const named = projects.filter((project) => has(project.project_name));
  const documents = core.documents.filter(
    (document) => has(document.title) || has(document.file_path),
  );
  const account = ({ kind, code, name }: Account) => {
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
  };
  const groups: [string, HTMLElement[]][] = [
    [
      text.body,
      bodies.map((body) =>
        h(
          "li",
          {},
          h("b", {}, body.department_name),
          h("small", {}, body.region_name ?? ""),
          ...(["purpose", "economic", "projects", "balance"] as const).map((name) =>
            h(
              "a",
              { href: elsewhere(state, name, { body: body.department_id }) },
              text.views[name],
            ),
          ),
        ),
      ),
    ],
    [text.functionAccounts, functions.map(account)],
    [text.economicAccounts, economic.map(account)],
    [
      text.project,
      named.map((project) =>
        h(
          "li",
          {},
          h(
            "a",
            {
              href: elsewhere(state, "projects", {
                body: project.department_id,
                doc: project.document_id,
                project: project.project_id,
              }),
            },
            project.project_name ?? project.project_id,
          ),
          h("small", {}, context.bodyName(project.department_id)),
        ),
      ),
    ],
    [
      text.document,
      documents.map((document) =>
        h(
          "li",
          {},
          h(
            "a",
            { href: elsewhere(state, "coverage", { doc: document.document_id }) },
            document.title ?? document.file_path,
          ),
          h("small", {}, document.file_path),
        ),
      ),
    ],
  ];
  const total = groups.reduce((sum, [, items]) => sum + items.length, 0);
  if (total === 0) return [nothing(text.noResults)];
  return [
    h("p", { class: "note", role: "status" }, text.results(total)),
    ...groups
      .filter(([, items]) => items.length > 0)
      .map(([name, items]) =>
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

/** Width, case and blanks make no difference. */
function fold(text: string): string {
  return text.normalize("NFKC").toLowerCase().replace(/\s/g, "");
}
