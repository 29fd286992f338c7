/** Money as streams: source → body → class → kind of spending. */

import { chart, datum, ink, tip, tooltip } from "../chart";
import type { Context } from "../context";
import { h } from "../dom";
import { approximate, type Fen, inUnit, inYuan, type Unit } from "../money";

/** One stream; `key` names its figure and begins with its layer: source, class or kind. */
export interface Flow {
  key: string;
  from: string;
  to: string;
  amount: Fen;
  colour: string;
}

export function sankey(context: Context, flows: Flow[], center: string, unit: Unit): HTMLElement {
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
  const most = Math.max(
    ...[0, 1, 2, 3].map((n) => [...nodes].filter((id) => id.startsWith(`${n} `)).length),
  );
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
