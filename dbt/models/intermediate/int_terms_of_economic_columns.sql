-- Grain: one row per term of an equation between the economic accounts that head the columns of a
-- form, within one logical row: 301 = Σ 301xx, and 合计 = Σ classes. A form may list only some
-- accounts, as in 其中：办公费, and does not say so in its header. So an account adds up only where its
-- rows themselves show it: where the sum is right in at least as many rows as it is wrong.

with cells as (
    select
        *,
        concat_ws('/', form_id, panel, phase, flow, fund, spending_kind) as block,
        case
            when starts_with(column_item, 'economic:') then economic_code
            when economic_code = 'all' then ''
        end as account,
    from {{ ref('int_lines') }}
    where measure = 'money' and column_item is not null
),

account_columns as (
    select distinct
        block,
        column_key,
        account,
    from cells
    where account is not null
    -- Two columns of one account, such as 合计 and 小计, do not say which of them is the sum.
    qualify count(distinct column_key) over (partition by block, account) = 1
),

-- The nearest account above, among those that head columns of the block.
steps as (
    select
        parts.block,
        wholes.account as whole_account,
        wholes.column_key as whole_key,
        parts.column_key as part_key,
    from account_columns as parts
    inner join account_columns as wholes
        on
            parts.block = wholes.block
            and starts_with(parts.account, wholes.account)
            and length(parts.account) > length(wholes.account)
    qualify row_number() over (
        partition by parts.block, parts.column_key order by length(wholes.account) desc
    ) = 1
),

pairs as (
    select
        steps.block,
        steps.whole_account,
        steps.part_key,
        wholes.document_id,
        wholes.form_id,
        wholes.form,
        wholes.line_id as whole_line_id,
        wholes.state as whole_state,
        wholes.term_yuan as whole_yuan,
        wholes.term_tolerance_yuan as whole_tolerance_yuan,
        parts.line_id as part_line_id,
        parts.state as part_state,
        parts.term_yuan as part_yuan,
        parts.term_tolerance_yuan as part_tolerance_yuan,
    from steps
    inner join cells as wholes
        on steps.block = wholes.block and steps.whole_key = wholes.column_key
    inner join cells as parts
        on
            steps.block = parts.block and steps.part_key = parts.column_key
            and wholes.row_index = parts.row_index
),

sums as (
    select
        block,
        whole_account,
        whole_line_id,
        case
            when bool_or(whole_yuan is null or part_yuan is null) then null
            else
                abs(any_value(whole_yuan) - sum(part_yuan))
                <= any_value(whole_tolerance_yuan) + sum(part_tolerance_yuan)
        end as is_right,
    from pairs
    group by all
    having
        any_value(whole_state) in ('amount', 'damaged')
        and bool_or(part_state in ('amount', 'damaged'))
),

adding_up as (
    select whole_line_id
    from sums
    qualify
        count(*) filter (where is_right) over (partition by block, whole_account)
        >= count(*) filter (where not is_right) over (partition by block, whole_account)
),

instances as (
    select pairs.*
    from pairs
    semi join adding_up on pairs.whole_line_id = adding_up.whole_line_id
)

select distinct
    'economic_columns' as identity,
    whole_line_id as equation_key,
    document_id,
    form_id,
    form,
    'left' as side,
    1 as sign,
    whole_line_id as line_id,
from instances
union all
select
    'economic_columns' as identity,
    whole_line_id as equation_key,
    document_id,
    form_id,
    form,
    'right' as side,
    1 as sign,
    part_line_id as line_id,
from instances
