/** Accounts as areas: 类 › 款 › 项, each in the colour of its class. */

import { chart, datum, ink, tip, tooltip } from "../chart";
import { accountColour } from "../colours";
import type { Context } from "../context";
import { h } from "../dom";
import { approximate, type Fen, inUnit, inYuan, percentage, type Unit } from "../money";
import { nothing } from "../parts";
import type { AccountNode } from "./accounts";

const HEIGHT = 440;
const LINE = 16;
const SIZES = [12, 11, 10];

interface Datum {
  name: string;
  value: number;
  node?: Omit<AccountNode, "children" | "leaves">;
  upperLabel?: { show: boolean };
  children?: Datum[];
}

/** The chart; a click opens the figure that `figure` names. */
export function treemap(
  context: Context,
  tree: AccountNode[],
  sum: Fen,
  unit: Unit,
  figure: (node: { code: string; depth: number }) => string,
): HTMLElement {
  const { text } = context;
  if (!tree.some((node) => node.amount > 0n)) return nothing(text.negative);
  const drawn = chart(
    (width) => ({
      tooltip: {
        ...tooltip,
        formatter: (params) => {
          const { node } = datum<Datum>(params);
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
          data: areas(tree, (width * HEIGHT) / approximate(sum || 1n)),
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
            fontSize: SIZES[0] ?? 12,
            lineHeight: LINE,
            color: "#fff",
            overflow: "break",
            formatter: (params) => {
              const { node } = datum<Datum>(params);
              return node ? `${node.name}\n${inUnit(node.amount, unit)} ${unit.name}` : "";
            },
          },
          labelLayout: ({ text: label, rect }) => ({
            fontSize: SIZES.find((size) => fits(label, rect, size)) ?? 0,
          }),
          upperLabel: { show: true, height: 22, color: "#fff", fontWeight: "bold", fontSize: 12 },
          levels: [
            { itemStyle: { gapWidth: 3, borderWidth: 0 }, upperLabel: { show: false } },
            { itemStyle: { gapWidth: 1, borderWidth: 1, borderColorSaturation: 0.4 } },
            {
              itemStyle: { gapWidth: 1, borderColorSaturation: 0.4 },
              upperLabel: { height: 18, fontWeight: "normal" },
            },
            { colorSaturation: [0.3, 0.5] },
          ],
          itemStyle: { borderColor: ink("--paper"), borderWidth: 1, gapWidth: 1 },
        },
      ],
    }),
    {
      label: text.treemap,
      height: HEIGHT,
      onclick: (data) => {
        const { node } = data as Datum;
        if (node) location.hash = figure(node);
      },
    },
  );
  return h("figure", {}, drawn, h("figcaption", {}, `${text.treemap}${text.negative}`));
}

/** The data of the chart; `pixels` is the area of one yuan. */
function areas(tree: AccountNode[], pixels: number): Datum[] {
  return tree
    .filter((node) => node.amount > 0n)
    .map(({ children, leaves, ...node }) => {
      const value = approximate(node.amount);
      const area = { name: node.name, value, node, itemStyle: { color: accountColour(node.code) } };
      if (children.length === 0) return area;
      // A parent is named where its name is likely to fit; else its room goes to its parts.
      const show = lettersOf(node.name) * (SIZES[0] ?? 12) < 0.7 * Math.sqrt(value * pixels);
      return { ...area, upperLabel: { show }, children: areas(children, pixels) };
    });
}

/** A label that would be cut is left to the tooltip and the table. */
function fits(label: string, area: { width: number; height: number }, size: number): boolean {
  const lines = label.split("\n").map((line) => lettersOf(line) * size);
  const room = Math.max(1, area.width - 10);
  const broken = lines.reduce((sum, line) => sum + Math.ceil(line / room), 0);
  // An amount, the second line, is not broken.
  return (lines[1] ?? 0) <= room && broken * LINE <= area.height - 6;
}

/** How long a text is, in heights of its letters. */
function lettersOf(text: string): number {
  return [...text].reduce((sum, char) => sum + (char.charCodeAt(0) > 255 ? 1 : 0.6), 0);
}
