-- Grain: one row per money cell of a form that prints a whole universe. Key: line_id.
-- A universe is one (document, phase, flow, fund, spending_kind): amounts of one universe may be
-- added up and compared across forms, amounts of two never. The forms are those of form_universes.
-- Where a form prints a universe in several columns (project expenditure and, of it, recurring
-- projects), the first of them is the universe and the others are parts.

with cells as (
    select *
    from {{ ref('int_lines') }}
    where
        measure = 'money' and universe_priority is not null
        and flow in ('revenue', 'expenditure') and row_kind <> 'memo' and is_additive
),

column_positions as (
    select
        form_id,
        panel,
        phase,
        flow,
        fund,
        spending_kind,
        column_key,
        -- An account that heads a column is a part of the universe, not another printing of it.
        case when starts_with(column_item, 'economic:') then column_item end as account_column,
        -- The median, because damage moves single cells, not columns.
        median(column_number) as position,
        bool_or(column_item is not null) as is_recognised,
        -- 本年收入小计 is the revenue of the year, and not the 合计 before it that takes in 上年结转.
        bool_or(column_item = 'revenue_current') as is_current,
    from cells
    group by all
),

-- A column of no known meaning is of no universe, unless the form has no other.
known_columns as (
    select *
    from column_positions
    qualify is_recognised or count(distinct column_key) over (partition by form_id, panel) = 1
),

universe_columns as (
    select *
    from known_columns
    qualify row_number() over (
        partition by form_id, panel, phase, flow, fund, spending_kind, account_column
        order by
            is_recognised desc, coalesce(is_current, false) desc, position asc, column_key asc
    ) = 1
),

parents as (
    select distinct
        form_id,
        panel,
        parent_row_index as row_index,
    from {{ ref('int_lines') }}
    where parent_row_index is not null and is_additive
),

-- An account that heads a column above the accounts it consists of: 301 beside 30101.
column_parents as (
    select distinct
        columns.form_id,
        columns.panel,
        columns.account_column,
    from universe_columns as columns
    inner join universe_columns as parts
        on
            columns.form_id = parts.form_id
            and columns.panel = parts.panel
            and starts_with(parts.account_column, columns.account_column)
            and columns.account_column <> parts.account_column
),

-- One form may be printed once in each economic scheme: functions by the department's accounts and
-- again by the government's.
form_schemes as (
    select
        document_id,
        form,
        form_id,
        coalesce(
            bool_and(left(economic_code, 1) = '5') filter (where economic_code <> 'all'), false
        ) as is_government,
    from cells
    group by all
),

-- Which forms occur twice in a document: each may be another unit's, so they are not compared.
form_instances as (
    select
        form_id,
        count(*) over (partition by document_id, form, is_government) as instances,
    from form_schemes
)

select
    cells.line_id,
    cells.document_id,
    cells.form_id,
    cells.form,
    cells.form_ordinal,
    cells.form_layout,
    cells.form_fund,
    cells.form_spending_kind,
    cells.universe_priority,
    cells.panel,
    cells.row_index,
    cells.parent_row_index,
    cells.row_kind,
    cells.row_role,
    coalesce(cells.label, '') <> '' as is_labelled,
    cells.phase,
    cells.flow,
    cells.fund,
    cells.spending_kind,
    cells.column_item,
    cells.function_code,
    cells.economic_code,
    cells.state,
    cells.term_state,
    cells.amount_yuan,
    cells.term_tolerance_yuan,
    {{ content_key([
        'cells.document_id', 'cells.phase', 'cells.flow', 'cells.fund', 'cells.spending_kind',
    ]) }} as universe_id,
    -- Universes with one comparison_id are the same money, by what the document itself prints.
    {{ content_key([
        'cells.document_id', 'cells.phase',
        "case when no_carry_over.document_id is null then cells.flow else 'expenditure' end",
        'coalesce(equal_funds.equal_fund, cells.fund)', 'cells.spending_kind',
    ]) }} as comparison_id,
    parents.row_index is null and column_parents.account_column is null as is_leaf,
    -- Accounts of the government's scheme say the same money again in other words.
    case
        when cells.function_code <> 'all' and left(cells.economic_code, 1) = '5'
            then 'cross_government'
        when cells.function_code <> 'all' and cells.economic_code <> 'all' then 'cross'
        when cells.function_code <> 'all' then 'function'
        -- Accounts head the columns, and the row's own code was lost (未细分).
        when
            catalogue.axis = 'function' and starts_with(cells.column_item, 'economic:')
            and cells.row_kind <> 'total' and cells.parent_row_index is not null
            then if(left(cells.economic_code, 1) = '5', 'cross_government', 'cross')
        when left(cells.economic_code, 1) = '5' then 'government'
        when cells.economic_code <> 'all' then 'economic'
        -- A row that carries no code (未细分) is still part of its form's breakdown, if it is a part
        -- of another row at all: alone it may be a total whose label was not recognised.
        when
            cells.form_layout = 'rows' and cells.row_kind <> 'total'
            and cells.parent_row_index is not null and parents.row_index is null
            and catalogue.axis in ('function', 'economic') then catalogue.axis
        else 'none'
    end as axis,
    form_instances.instances > 1 as is_repeated_form,
from cells
inner join universe_columns
    on
        cells.form_id = universe_columns.form_id
        and cells.panel = universe_columns.panel
        and cells.phase = universe_columns.phase
        and cells.flow = universe_columns.flow
        and cells.fund = universe_columns.fund
        and cells.spending_kind = universe_columns.spending_kind
        and cells.column_key = universe_columns.column_key
left join parents
    on
        cells.form_id = parents.form_id
        and cells.panel = parents.panel
        and cells.row_index = parents.row_index
left join column_parents
    on
        cells.form_id = column_parents.form_id
        and cells.panel = column_parents.panel
        and cells.column_item = column_parents.account_column
left join form_instances on cells.form_id = form_instances.form_id
left join {{ ref('forms') }} as catalogue on cells.form = catalogue.form
left join {{ ref('int_equal_funds') }} as equal_funds
    on
        cells.document_id = equal_funds.document_id
        and cells.phase = equal_funds.phase
        and cells.fund = equal_funds.fund
left join {{ ref('int_no_carry_over') }} as no_carry_over
    on cells.document_id = no_carry_over.document_id and cells.phase = no_carry_over.phase
