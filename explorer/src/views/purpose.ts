/** Where the money of a body goes: 类 › 款 › 项, and from which source to which use. */

import { chart, datum, ink, tip, tooltip } from "../chart";
import { accountColour, FUND_COLOURS, KIND_COLOURS } from "../colours";
import { type Context, groupBy, sumOf } from "../context";
import { part, type Revenue, type Spending, spending } from "../data";
import { h } from "../dom";
import { approximate, type Fen, inUnit, inYuan, percentage, type Unit, unitFor } from "../money";
import { caveats, dataTable, headline, nothing, toolbar } from "../parts";
import { changed } from "../state";
import { bodyPicker, type Chosen, chooseUniverse, chosenBody } from "../universe";
import { type AccountNode, accountTree, flat, isUnder } from "./accounts";

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
  const title = state.code ? `${state.code} ${context.accountName("function", state.code)}` : text.total;
  return [
    chosen.toolbar,
    headline(context, title, sum, context.figure("total", title, () => rows)),
    ...(state.code
      ? [h("p", {}, h("a", { href: changed(state, { code: undefined }) }, `← ${text.clearCode}`))]
      : []),
    treemap(context, tree, sum, unit),
    accountTable(context, tree, sum, unit),
    ...(state.code ? [] : await flows(context, body, chosen, leaves, unit)),
    caveats(context, "additive", "scope", "phase", "fund", "rounding", "printed"),
  ];
}

const LABEL_LINE = 16;
const LABEL_SIZES = [12, 11, 10];

function key(node: AccountNode): string {
  return `account.${node.code}.${node.depth}`;
}

function treemap(context: Context, tree: AccountNode[], sum: Fen, unit: Unit): HTMLElement {
  const { text } = context;
  const name = unit.name;
  const data = (nodes: AccountNode[]): object[] =>
    nodes
      .filter((node) => node.amount > 0n)
      .map((node) => ({
        name: node.name,
        value: approximate(node.amount),
        node,
        itemStyle: { color: accountColour(node.code) },
        ...(node.children.length ? { children: data(node.children) } : {}),
      }));
  const shown = data(tree);
  if (shown.length === 0) return nothing(text.negative);
  const drawn = chart(
    (width) => ({
      tooltip: {
        ...tooltip,
        formatter: (params) => {
          const { node } = datum<{ node?: AccountNode }>(params);
          if (!node) return "";
          return tip(
            `${node.code === "all" ? "" : node.code} ${node.name}`,
            text.exact(inYuan(node.amount)),
            percentage(node.amount, sum) ?? "",
          );
        },
      },
      series: [
        {
          type: "treemap",
          data: shown,
          roam: false,
          nodeClick: false,
          breadcrumb: { show: false },
          left: 0,
          right: 0,
          top: 0,
          bottom: 0,
          visibleMin: 120,
          squareRatio: width < 500 ? 0.8 : 1.4,
          label: {
            fontSize: 12,
            lineHeight: LABEL_LINE,
            color: "#fff",
            overflow: "break",
            formatter: (params) => {
              const { node } = datum<{ node: AccountNode }>(params);
              return `${node.name}\n${inUnit(node.amount, unit)} ${name}`;
            },
          },
          labelLayout: ({ text: label, rect }) => ({
            fontSize: LABEL_SIZES.find((size) => fits(label, rect, size)) ?? 0,
          }),
          upperLabel: { show: true, height: 22, color: "#fff", fontWeight: "bold", fontSize: 12 },
          itemStyle: { borderColor: ink("--paper"), borderWidth: 1, gapWidth: 1 },
          levels: [
            { itemStyle: { gapWidth: 3, borderWidth: 0 }, upperLabel: { show: false } },
            { itemStyle: { gapWidth: 1, borderWidth: 1, borderColorSaturation: 0.4 } },
            { itemStyle: { gapWidth: 1, borderColorSaturation: 0.4 }, upperLabel: { height: 18, fontWeight: "normal" } },
            { colorSaturation: [0.3, 0.5] },
          ],
        },
      ],
    }),
    {
      label: text.treemap,
      height: 440,
      onclick: (data) => {
        const { node } = data as { node?: AccountNode };
        if (node) location.hash = context.figureAddress(key(node));
      },
    },
  );
  return h("figure", {}, drawn, h("figcaption", {}, `${text.treemap}${text.negative}`));
}

