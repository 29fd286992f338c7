-- Grain: one row per term of an equation between the form of the operating cost (机关运行经费) and the
-- basic expenditure by economic code. Since the cost is the public part of basic spending, a class
-- of which both print the same is the same account by account; where they differ, because the form
-- takes in projects or leaves out public institutions, nothing is claimed.

with costs as (
    select
        document_id,
        form_id,
        form,
        phase,
        economic_code,
        line_id,
        state,
        amount_yuan,
    from {{ ref('int_lines') }}
    where measure = 'money' and ends_with(form, '_operating_cost') and economic_code <> 'all'
    qualify count(*) over (partition by document_id, phase, economic_code) = 1
),

basic as (
    select
        document_id,
        universe_id || '/' || form_id as printing_id,
        phase,
        economic_code,
        line_id,
        state,
        amount_yuan,
        universe_priority,
    from {{ ref('int_universe_lines') }}
    where
        axis = 'economic' and spending_kind = 'basic' and economic_code <> 'all'
        and fund in ('all', 'fiscal_appropriation', 'general_public_budget')
    qualify count(*) over (partition by universe_id, form_id, economic_code) = 1
),

-- The classes of which both print the same, each in the first form that prints it.
classes as (
    select
        costs.form_id,
        costs.phase,
        costs.economic_code,
        basic.printing_id,
    from costs
    inner join basic
        on
            costs.document_id = basic.document_id
            and costs.phase = basic.phase
            and costs.economic_code = basic.economic_code
    where
        length(costs.economic_code) = 3 and costs.amount_yuan = basic.amount_yuan
        and costs.amount_yuan <> 0
    qualify row_number() over (
        partition by costs.line_id order by basic.universe_priority, basic.printing_id
    ) = 1
),

instances as (
    select
        costs.document_id,
        costs.form_id,
        costs.form,
        costs.line_id,
        basic.line_id as basic_line_id,
    from classes
    inner join costs
        on
            classes.form_id = costs.form_id
            and classes.phase = costs.phase
            and starts_with(costs.economic_code, classes.economic_code)
    inner join basic
        on
            classes.printing_id = basic.printing_id
            and costs.economic_code = basic.economic_code
    where
        costs.state in ('amount', 'damaged') and basic.state in ('amount', 'damaged')
)

select
    'operating_cost_by_economic' as identity,
    line_id as equation_key,
    document_id,
    form_id,
    form,
    'left' as side,
    1 as sign,
    line_id,
from instances
union all
select
    'operating_cost_by_economic' as identity,
    line_id as equation_key,
    document_id,
    form_id,
    form,
    'right' as side,
    1 as sign,
    basic_line_id as line_id,
from instances
