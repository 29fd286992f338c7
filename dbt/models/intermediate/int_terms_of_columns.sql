-- Grain: one row per term of an equation between columns of one logical row, stocks included.
-- A form takes part in an identity if it has every required column and no forbidden one; optional
-- columns it lacks are no terms. An identity with optional columns is open to more columns than the
-- catalogue knows, so it is left out where the form has an amount column that was not recognised.

with cells as (
    select * from {{ ref('int_lines') }}
    where measure = 'money' and column_item is not null and column_key = column_item
),

terms as (
    select * from {{ ref('balance_column_terms') }}
),

open_identities as (
    select distinct identity from terms
    where requirement = 'optional'
),

unmapped_panels as (
    select distinct
        form_id,
        panel,
    from {{ ref('int_lines') }}
    where measure = 'money' and column_item is null
),

panel_columns as (
    select distinct
        form_id,
        panel,
        column_item,
    from cells
),

panels as (
    select distinct
        form_id,
        panel,
    from panel_columns
),

requirements as (
    select
        panels.form_id,
        panels.panel,
        terms.identity,
        bool_and(
            case terms.requirement
                when 'required' then panel_columns.column_item is not null
                when 'forbidden' then panel_columns.column_item is null
                else true
            end
        ) and not bool_or(
            unmapped_panels.form_id is not null and open_identities.identity is not null
        ) as is_met,
    from panels
    cross join terms
    left join panel_columns
        on
            panels.form_id = panel_columns.form_id
            and panels.panel = panel_columns.panel
            and terms.column_item = panel_columns.column_item
    left join open_identities on terms.identity = open_identities.identity
    left join unmapped_panels
        on panels.form_id = unmapped_panels.form_id and panels.panel = unmapped_panels.panel
    group by all
),

phased_panels as (
    {{ phased_panels('cells') }}
),

row_terms as (
    select
        terms.identity,
        concat_ws(
            '/', cells.form_id, cells.panel, cells.row_index,
            case when phased_panels.form_id is not null then cells.phase end
        ) as equation_key,
        cells.document_id,
        cells.form_id,
        cells.form,
        terms.side,
        terms.sign,
        cells.line_id,
        cells.state,
        cells.term_state,
        cells.amount_yuan,
        documents.text_origin,
        -- What the column says of no fund of its own is said of the fund that its head names; a
        -- fund that was carried over is one of its own.
        case when items.fund is null and cells.fund <> 'carry_over' then cells.fund end
            as head_fund,
    from cells
    left join {{ ref('column_items') }} as items on cells.column_item = items.column_item
    inner join {{ ref('int_documents') }} as documents on cells.document_id = documents.document_id
    inner join requirements
        on
            cells.form_id = requirements.form_id
            and cells.panel = requirements.panel
            and requirements.is_met
    left join phased_panels
        on cells.form_id = phased_panels.form_id and cells.panel = phased_panels.panel
    inner join terms
        on
            requirements.identity = terms.identity
            and cells.column_item = terms.column_item
            and terms.requirement <> 'forbidden'
),

worth_checking as (
    select
        identity,
        equation_key,
    from row_terms
    group by all
    having
        (
            coalesce(bool_or(state in ('amount', 'damaged')) filter (where side = 'left'), false)
            -- A sum that recognition of a scan lost is one that its parts may give back.
            or coalesce(
                bool_or(text_origin = 'ocr' and term_state = 'blank') filter (where side = 'left'),
                false
            )
        )
        and (
            coalesce(bool_or(state in ('amount', 'damaged')) filter (where side = 'right'), false)
            or coalesce(bool_or(amount_yuan <> 0) filter (where side = 'left'), false)
        )
        and not coalesce(
            bool_and(state = 'not_applicable') filter (where side = 'right'), false
        )
        -- 基本支出 below 一般公共预算 is no part of a total of all funds beside other funds.
        and count(distinct head_fund) <= 1
)

select
    row_terms.identity,
    row_terms.equation_key,
    row_terms.document_id,
    row_terms.form_id,
    row_terms.form,
    row_terms.side,
    row_terms.sign,
    row_terms.line_id,
from row_terms
semi join worth_checking
    on
        row_terms.identity = worth_checking.identity
        and row_terms.equation_key = worth_checking.equation_key