/** A label that would be cut is left to the tooltip and the table. */
function fits(
  label: string,
  { width, height }: { width: number; height: number },
  size: number,
): boolean {
  const lines = label.split("\n").map((line) => labelWidth(line) * size);
  if (lines.length === 1) return (lines[0] ?? 0) <= width - 8;
  const room = Math.max(1, width - 10);
  const broken = lines.reduce((sum, line) => sum + Math.ceil(line / room), 0);
  // An amount is not broken over lines.
  return (lines[1] ?? 0) <= room && broken * LABEL_LINE <= height - 6;
}

/** In heights of its letters. */
function labelWidth(text: string): number {
  return [...text].reduce((sum, char) => sum + (char.charCodeAt(0) > 255 ? 1 : 0.6), 0);
}

function accountTable(
  context: Context,
  tree: AccountNode[],
  sum: Fen,
  unit: Unit,
): HTMLElement {
  const { text, state } = context;
  const nodes = flat(tree);
  const greatest = tree.reduce((most, node) => (node.amount > most ? node.amount : most), 1n);
  for (const node of nodes) context.figure(key(node), `${node.code} ${node.name}`, () => node.leaves);
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
      isZero: (node) => node.amount === 0n,
      bar: (node) => Math.max(0, Number(node.amount) / Number(greatest)),
      barColour: (node) => accountColour(node.code),
    },
  );
}

// source → body → class → kind --------------------------------------------------------------

interface Flow {
  key: string;
  from: string;
  to: string;
  amount: Fen;
  colour: string;
}

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
        { caption: text.flowTable, file: "flows", unit, isZero: (flow) => flow.amount === 0n },
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
  return flows.sort((a, b) => (a.amount > b.amount ? -1 : a.amount < b.amount ? 1 : 0));
}

function sankey(context: Context, flows: Flow[], center: string, unit: Unit): HTMLElement {
  const { text } = context;
  const name = unit.name;
  // Layers keep apart what may bear one name: a source, a class, a kind.
  const ends = (flow: Flow): [string, string] => {
    const layer = flow.key.split(".")[0];
    if (layer === "source") return [`0 ${flow.from}`, `1 ${center}`];
    if (layer === "class") return [`1 ${center}`, `2 ${flow.to}`];
    return [`2 ${flow.from}`, `3 ${flow.to}`];
  };
  const into = new Map<string, Fen>();
  const outOf = new Map<string, Fen>();
  const colours = new Map<string, string>([[`1 ${center}`, "#6b6558"]]);
  for (const flow of flows) {
    const [from, to] = ends(flow);
    outOf.set(from, (outOf.get(from) ?? 0n) + flow.amount);
    into.set(to, (into.get(to) ?? 0n) + flow.amount);
    colours.set(flow.key.startsWith("source") ? from : to, flow.colour);
  }
  const nodes = new Set(flows.flatMap(ends));
  const largest = (node: string) => {
    const [a, b] = [into.get(node) ?? 0n, outOf.get(node) ?? 0n];
    return a > b ? a : b;
  };
  const most = Math.max(...[0, 1, 2, 3].map((n) => [...nodes].filter((id) => id.startsWith(`${n} `)).length));
  const drawn = chart(
    () => ({
      tooltip: {
        ...tooltip,
        formatter: (params) => {
          const { flow } = datum<{ flow?: Flow }>(params);
          if (flow) return tip(`${flow.from} → ${flow.to}`, text.exact(inYuan(flow.amount)));
          const id = (params as { name: string }).name;
          return tip(id.slice(2), text.exact(inYuan(largest(id))));
        },
      },
      series: [
        {
          type: "sankey",
          left: 4,
          right: 150,
          top: 16,
          bottom: 16,
          nodeGap: 34,
          nodeWidth: 14,
          draggable: false,
          layoutIterations: 32,
          data: [...nodes].map((id) => ({
            name: id,
            itemStyle: { color: colours.get(id) ?? "#8a8a8a", borderWidth: 0 },
          })),
          links: flows.map((flow) => {
            const [source, target] = ends(flow);
            return { source, target, value: approximate(flow.amount), flow };
          }),
          label: {
            color: ink(),
            fontSize: 12,
            lineHeight: 15,
            width: 140,
            overflow: "break",
            formatter: (params) =>
              `${params.name.slice(2)}\n${inUnit(largest(params.name), unit)} ${name}`,
          },
          lineStyle: { color: "gradient", opacity: 0.35 },
          emphasis: { focus: "adjacency" },
        },
      ],
    }),
    {
      label: text.sankey,
      height: Math.max(320, most * 64),
      minWidth: 700,
      onclick: (data) => {
        const { flow } = data as { flow?: Flow };
        if (flow) location.hash = context.figureAddress(flow.key);
      },
    },
  );
  return h("figure", {}, drawn, h("figcaption", {}, text.sankey));
}
