/** Where the money of a body goes: 类 › 款 › 项, and from which source to which use. */

import { accountColour, FUND_COLOURS, KIND_COLOURS } from "../colours";
import { type Context, groupBy, sumOf } from "../context";
import { part, type Revenue, type Spending, spending } from "../data";
import { h } from "../dom";
import { type Fen, inYuan, percentage, type Unit, unitFor } from "../money";
import { caveats, dataTable, headline, nothing, toolbar, zeros } from "../parts";
import { changed } from "../state";
import { bodyPicker, type Chosen, chooseUniverse, chosenBody } from "../universe";
import { type AccountNode, accountTree, flat, isUnder } from "./accounts";
import { type Flow, sankey } from "./sankey";
import { treemap } from "./treemap";

export async function view(context: Context): Promise<HTMLElement[]> {
  const { text, state } = context;
  const body = chosenBody(context);
  if (body === undefined) return [nothing(text.noDocument)];
  const leaves = await spending("function", body);
  const chosen = chooseUniverse(context, body, leaves);
  if (!chosen) return [toolbar(bodyPicker(context, body)), nothing(text.noTables)];
  const rows = chosen.rows.filter((leaf) => isUnder(leaf, state.code));
  const tree = accountTree(context, "function", rows);
  const sum = sumOf(rows);
  const unit = unitFor(context.language, [sum]);
  const title = state.code
    ? `${state.code} ${context.accountName("function", state.code)}`
    : text.total;
  return [
    chosen.toolbar,
    headline(
      context,
      title,
      sum,
      context.figure("total", title, () => rows),
    ),
    ...(state.code
      ? [h("p", {}, h("a", { href: changed(state, { code: undefined }) }, `← ${text.clearCode}`))]
      : []),
    treemap(context, tree, sum, unit, (node) => context.figureAddress(key(node))),
    accountTable(context, tree, sum, unit),
    ...(state.code ? [] : await flows(context, body, chosen, leaves, unit)),
    caveats(context, "additive", "scope", "phase", "fund", "rounding", "printed"),
  ];
}

function key(node: { code: string; depth: number }): string {
  return `account.${node.code}.${node.depth}`;
}

function accountTable(context: Context, tree: AccountNode[], sum: Fen, unit: Unit): HTMLElement {
  const { text, state } = context;
  const nodes = flat(tree);
  const greatest = tree.reduce((most, node) => (node.amount > most ? node.amount : most), 1n);
  for (const node of nodes)
    context.figure(key(node), `${node.code} ${node.name}`, () => node.leaves);
  return dataTable(
    context,
    nodes,
    [
      {
        head: text.account,
        value: (node) => node.name,
        node: (node) =>
          node.children.length && node.code !== state.code
            ? h("a", { href: changed(state, { code: node.code, figure: undefined }) }, node.name)
            : node.name,
        prose: true,
      },
      { head: text.code, value: (node) => (node.code === "all" ? null : node.code), minor: true },
      {
        head: text.amount,
        value: (node) => node.amount,
        href: (node) => context.figureAddress(key(node)),
      },
      { head: text.share, value: (node) => percentage(node.amount, sum), minor: true },
    ],
    {
      caption: text.views.purpose,
      file: `purpose_${state.doc}`,
      unit,
      depth: (node) => node.depth,
      fold: zeros(text),
      bar: (node) => Math.max(0, Number(node.amount) / Number(greatest)),
      barColour: (node) => accountColour(node.code),
    },
  );
}

// source → body → class → kind --------------------------------------------------------------

// Sources that a view of the money is made of; of all funds, every source.
const SOURCES: Record<string, string[]> = {
  fiscal_appropriation: [
    "appropriation",
    "general_public_budget",
    "government_fund_budget",
    "state_capital_budget",
  ],
  general_public_budget: ["general_public_budget"],
  government_fund_budget: ["government_fund_budget"],
  state_capital_budget: ["state_capital_budget"],
};

