/** What the money is spent on: economic classes and items, personnel and public expenses. */

import { accountColour, KIND_COLOURS } from "../colours";
import { type Context, sumOf } from "../context";
import { type Spending, spending } from "../data";
import { h } from "../dom";
import { percentage, unitFor } from "../money";
import { caveats, dataTable, headline, money, nothing, toolbar, zeros } from "../parts";
import { bodyPicker, type Chosen, chooseUniverse, chosenBody } from "../universe";
import { accountTree, flat, isUnder } from "./accounts";

export async function view(context: Context): Promise<HTMLElement[]> {
  const { text, state } = context;
  const body = chosenBody(context);
  if (body === undefined) return [nothing(text.noDocument)];
  const leaves = await spending("economic", body);
  const chosen = chooseUniverse(context, body, leaves);
  if (!chosen) return [toolbar(bodyPicker(context, body)), nothing(text.noTables)];
  const rows = chosen.rows.filter((leaf) => isUnder(leaf, state.code));
  const tree = accountTree(context, "economic", rows);
  const nodes = flat(tree);
  const sum = sumOf(rows);
  const unit = unitFor(context.language, [sum]);
  const items = nodes.filter((node) => node.depth > 0 || node.children.length === 0);
  const greatest = items.reduce((most, node) => (node.amount > most ? node.amount : most), 1n);
  return [
    chosen.toolbar,
    headline(
      context,
      text.total,
      sum,
      context.figure("total", text.total, () => rows),
    ),
    await personnelAndPublic(context, body, chosen, leaves),
    dataTable(
      context,
      nodes,
      [
        { head: text.account, value: (node) => node.name, prose: true },
        { head: text.code, value: (node) => (node.code === "all" ? null : node.code), minor: true },
        {
          head: text.amount,
          value: (node) => node.amount,
          href: (node) =>
            context.figure(
              `account.${node.code}.${node.depth}`,
              `${node.code} ${node.name}`,
              () => node.leaves,
            ),
        },
        { head: text.share, value: (node) => percentage(node.amount, sum), minor: true },
      ],
      {
        caption: text.views.economic,
        file: `economic_${state.doc}`,
        unit,
        depth: (node) => node.depth,
        isTotal: (node) => node.children.length > 0,
        fold: zeros(text),
        bar: (node) =>
          node.children.length ? 0 : Math.max(0, Number(node.amount) / Number(greatest)),
        barColour: (node) => accountColour(node.code),
      },
    ),
    caveats(context, "additive", "scope", "phase", "fund", "rounding", "printed"),
  ];
}

/** Basic spending in its two parts, as far as the document prints them: by either classification. */
async function personnelAndPublic(
  context: Context,
  body: string,
  chosen: Chosen<Spending>,
  leaves: Spending[],
): Promise<HTMLElement> {
  const { text } = context;
  const isOwn = (row: Spending) =>
    row.document_id === chosen.document.document_id &&
    row.phase === chosen.phase &&
    row.fund === chosen.fund;
  const byFunction = await spending("function", body);
  const parts = (["basic_personnel", "basic_public"] as const).map((kind) => {
    const own = [leaves, byFunction]
      .map((rows) => rows.filter((row) => isOwn(row) && row.spending_kind === kind))
      .find((rows) => rows.length > 0);
    return { kind, rows: own ?? [], amount: own ? sumOf(own) : null };
  });
  const whole = parts.reduce((sum, { amount }) => sum + (amount ?? 0n), 0n);
  if (whole === 0n) {
    return h(
      "section",
      { class: "split" },
      h("h3", {}, text.personnelPublic),
      h("p", { class: "nothing" }, text.notPrinted),
    );
  }
  const unit = unitFor(context.language, [whole]);
  return h(
    "section",
    { class: "split" },
    h("h3", {}, text.personnelPublic),
    h(
      "div",
      { class: "stack", "aria-hidden": "true" },
      ...parts.map(({ kind, amount }) =>
        h("i", {
          style: `flex-grow: ${Number(amount ?? 0n)}; background: ${KIND_COLOURS[kind]}`,
        }),
      ),
    ),
    h(
      "ul",
      { class: "legend" },
      ...parts.map(({ kind, rows, amount }) =>
        h(
          "li",
          {},
          h("i", { class: "dot", style: `background: ${KIND_COLOURS[kind]}` }),
          `${context.kindName(kind)} `,
          amount === null
            ? h("span", { class: "nothing" }, text.notPrinted)
            : money(
                amount,
                unit,
                text,
                context.figure(`part.${kind}`, context.kindName(kind), () => rows),
              ),
          amount === null ? "" : ` ${unit.name}`,
          amount === null ? "" : h("small", {}, ` ${percentage(amount, whole) ?? ""}`),
        ),
      ),
    ),
  );
}
