-- Grain: one row per term of an equation between rows of one column of a form. A row equals the sum
-- of its additive children, the immediate ones only. An equation is there only if something is
-- printed to be compared: the sum and one part, or a sum that is not zero; and only if every child
-- has a cell in the column, because a sum over some of them says nothing. Where a form prints
-- zeros, parts that are all blank are not nil: the column leaves out of what the sum consists.

with cells as (
    select * from {{ ref('int_lines') }}
    where measure = 'money'
),

zero_forms as (
    select distinct form_id from cells
    where state = 'amount' and amount_yuan = 0
),

pairs as (
    select
        parents.line_id as parent_line_id,
        parents.document_id,
        parents.form_id,
        parents.form,
        parents.panel,
        parents.row_index,
        children.row_index as child_row_index,
        children.line_id as child_line_id,
        children.state as child_state,
        zero_forms.form_id is not null and children.state = 'blank' and children.term_state = 'nil'
            as is_child_left_out,
        parents.state as parent_state,
        parents.term_state as parent_term_state,
        parents.amount_yuan as parent_yuan,
        case
            when parents.function_code <> 'all' then 'function_hierarchy'
            when parents.economic_code <> 'all' then 'economic_hierarchy'
            else 'row_total'
        end as identity,
    from cells as parents
    inner join cells as children
        on
            parents.form_id = children.form_id
            and parents.panel = children.panel
            and parents.row_index = children.parent_row_index
            and parents.column_key = children.column_key
            and parents.phase = children.phase
    left join zero_forms on parents.form_id = zero_forms.form_id
    where children.is_additive
),

children_of_rows as (
    select
        form_id,
        panel,
        parent_row_index as row_index,
        count(distinct row_index) as children,
    from cells
    where parent_row_index is not null and is_additive
    group by all
),

worth_checking as (
    select pairs.parent_line_id
    from pairs
    inner join children_of_rows
        on
            pairs.form_id = children_of_rows.form_id
            and pairs.panel = children_of_rows.panel
            and pairs.row_index = children_of_rows.row_index
    group by pairs.parent_line_id
    having
        count(distinct pairs.child_row_index) = any_value(children_of_rows.children)
        and not bool_and(pairs.child_state = 'not_applicable')
        and not bool_and(coalesce(pairs.is_child_left_out, false))
        and (
            (
                -- A sum that was lost is one that its parts may give back to other equations.
                (
                    any_value(pairs.parent_state) in ('amount', 'damaged')
                    or any_value(pairs.parent_term_state) = 'blank'
                )
                and bool_or(pairs.child_state in ('amount', 'damaged'))
            )
            or coalesce(any_value(pairs.parent_yuan), 0) <> 0
        )
),

instances as (
    select pairs.* from pairs
    semi join worth_checking on pairs.parent_line_id = worth_checking.parent_line_id
)

select distinct
    identity,
    parent_line_id as equation_key,
    document_id,
    form_id,
    form,
    'left' as side,
    1 as sign,
    parent_line_id as line_id,
from instances
union all
select
    identity,
    parent_line_id as equation_key,
    document_id,
    form_id,
    form,
    'right' as side,
    1 as sign,
    child_line_id as line_id,
from instances
