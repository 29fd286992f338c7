/** Leaves of a classification as a tree by their codes: 类 › 款 › 项. */

import { type Context, sumOf } from "../context";
import type { Account, Spending } from "../data";
import type { Fen } from "../money";

export interface AccountNode {
  code: string;
  name: string;
  depth: number;
  amount: Fen;
  leaves: Spending[];
  children: AccountNode[];
}

/** Lengths of the codes of each level: 201, 20101, 2010101; 301, 30101. */
const LEVELS = [3, 5, 7];

/** The tree; a code that is printed at a higher level only is a leaf there. */
export function accountTree(
  context: Context,
  kind: Account["kind"],
  leaves: Spending[],
  depth = 0,
): AccountNode[] {
  const length = LEVELS[depth] ?? 7;
  const groups = new Map<string, Spending[]>();
  for (const leaf of leaves) {
    const code = leaf.code === "all" ? "all" : leaf.code.slice(0, length);
    groups.set(code, [...(groups.get(code) ?? []), leaf]);
  }
  return [...groups]
    .map(([code, own]) => {
      const deeper = own.filter((leaf) => leaf.code.length > length && leaf.code !== "all");
      const children = deeper.length ? accountTree(context, kind, own, depth + 1) : [];
      const isItself = children.length === 1 && children[0]?.code === code;
      return {
        code,
        name: context.accountName(kind, code),
        depth,
        amount: sumOf(own),
        leaves: own,
        children: isItself ? [] : children,
      };
    })
    .toSorted((a, b) =>
      a.amount === b.amount ? a.code.localeCompare(b.code) : a.amount > b.amount ? -1 : 1,
    );
}

/** The tree in reading order. */
export function flat(nodes: AccountNode[]): AccountNode[] {
  return nodes.flatMap((node) => [node, ...flat(node.children)]);
}

export function isUnder(leaf: Spending, code: string | undefined): boolean {
  return code === undefined || leaf.code.startsWith(code);
}