async function flows(
  context: Context,
  body: string,
  chosen: Chosen<Spending>,
  leaves: Spending[],
  unit: Unit,
): Promise<HTMLElement[]> {
  const { text } = context;
  if (chosen.kind !== "all") return [];
  const center = context.bodyName(body);
  const revenue = revenueFlows(context, await part("fct_revenue", body), chosen, center);
  const uses = useFlows(context, chosen, leaves, center);
  const all = [...revenue, ...uses];
  const revenueSum = revenue.reduce((sum, flow) => sum + flow.amount, 0n);
  const sum = sumOf(chosen.rows);
  const gap = revenueSum - sum;
  const hasKinds = uses.some((flow) => flow.key.startsWith("kind."));
  const notes = [
    revenue.length === 0 ? text.noRevenue : "",
    revenue.length && gap !== 0n ? text.gap(text.exact(inYuan(gap < 0n ? -gap : gap))) : "",
    hasKinds ? "" : text.noKinds,
  ].filter(Boolean);
  const drawable = all.filter((flow) => flow.amount > 0n);
  return [
    h(
      "section",
      { class: "flows" },
      h("h2", {}, text.flows),
      drawable.length > 0 && sankey(context, drawable, center, unit),
      ...notes.map((note) => h("p", { class: "note" }, note)),
      dataTable(
        context,
        all,
        [
          { head: text.from, value: (flow) => flow.from, prose: true },
          { head: text.to, value: (flow) => flow.to, prose: true },
          {
            head: text.amount,
            value: (flow) => flow.amount,
            href: (flow) => context.figureAddress(flow.key),
          },
        ],
        { caption: text.flowTable, file: "flows", unit, fold: zeros(text) },
      ),
    ),
  ];
}

function revenueFlows(
  context: Context,
  revenue: Revenue[],
  chosen: Chosen<Spending>,
  center: string,
): Flow[] {
  const sources = SOURCES[chosen.fund];
  const own = revenue.filter(
    (row) =>
      row.document_id === chosen.document.document_id &&
      row.phase === chosen.phase &&
      (chosen.fund === "all" || sources?.includes(row.revenue_source)),
  );
  return [...groupBy(own, (row) => row.revenue_source)].map(([source, rows]) => {
    const name = context.fundName(source);
    context.figure(`source.${source}`, name, () => rows);
    return {
      key: `source.${source}`,
      from: name,
      to: center,
      amount: sumOf(rows),
      colour: FUND_COLOURS[source] ?? "#8a8a8a",
    };
  });
}

function useFlows(
  context: Context,
  chosen: Chosen<Spending>,
  leaves: Spending[],
  center: string,
): Flow[] {
  const className = (code: string) => context.accountName("function", code);
  const classOf = (leaf: Spending) => (leaf.code === "all" ? "all" : leaf.code.slice(0, 3));
  const classes = [...groupBy(chosen.rows, classOf)].map(([code, rows]) => {
    context.figure(`class.${code}`, `${code} ${className(code)}`, () => rows);
    return {
      key: `class.${code}`,
      from: center,
      to: className(code),
      amount: sumOf(rows),
      colour: accountColour(code),
    };
  });
  const parts = leaves.filter(
    (leaf) =>
      leaf.document_id === chosen.document.document_id &&
      leaf.phase === chosen.phase &&
      leaf.fund === chosen.fund &&
      !["all", "basic_personnel", "basic_public"].includes(leaf.spending_kind),
  );
  const kinds = [...groupBy(parts, (leaf) => `${classOf(leaf)}.${leaf.spending_kind}`)].map(
    ([id, rows]) => {
      const [code = "", kind = ""] = id.split(".");
      const title = `${className(code)} · ${context.kindName(kind)}`;
      context.figure(`kind.${id}`, title, () => rows);
      return {
        key: `kind.${id}`,
        from: className(code),
        to: context.kindName(kind),
        amount: sumOf(rows),
        colour: KIND_COLOURS[kind] ?? "#8a8a8a",
      };
    },
  );
  return [...byAmount(classes), ...byAmount(kinds.filter((flow) => flow.amount !== 0n))];
}

function byAmount(flows: Flow[]): Flow[] {
  return flows.toSorted((a, b) => (a.amount > b.amount ? -1 : a.amount < b.amount ? 1 : 0));
}
