/** Charts: drawn as SVG, so that they print sharply; loaded only by the views that have one. */

import { BarChart, SankeyChart, TreemapChart } from "echarts/charts";
import { GridComponent, LegendComponent, TooltipComponent } from "echarts/components";
import { type EChartsType, init, use } from "echarts/core";
import { LabelLayout } from "echarts/features";
import { SVGRenderer } from "echarts/renderers";
import type { EChartsOption } from "echarts/types/dist/echarts";
import { h } from "./dom";

use([
  BarChart,
  SankeyChart,
  TreemapChart,
  GridComponent,
  LegendComponent,
  TooltipComponent,
  LabelLayout,
  SVGRenderer,
]);

export interface ChartOptions {
  label: string;
  height: number;
  /** below this the chart is scrolled sideways, so that its labels are not cut */
  minWidth?: number;
  onclick?: (data: unknown) => void;
}

const live = new Set<EChartsType>();

/** A chart that fills the width it is given; it is drawn once it has one. */
export function chart(
  option: (width: number) => EChartsOption,
  options: ChartOptions,
): HTMLElement {
  discardOld();
  const style = `block-size: ${options.height}px; min-inline-size: ${options.minWidth ?? 0}px`;
  const place = h("div", { class: "chart", role: "img", "aria-label": options.label, style });
  let drawn: EChartsType | undefined;
  new ResizeObserver(() => {
    if (place.clientWidth === 0) return;
    if (!drawn) {
      drawn = init(place, null, { renderer: "svg" });
      live.add(drawn);
      if (options.onclick) drawn.on("click", (event) => options.onclick?.(event.data));
    } else drawn.resize();
    drawn.setOption({ ...base(), ...option(place.clientWidth) }, { notMerge: true });
    place.dataset.drawn = "true";
  }).observe(place);
  return h("div", { class: "scroll chart-frame" }, place);
}

function discardOld(): void {
  for (const old of live) {
    if (old.getDom().isConnected) continue;
    old.dispose();
    live.delete(old);
  }
}

/** A colour of the style sheet, which differs by day and night. */
export function ink(name = "--ink"): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

function base(): EChartsOption {
  const font = getComputedStyle(document.body).fontFamily;
  return { animation: false, textStyle: { fontFamily: font, color: ink() } };
}

/** What the views put into a chart's data, given back by its events and tooltips. */
export function datum<Data>(params: unknown): Data {
  return (params as { data: Data }).data;
}

/** What a pointer is told: text only, never markup. */
export function tip(...lines: string[]): HTMLElement {
  return h("div", { class: "tip" }, ...lines.map((line) => h("div", {}, line)));
}

export const tooltip = {
  appendTo: "body",
  backgroundColor: "var(--paper)",
  borderColor: "var(--line)",
  textStyle: { color: "var(--ink)" },
  confine: true,
} as const;
