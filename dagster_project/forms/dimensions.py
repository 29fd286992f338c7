"""What the amounts of a form are of: fund, phase, flow and kind of spending of a row in a column.

Here: which of the sayings of row, header, heading and title holds where several say something, and
which phase a figure of another year than the document's is of.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

from dagster_project.forms.catalogue import Catalogue, Dimensions, Form, bare
from dagster_project.forms.headers import Column
from dagster_project.forms.identity import Identity
from dagster_project.forms.rows import Row
from dagster_project.forms.tables import Table

_FLOW_WORDS = (("支出", "expenditure"), ("收入", "revenue"))
_SPENT = re.compile("决算|执行|完成")  # of an earlier year, what was spent and no budget
_GENERAL, _APPROPRIATION = "general_public_budget", "fiscal_appropriation"
_YEAR = re.compile(r"\d{4}")
_OTHER_BUDGETS = {"government_fund_budget", "state_capital_budget"}
_WIDER = {"appropriation", "government_fund"}  # concepts of a title


class FormDimensions:
    """The dimensions of the amounts of one form; what its columns and panels say is read once."""

    def __init__(
        self,
        form: Form,
        title: str | None,
        table: Table | None,
        identity: Identity,
        catalogue: Catalogue,
    ) -> None:
        self._form = form
        self._columns = table.columns if table else ()
        self._identity = identity
        self._catalogue = catalogue
        self._fund = self._fund_under(bare(title or ""))
        self._said = cache(self._said_by)
        self._flow = cache(self._flow_in)
        self.column_item = cache(self._column_item)

    def of(self, row: Row, column: Column) -> Dimensions:
        """Row over column over panel over form; but the phase of a column of a year is its own."""
        item = row.item.dimensions if row.item else Dimensions(spending_kind=row.within)
        (head, year), form = self._said(column), self._form.dimensions
        year = year or self._phase_of_year(_year_of(row), [row.line.year])
        # A change against last year is no expenditure, whatever the row is.
        flow = head.flow if head.flow == "other" else item.flow or head.flow
        return Dimensions(
            fund=item.fund or head.fund or self._fund or form.fund,
            phase=year or item.phase or head.phase or form.phase,
            flow=flow or self._flow(row.panel) or form.flow,
            spending_kind=item.spending_kind or head.spending_kind or form.spending_kind,
        )

    def _fund_under(self, title: str) -> str | None:
        """The fund of what no column limits: the form's, or what title and columns say.

        Beside a column of the general public budget (其中:一般公共预算) the others are of more
        than that, unless the title is of that budget; beside one of another budget they are of all
        budgets.
        """
        own = self._form.dimensions.fund
        if own not in {_GENERAL, _APPROPRIATION}:
            return own
        named = {said for column in self._columns for said in (column.item, column.context.fund)}
        titled, _ = self._catalogue.title_terms.read(title)
        if named & _OTHER_BUDGETS or (own == _APPROPRIATION and titled & _WIDER):
            return _APPROPRIATION
        if "general_public" in titled:
            return _GENERAL
        return "all" if own == _GENERAL and own in named else own

    def _said_by(self, column: Column) -> tuple[Dimensions, str | None]:
        """What a column says, and the phase that it has before all rows."""
        meaning = self._catalogue.column_item(column.item)
        head = (meaning.dimensions if meaning else Dimensions()).over(column.context)
        return head, self._phase_of_year(column.year, column.path) or column.context.phase

    def _flow_in(self, panel: int) -> str | None:
        """Revenue or expenditure, by the heading over the panel, else by its position."""
        if self._form.layout != "panels" or not self._columns:
            return None
        heads = [bare(c.path[0]) for c in self._columns if c.group == panel and c.path]
        for head in heads:
            for word, flow in _FLOW_WORDS:
                if head.startswith(word):
                    return flow
        return "revenue" if panel == 0 else "expenditure"

    def _column_item(self, column: Column) -> str | None:
        """The column's meaning; a column of another year is that year's budget or account.

        Kinds of expense (公务接待费) keep their names: only their phase is of the earlier year.
        """
        item = self._catalogue.column_item(column.item)
        if item and item.dimensions.is_expense:
            return column.item
        phase = self._phase_of_year(column.year, column.path)
        is_plain = column.item in {None, "amount", "initial_budget"}
        if phase == "later_year_budget" and not is_plain:
            return column.item
        return phase or column.item

    def _phase_of_year(self, year: int | None, words: Iterable[str]) -> str | None:
        """The phase of what words say is of another year than the document's: 2023年决算数."""
        own = self._identity.fiscal_year
        if not year or not own or year == own:
            return None
        if any(map(_SPENT.search, words)):
            return "prior_year_final_account" if year < own else None
        return "prior_year_budget" if year < own else "later_year_budget"


def _year_of(row: Row) -> int | None:
    """The year that a row is of: 2023年决算数 above 2024年预算数."""
    found = _YEAR.search(row.line.year)
    return int(found[0]) if found else None
